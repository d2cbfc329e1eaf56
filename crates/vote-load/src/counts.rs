//! How many votes each article must have: what every read is compared with.

use write_path::{Query, ReadPath, Record};

use crate::batches::Batch;
use crate::error::LoadError;
use crate::load::VoteLoad;

/// The number of acked votes of each article.
///
/// The committer commits and reads one after the other, so that at each read exactly the votes of
/// earlier commits count.
#[derive(Debug, Clone)]
pub(crate) struct Counts {
    votes_by_article: Vec<u64>,
}

impl Counts {
    /// The counts before the load begins: each article has one vote.
    pub(crate) fn before(load: &VoteLoad) -> Self {
        Self { votes_by_article: vec![1; load.articles.get() as usize] }
    }

    /// Counts the votes of a batch that was acked.
    pub(crate) fn note(&mut self, batch: &Batch) {
        for vote in batch.votes() {
            if let Record::Vote(vote) = vote {
                self.votes_by_article[vote.article as usize] += 1;
            }
        }
    }

    /// Asks for the counts of these articles, and refuses a wrong answer.
    pub(crate) fn check(
        &self,
        reader: &mut dyn ReadPath,
        articles: &[u32],
    ) -> Result<(), LoadError> {
        for &article in articles {
            let found = reader.read(Query::VoteCount { article }, &mut Vec::new())?;
            let expected = self.votes_by_article[article as usize];
            if found != expected {
                return Err(LoadError::WrongCount { article, expected, found });
            }
        }
        Ok(())
    }
}
