//! Questions about a store that is written to, and what their answers may be.

use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use write_path::{Query, ReadPath, Vote};

use crate::error::RunnerError;
use crate::progress::Progress;
use crate::workload::{SEED, Workload};

/// Asks for the counts of articles that are drawn uniformly.
pub(super) struct Asking {
    progress: Arc<Progress>,
    articles: NonZeroU32,
    random: SmallRng,
    /// Votes that were acked before the question.
    acked: Tally,
    /// Votes that were made until the answer.
    made: Tally,
}

impl Asking {
    /// Questions about the votes of a workload, of which so many are acked already.
    pub(super) fn new(workload: Workload, progress: Arc<Progress>) -> Result<Self, RunnerError> {
        let articles = workload.articles()?;
        let (mut acked, mut made) = (Tally::new(articles), Tally::new(articles));
        // What was there before the first question takes a while to count.
        acked.count_to(progress.records_acked());
        made.count_to(progress.records_made());
        Ok(Self { progress, articles, random: SmallRng::seed_from_u64(SEED), acked, made })
    }

    /// Asks once, and refuses an answer without a vote that was acked before, or with one that nobody had made:
    /// how long the answer took.
    pub(super) fn ask(&mut self, reader: &mut dyn ReadPath) -> Result<Duration, RunnerError> {
        self.acked.count_to(self.progress.records_acked());
        let article = self.random.random_range(0..self.articles.get());
        let asked = Instant::now();
        let count = reader.read(Query::VoteCount { article }, &mut Vec::new())?;
        let took = asked.elapsed();
        self.made.count_to(self.progress.records_made());
        let (least, most) = (self.acked.votes_for(article), self.made.votes_for(article));
        if (least..=most).contains(&count) {
            return Ok(took);
        }
        Err(RunnerError::WrongCount { article, least, most, found: count })
    }
}

/// The votes for each article among the first of a workload, made again from its seed.
struct Tally {
    votes: Box<dyn Iterator<Item = Vote> + Send>,
    counted: u64,
    by_article: Vec<u64>,
}

impl Tally {
    fn new(articles: NonZeroU32) -> Self {
        Self {
            votes: Box::new(Workload::votes(articles, SEED)),
            counted: 0,
            by_article: vec![0; articles.get() as usize],
        }
    }

    /// Counts on until so many votes are counted.
    fn count_to(&mut self, votes: u64) {
        for vote in self.votes.by_ref().take(votes.saturating_sub(self.counted) as usize) {
            self.by_article[vote.article as usize] += 1;
            self.counted += 1;
        }
    }

    fn votes_for(&self, article: u32) -> u64 {
        self.by_article[article as usize]
    }
}

#[cfg(test)]
mod tests {
    use write_path::{Record, WriteError};

    use super::*;

    /// Answers each question with the votes that a tally has, and so many more.
    struct Answering {
        tally: Tally,
        more: i64,
    }

    impl ReadPath for Answering {
        fn read(&mut self, query: Query, _found: &mut Vec<Record>) -> Result<u64, WriteError> {
            let Query::VoteCount { article } = query else {
                return Err(WriteError::NoWayToRead { store: "a test", query: query.name() });
            };
            Ok(self.tally.votes_for(article).saturating_add_signed(self.more))
        }
    }

    /// What comes of a question if `found` votes are in the store, of which `acked` are acked and `made` were made.
    fn asked(found: u64, more: i64, acked: u64, made: u64) -> Result<Duration, RunnerError> {
        let articles = NonZeroU32::new(1).expect("not zero");
        let progress = Arc::new(Progress::of_acked(acked));
        progress.made(made - acked);
        let mut tally = Tally::new(articles);
        tally.count_to(found);
        let mut asking = Asking::new(Workload::Votes { articles }, progress)?;
        asking.ask(&mut Answering { tally, more })
    }

    #[test]
    fn an_answer_lies_between_what_was_acked_and_what_was_made() {
        for found in [100, 120, 140] {
            assert!(asked(found, 0, 100, 140).is_ok(), "{found}");
        }
        for (found, more) in [(99, 0), (100, -1), (140, 1), (141, 0)] {
            let refused = asked(found, more, 100, 140).expect_err("out of bounds");
            let is_told = matches!(refused, RunnerError::WrongCount { least: 100, most: 140, .. });
            assert!(is_told, "{found} and {more}: {refused}");
        }
    }

    #[test]
    fn what_is_acked_later_is_asked_for_later() {
        let articles = NonZeroU32::new(1).expect("not zero");
        let progress = Arc::new(Progress::of_acked(10));
        let workload = Workload::Votes { articles };
        let mut asking = Asking::new(workload, Arc::clone(&progress)).expect("votes");
        let mut tally = Tally::new(articles);
        tally.count_to(10);
        let mut answering = Answering { tally, more: 0 };
        assert!(asking.ask(&mut answering).is_ok());
        progress.made(5);
        assert!(asking.ask(&mut answering).is_ok());
        progress.acked(5);
        assert!(asking.ask(&mut answering).is_err(), "the five are acked and not found");
    }

    #[test]
    fn only_votes_can_be_counted() {
        let refused = Asking::new(Workload::Events, Arc::new(Progress::of_acked(0)));
        let error = refused.err().expect("no votes").to_string();
        assert!(error.contains("reads of events cannot be checked"), "{error}");
    }
}
