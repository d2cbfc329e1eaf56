//! What a store holds after the inserts of a seeded workload: its answers are compared with that.

use write_path::{Query, Record, Vote};

use crate::error::RunnerError;
use crate::workload::{SEED, Workload};

/// Every vote that was acked, by the order of insertion: a vote's user is its place in it.
#[derive(Debug)]
pub struct Contents {
    articles_by_user: Vec<u32>,
    /// Each article's users, in the order of insertion.
    users_by_article: Vec<Vec<usize>>,
}

impl Contents {
    /// The first records of a workload, made again from its seed.
    pub fn of(workload: Workload, records: u64) -> Result<Self, RunnerError> {
        let articles = workload.articles()?;
        let votes = Workload::votes(articles, SEED).take(records as usize);
        let articles_by_user: Vec<u32> = votes.map(|vote| vote.article).collect();
        let mut users_by_article = vec![Vec::new(); articles.get() as usize];
        for (user, article) in articles_by_user.iter().enumerate() {
            users_by_article[*article as usize].push(user);
        }
        Ok(Self { articles_by_user, users_by_article })
    }

    /// How many articles can be voted for.
    pub fn articles(&self) -> u32 {
        self.users_by_article.len() as u32
    }

    /// How many records there are.
    pub fn records(&self) -> u64 {
        self.articles_by_user.len() as u64
    }

    /// Refuses an answer that is not, record for record and in order, what was acked, or whose
    /// `count` is not that of the records asked about.
    pub fn check(&self, query: Query, found: &[Record], count: u64) -> Result<(), RunnerError> {
        match query {
            Query::FirstVote { article } => {
                let first = self.users_of(article).iter().take(1).copied();
                self.compare(query, first, found, count)
            }
            Query::Votes { article } => {
                self.compare(query, self.users_of(article).iter().copied(), found, count)
            }
            Query::Range { first, records } => {
                let all = self.articles_by_user.len();
                let first = usize::try_from(first).map_or(all, |first| first.min(all));
                let end = first.saturating_add(records.get() as usize).min(all);
                self.compare(query, first..end, found, count)
            }
            Query::VoteCount { article } => {
                let expected = self.users_of(article).len();
                if count == expected as u64 && found.is_empty() {
                    return Ok(());
                }
                let found = usize::try_from(count).unwrap_or(usize::MAX);
                Err(RunnerError::WrongAnswer { query, expected, found })
            }
        }
    }

    fn users_of(&self, article: u32) -> &[usize] {
        &self.users_by_article[article as usize]
    }

    fn compare(
        &self,
        query: Query,
        users: impl ExactSizeIterator<Item = usize>,
        found: &[Record],
        count: u64,
    ) -> Result<(), RunnerError> {
        let expected = users.len();
        let mut records = users.map(|user| {
            Record::Vote(Vote { article: self.articles_by_user[user], user: user as u64 })
        });
        if (found.len(), count) == (expected, expected as u64)
            && records.by_ref().eq(found.iter().cloned())
        {
            return Ok(());
        }
        Err(RunnerError::WrongAnswer { query, expected, found: found.len() })
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU32;

    use super::*;

    const RECORDS: u64 = 100;

    fn contents() -> Contents {
        let articles = NonZeroU32::new(50).expect("not zero");
        Contents::of(Workload::Votes { articles }, RECORDS).expect("votes")
    }

    fn votes() -> Vec<Record> {
        let articles = NonZeroU32::new(50).expect("not zero");
        Workload::votes(articles, SEED).take(RECORDS as usize).map(Record::Vote).collect()
    }

    fn range(first: u64, records: u32) -> Query {
        Query::Range { first, records: NonZeroU32::new(records).expect("not zero") }
    }

    /// As a reader answers that counts what it shows.
    fn check(query: Query, found: &[Record]) -> Result<(), RunnerError> {
        contents().check(query, found, found.len() as u64)
    }

    #[test]
    fn the_right_answers_pass() {
        let votes = votes();
        assert!(check(range(10, 20), &votes[10..30]).is_ok());
        assert!(check(range(90, 20), &votes[90..]).is_ok());
        assert!(check(range(RECORDS, 1), &[]).is_ok());
        for article in 0..50 {
            let is_for =
                |vote: &&Record| matches!(vote, Record::Vote(vote) if vote.article == article);
            let first: Vec<Record> = votes.iter().find(is_for).cloned().into_iter().collect();
            assert!(check(Query::FirstVote { article }, &first).is_ok(), "{article}");
            let count = votes.iter().filter(is_for).count() as u64;
            let counting = Query::VoteCount { article };
            assert!(contents().check(counting, &[], count).is_ok(), "{article}");
            assert!(contents().check(counting, &[], count + 1).is_err(), "{article}");
        }
    }

    #[test]
    fn a_missing_a_doubled_a_moved_and_an_altered_record_are_refused() {
        let votes = votes();
        let mut moved = votes[10..30].to_vec();
        moved.swap(0, 1);
        let mut doubled = votes[10..30].to_vec();
        doubled[1] = doubled[0].clone();
        let mut altered = votes[10..30].to_vec();
        altered[0] = Record::Vote(Vote { article: 51, user: 10 });
        for wrong in [&votes[10..29], &votes[11..31], &moved, &doubled, &altered] {
            let refused = check(range(10, 20), wrong).expect_err("wrong");
            assert!(matches!(refused, RunnerError::WrongAnswer { .. }), "{refused}");
        }
        let others = [Query::Votes { article: 7 }, Query::FirstVote { article: 7 }];
        let is_wrong = |query| check(query, &votes[10..12]).is_err();
        assert!(others.into_iter().all(is_wrong));
    }

    #[test]
    fn events_cannot_be_asked_for() {
        let error = Contents::of(Workload::Events, 1).expect_err("no votes").to_string();
        assert!(error.contains("reads of events cannot be checked"), "{error}");
    }
}
