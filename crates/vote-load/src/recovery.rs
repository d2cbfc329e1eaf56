//! Recovery: how soon a path that was killed can answer again.

use std::num::NonZeroU32;
use std::path::Path;
use std::time::{Duration, Instant};

use runner::RunnerError;
use runner::files::copy_files;
use runner::workload::SEED;
use serde::{Deserialize, Serialize};
use tempfile::TempDir;
use write_path::{Digest, Operation, Packet, PathSpec, Query, Record, WritePath};

use crate::error::LoadError;
use crate::load::VoteLoad;
use crate::operations::{ClientOperation, Operations};
use crate::running;
use crate::subject::Subject;

/// What a path is given to keep before it is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashLoad {
    /// How many votes.
    pub votes: NonZeroU32,
    /// For how many articles.
    pub articles: NonZeroU32,
}

/// A path that keeps its votes and is still open, to be killed.
pub struct Kept {
    /// What the kill leaves to recover.
    pub left: Left,
    /// The path: dropping it would close it in order.
    pub path: Box<dyn WritePath>,
}

/// The state that a kill leaves: what recovery begins with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Left {
    /// Bytes of the database, or of a log that stands alone.
    pub left_stored_bytes: u64,
    /// Bytes of the WAL or journal.
    pub left_journal_bytes: u64,
    /// Bytes of the log that stands before a database; `None` where none does.
    pub left_log_bytes: Option<u64>,
    /// Frames of the WAL that a reader must look into, 0 if all of them are in the database; `None` for
    /// a path without a WAL, or of several shards.
    pub left_wal_frames: Option<u64>,
    /// Votes that are acked and not in the database behind the log; `None` where no log stands before
    /// a database.
    pub left_lag_votes: Option<u64>,
}

/// How a path came back.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Recovery {
    /// How long opening took, with whatever the path restores then.
    pub opened_seconds: f64,
    /// From the beginning of opening to the first right answer: how many votes one article has. A path
    /// that keeps no counts reads everything for that.
    pub answered_seconds: f64,
    /// How the answer came about, in words: by a query, or by reading everything where the path answers none.
    pub answered_by: String,
    /// How long it took to open the path once more and to read every vote.
    pub read_seconds: f64,
    /// Every vote that was found: those that were acked.
    pub verified_votes: u64,
}

/// Votes of a packet.
const PACKET_VOTES: usize = 4_096;

/// Votes that the path itself keeps, the last ones: four times what lies between two checkpoints of the
/// arm that checkpoints most seldom. Those before may get into the store in a faster way.
const OWN_VOTES: u32 = 409_600;

impl CrashLoad {
    /// The first document's: 5.12 million votes for 10,000 articles (thesis, figure "recovery").
    pub const OF_THE_DOCUMENT: Self = Self {
        votes: NonZeroU32::new(5_120_000).expect("not zero"),
        articles: NonZeroU32::new(10_000).expect("not zero"),
    };

    /// Lets a path keep the votes, and returns right after the last ack. What the path would do then
    /// (a checkpoint, feeding a database) is left undone, so that the kill comes at the worst moment.
    ///
    /// Where the same files can be filled under settings that are faster, only the last votes go
    /// through the path itself: what a kill leaves to recover is theirs.
    ///
    /// # Errors
    /// Whatever the path answers.
    pub fn keep(&self, subject: &Subject, directory: &Path) -> Result<Kept, LoadError> {
        let mut votes = self.records().peekable();
        if let Some(filling) = &subject.filling {
            let before = self.votes.get().saturating_sub(OWN_VOTES);
            fill(filling.as_ref(), directory, votes.by_ref().take(before as usize))?;
        }
        let mut path = subject.spec.open(directory)?;
        let mut is_first = true;
        while votes.peek().is_some() {
            if !is_first {
                path.after_ack()?;
            }
            is_first = false;
            let packet = votes.by_ref().take(PACKET_VOTES).map(Operation::Insert).collect();
            let ticket = path.submit(&Packet::new(packet))?;
            path.wait(ticket)?;
        }
        let sizes = path.inspect().storage_sizes()?;
        let left = Left {
            left_stored_bytes: sizes.database_bytes,
            left_journal_bytes: sizes.journal_bytes,
            left_log_bytes: sizes.front_log_bytes,
            left_wal_frames: path.inspect().wal_frames()?,
            left_lag_votes: path.inspect().lag_operations(),
        };
        Ok(Kept { left, path })
    }

