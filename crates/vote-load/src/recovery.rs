//! Recovery: how soon a path that was killed can answer again.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use fixture::{FixtureError, SEED};
use write_path::{Digest, Operation, Packet, PathSpec, Query, Record, WriteError, WritePath};

use crate::error::LoadError;
use crate::load::VoteLoad;
use crate::operations::{ClientOperation, Operations};

/// What a path is given to keep before it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keepsake {
    /// How many votes.
    pub votes: NonZeroU32,
    /// For how many articles.
    pub articles: NonZeroU32,
}

/// How a path came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recovery {
    /// From opening to the first right answer: how many votes one article has. A path that keeps no
    /// counts reads everything for that.
    pub answered_in: Duration,
    /// How the answer came about.
    pub answer: Answer,
    /// How long reading every vote took after that.
    pub read_in: Duration,
    /// Every vote that was found: those that were acked.
    pub found: Digest,
}

/// How the first answer came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// The path was opened and asked.
    Asked,
    /// The path answers no query: everything that it keeps was read.
    ReadAll,
}

/// Votes of a packet.
const PACKET_VOTES: usize = 4_096;

impl Keepsake {
    /// The first document's: 5.12 million votes for 10,000 articles (thesis, figure "recovery").
    pub const OF_THE_DOCUMENT: Self = Self {
        votes: NonZeroU32::new(5_120_000).expect("not zero"),
        articles: NonZeroU32::new(10_000).expect("not zero"),
    };

    /// Lets a path keep the votes and waits for every ack. The path stays open: the caller ends the
    /// process as it stands.
    ///
    /// # Errors
    /// Whatever the path answers.
    pub fn keep(
        &self,
        spec: &dyn PathSpec,
        directory: &Path,
    ) -> Result<Box<dyn WritePath>, LoadError> {
        let mut path = spec.open(directory)?;
        let mut votes = self.records().peekable();
        while votes.peek().is_some() {
            let packet = votes.by_ref().take(PACKET_VOTES).map(Operation::Insert).collect();
            let ticket = path.submit(&Packet::new(packet))?;
            path.wait(ticket)?;
            path.after_ack()?;
        }
        Ok(path)
    }

    /// Opens what a killed process left, asks, and compares every vote.
    ///
    /// # Errors
    /// Whatever the path answers; [`LoadError::WrongCount`] and [`FixtureError::Unfaithful`] where it
    /// is not what was acked.
    pub fn recover(&self, spec: &dyn PathSpec, directory: &Path) -> Result<Recovery, LoadError> {
        let (article, wished) = self.question();
        let opening = Instant::now();
        let mut path = spec.open(directory)?;
        let asked = count(path.as_mut(), article);
        let mut answered_in = opening.elapsed();
        path.close()?;
        let answer = match asked {
            Ok(found) if found == wished => Answer::Asked,
            Ok(found) => return Err(LoadError::WrongCount { article, wished, found }),
            Err(LoadError::NoReader | LoadError::Path(WriteError::NoWayToRead { .. })) => {
                Answer::ReadAll
            }
            Err(error) => return Err(error),
        };
        let reading = Instant::now();
        let found = spec.recover(directory)?;
        let read_in = reading.elapsed();
        if answer == Answer::ReadAll {
            answered_in = read_in;
        }
        let acked = self.digest();
        if found != acked {
            return Err(FixtureError::Unfaithful { acked, found }.into());
        }
        Ok(Recovery { answered_in, answer, read_in, found })
    }

    fn records(&self) -> impl Iterator<Item = Record> + use<> {
        let load = VoteLoad { articles: self.articles, ..VoteLoad::of_the_document() };
        let mut operations = Operations::of(&load, SEED);
        let votes = self.votes.get() as usize;
        std::iter::repeat_with(move || operations.next_operation())
            .filter_map(|operation| match operation {
                ClientOperation::Write(vote) => Some(Record::Vote(vote)),
                ClientOperation::Read { .. } => None,
            })
            .take(votes)
    }

    fn digest(&self) -> Digest {
        let mut digest = Digest::default();
        self.records().for_each(|record| digest.add(&record));
        digest
    }

    /// An article, and how many votes it has.
    fn question(&self) -> (u32, u64) {
        let article = self.articles.get() / 2;
        let is_for_it =
            |record: &Record| matches!(record, Record::Vote(vote) if vote.article == article);
        (article, self.records().filter(is_for_it).count() as u64)
    }
}

fn count(path: &mut dyn WritePath, article: u32) -> Result<u64, LoadError> {
    let mut reader = path.reader()?.ok_or(LoadError::NoReader)?;
    Ok(reader.read(Query::VoteCount { article }, &mut Vec::new())?)
}
