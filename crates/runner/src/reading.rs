//! Reads as what is timed: seeded queries, each answer compared with what was acked.

use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};
use write_path::{AxisValue, Query, Record, WritePath};

use crate::contents::Contents;
use crate::done::Done;
use crate::driver::{Ack, Recorder};
use crate::error::RunnerError;
use crate::interrupt;
use crate::workload::SEED;

/// What a case does to the store while it is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Task {
    /// It hands in packets, as its driver says.
    Write,
    /// One client asks query after query; nothing is written.
    Read(Reads),
    /// It commits a packet, which is not timed, and copies the WAL into the database, which is.
    Checkpoint,
}

/// Which queries are asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reads {
    /// The first vote for an article that is drawn uniformly: a leaf of the index, then one of the
    /// table.
    Point,
    /// Every vote for an article that is drawn uniformly: a leaf of the index, then leaves all over
    /// the table.
    Article,
    /// How many votes an article has that is drawn uniformly.
    Count,
    /// Consecutive records, from a place that is drawn uniformly.
    Range {
        /// How many.
        records: NonZeroU32,
    },
}

impl Task {
    /// The task as an axis.
    pub fn axis(self) -> AxisValue {
        match self {
            Self::Write => AxisValue::plain("task", "write"),
            Self::Checkpoint => AxisValue::plain("task", "checkpoint"),
            Self::Read(Reads::Point) => AxisValue::plain("task", "point-read"),
            Self::Read(Reads::Article) => AxisValue::plain("task", "article-read"),
            Self::Read(Reads::Count) => AxisValue::plain("task", "count-read"),
            Self::Read(Reads::Range { records }) => {
                AxisValue::labelled("task", format!("range-read:records={records}"), "range-read")
            }
        }
    }
}

/// A case's reads while they are timed.
#[derive(Debug)]
pub struct Reading {
    reads: Reads,
    contents: Contents,
    random: SmallRng,
    found: Vec<Record>,
}

impl Reading {
    /// Reads of a store that holds these records.
    pub fn new(reads: Reads, contents: Contents) -> Self {
        let random = SmallRng::seed_from_u64(SEED);
        Self { reads, contents, random, found: Vec::new() }
    }

    /// Asks so many queries and compares each answer with what was acked.
    pub fn run(
        &mut self,
        path: &mut dyn WritePath,
        queries: u64,
        recorder: &mut Recorder,
    ) -> Result<Done, RunnerError> {
        let mut reader = path.reader()?.ok_or_else(|| {
            RunnerError::Unfit(
                "the case reads, but its path has no reader; choose a path that has one".into(),
            )
        })?;
        let mut answers = Done { elapsed: Duration::ZERO, operations: 0 };
        for _ in 0..queries {
            interrupt::check()?;
            let query = self.next_query();
            self.found.clear();
            recorder.resume();
            let asked = Instant::now();
            let count = reader.read(query, &mut self.found)?;
            let answered = Instant::now();
            let rows = rows_of(query, &self.found);
            recorder.ack(&Ack { handed_in: asked, acked: answered, operations: rows });
            recorder.pause();
            self.contents.check(query, &self.found, count)?;
            answers.elapsed += answered - asked;
            answers.operations += rows as u64;
        }
        Ok(answers)
    }

    fn next_query(&mut self) -> Query {
        match self.reads {
            Reads::Point => Query::FirstVote { article: self.next_article() },
            Reads::Article => Query::Votes { article: self.next_article() },
            Reads::Count => Query::VoteCount { article: self.next_article() },
            Reads::Range { records } => {
                let last = self.contents.records().saturating_sub(records.get().into());
                Query::Range { first: self.random.random_range(0..=last), records }
            }
        }
    }

    fn next_article(&mut self) -> u32 {
        self.random.random_range(0..self.contents.articles())
    }
}

/// Rows of an answer: a count is one, however many votes it tells of.
fn rows_of(query: Query, found: &[Record]) -> usize {
    match query {
        Query::VoteCount { .. } => 1,
        Query::FirstVote { .. } | Query::Votes { .. } | Query::Range { .. } => found.len(),
    }
}