    /// Opens what a killed process left, asks, and compares every vote.
    ///
    /// # Errors
    /// Whatever the path answers; [`LoadError::WrongCount`] and [`RunnerError::Unfaithful`] where it
    /// is not what was acked.
    pub fn recover(&self, spec: &dyn PathSpec, directory: &Path) -> Result<Recovery, LoadError> {
        let (opened_in, asked_in) = if answers_queries(spec, directory)? {
            self.ask(spec, directory)?
        } else {
            (open_a_copy(spec, directory)?, None)
        };
        let reading = Instant::now();
        let found = spec.recover(directory)?;
        let read_in = reading.elapsed();
        let acked = self.digest();
        if found != acked {
            return Err(RunnerError::Unfaithful { acked, found }.into());
        }
        Ok(Recovery {
            opened_seconds: opened_in.as_secs_f64(),
            answered_seconds: asked_in.unwrap_or(read_in).as_secs_f64(),
            answered_by: asked_in.map_or("reading everything", |_| "query").to_owned(),
            read_seconds: read_in.as_secs_f64(),
            verified_votes: found.records(),
        })
    }

    /// How long opening took, and all until the right answer.
    fn ask(
        &self,
        spec: &dyn PathSpec,
        directory: &Path,
    ) -> Result<(Duration, Option<Duration>), LoadError> {
        let (article, expected) = self.question();
        let opening = Instant::now();
        let mut path = spec.open(directory)?;
        let opened_in = opening.elapsed();
        let found = count(path.as_mut(), article)?;
        let answered_in = opening.elapsed();
        path.close()?;
        if found != expected {
            return Err(LoadError::WrongCount { article, expected, found });
        }
        Ok((opened_in, Some(answered_in)))
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

/// Puts votes into a store under settings that fill it fast, and closes it.
fn fill(
    filling: &dyn PathSpec,
    directory: &Path,
    votes: impl Iterator<Item = Record>,
) -> Result<(), LoadError> {
    let mut path = filling.open(directory)?;
    running::fill(path.as_mut(), votes)?;
    Ok(path.close()?)
}

/// Whether a path answers queries, learnt from an empty one beside the store: what is to be timed is opened once.
fn answers_queries(spec: &dyn PathSpec, directory: &Path) -> Result<bool, LoadError> {
    let empty = directory_beside(directory)?;
    let mut path = spec.open(empty.path())?;
    let asked = count(path.as_mut(), 0);
    path.close()?;
    match asked {
        Ok(_) => Ok(true),
        Err(LoadError::NoReader) => Ok(false),
        Err(LoadError::Path(error)) if error.is_no_way_to_read() => Ok(false),
        Err(error) => Err(error),
    }
}

/// How long opening takes where the answer opens and reads in one. It is told of a copy, because the
/// first opening restores what the second one finds in order.
fn open_a_copy(spec: &dyn PathSpec, directory: &Path) -> Result<Duration, LoadError> {
    let copy = directory_beside(directory)?;
    copy_files(directory, copy.path())?;
    let opening = Instant::now();
    let path = spec.open(copy.path())?;
    let opened_in = opening.elapsed();
    path.close()?;
    Ok(opened_in)
}

fn directory_beside(directory: &Path) -> Result<TempDir, RunnerError> {
    let parent = directory.parent().unwrap_or(directory);
    TempDir::new_in(parent).map_err(RunnerError::io("creating a directory in", parent))
}

fn count(path: &mut dyn WritePath, article: u32) -> Result<u64, LoadError> {
    let mut reader = path.reader()?.ok_or(LoadError::NoReader)?;
    Ok(reader.read(Query::VoteCount { article }, &mut Vec::new())?)
}
