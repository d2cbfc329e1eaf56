//! Rows in memory, as Soup's base table kept them: by article.

use std::collections::HashMap;

use crate::digest::Digest;
use crate::error::Result;
use crate::operation::Operation;
use crate::read::{Query, ReadPath};
use crate::record::{Record, RecordKey, Vote};

/// Votes by article, each article's in the order of insertion.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    users_by_article: HashMap<u32, Vec<u64>>,
}

impl Rows {
    /// Applies operations in order. Operations on events never get here.
    pub(crate) fn apply(&mut self, operations: &[Operation]) {
        for operation in operations {
            match operation {
                Operation::Insert(Record::Vote(vote)) => {
                    self.users_by_article.entry(vote.article).or_default().push(vote.user);
                }
                Operation::Delete(RecordKey::VoteUser(user)) => self.delete(*user),
                Operation::Insert(Record::Event(_)) | Operation::Delete(RecordKey::EventRay(_)) => {
                }
            }
        }
    }

    /// Looks through all rows: nothing leads from a user to an article.
    fn delete(&mut self, user: u64) {
        for users in self.users_by_article.values_mut() {
            users.retain(|other| *other != user);
        }
    }

    /// Every row, digested.
    pub(crate) fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        for (&article, users) in &self.users_by_article {
            for &user in users {
                digest.add(&Record::Vote(Vote { article, user }));
            }
        }
        digest
    }

    fn users(&self, article: u32) -> &[u64] {
        self.users_by_article.get(&article).map_or(&[], Vec::as_slice)
    }
}

/// Answers what can be found by article.
impl ReadPath for &Rows {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        let (article, most) = match query {
            Query::VoteCount { article } => return Ok(self.users(article).len() as u64),
            Query::FirstVote { article } => (article, 1),
            Query::Votes { article } => (article, usize::MAX),
            Query::Range { .. } => return Err(query.no_way_in("rows by article")),
        };
        let before = found.len();
        let users = self.users(article).iter().take(most);
        found.extend(users.map(|&user| Record::Vote(Vote { article, user })));
        Ok((found.len() - before) as u64)
    }
}
