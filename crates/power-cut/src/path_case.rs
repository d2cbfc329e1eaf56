//! A whole write path, as the benches run it, as a subject.

use std::num::NonZeroU32;
use std::sync::Arc;

use disk_model::Dice;
use sqlite_builds::SqliteBuild;
use write_path::{
    Operation, Packet, PathSpec, Query, Record, ShardCount, Vote, WriteError, WritePath,
};

use crate::error::StoreError;
use crate::key::Key;
use crate::oracle::FoundRecord;
use crate::recording::{Phase, Recorder};
use crate::storage::name_below;
use crate::subject::{Checked, Contents, Course, Due, Home, OpenStore, Place, Subject};

const COURSE: Course = Course { before: 3, last: 12, new: 2, records_of };
/// Votes are for so many articles.
const ARTICLES: u32 = 256;

/// The directories that a path may make below its own.
const LOG: &str = "log";
const DATABASE: &str = "database";

/// A write path and what decides its durability.
#[derive(Clone, Debug)]
pub struct PathCase {
    pub(crate) key: Key,
    /// The build that it opens connections of, or any.
    pub(crate) build: &'static SqliteBuild,
    pub(crate) spec: Arc<dyn PathSpec>,
    pub(crate) layout: Layout,
}

/// What a path's directory holds, and so how it is read and checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Layout {
    /// A database, whose integrity is checked as it is found.
    Database,
    /// A log, and a database that it can make again: its integrity is checked once it has caught up.
    LogAndDatabase,
    /// So many of these, each in a directory of its own, whose records are found by article.
    Shards(ShardCount),
    /// A log whose rows are in memory, and found by article.
    Log,
}

/// A path that is open.
struct OpenPath {
    path: Box<dyn WritePath>,
    layout: Layout,
}

impl Subject for PathCase {
    fn key(&self) -> Key {
        self.key.clone()
    }

    fn home(&self) -> Home {
        let places = match self.layout {
            Layout::Shards(shards) => {
                (0..shards.get()).map(|shard| format!("shard-{shard}")).collect()
            }
            Layout::Database | Layout::LogAndDatabase | Layout::Log => vec![String::new()],
        };
        let below = |of: &'static str| places.iter().map(move |place| name_below(place, of));
        let databases: Vec<String> = below(DATABASE).collect();
        let directories = match self.layout {
            Layout::LogAndDatabase | Layout::Shards(_) => {
                below(LOG).chain(databases.clone()).collect()
            }
            Layout::Database | Layout::Log => Vec::new(),
        };
        Home::Directory { build: self.build, databases, directories }
    }

    fn course(&self) -> Course {
        COURSE
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        let path = self.spec.open(&place.directory)?;
        Ok(Box::new(OpenPath { path, layout: self.layout }))
    }

    fn complaint(&self, place: &Place, when: Checked) -> Result<Option<String>, StoreError> {
        let checked = match self.layout {
            Layout::Database => Some(Checked::AsFound),
            Layout::LogAndDatabase | Layout::Shards(_) => Some(Checked::CaughtUp),
            Layout::Log => None,
        };
        if checked != Some(when) {
            return Ok(None);
        }
        match self.spec.examine(&place.directory) {
            Ok(()) => Ok(None),
            Err(error @ WriteError::NotIntact { .. }) => Ok(Some(error.to_string())),
            Err(error) => Err(error.into()),
        }
    }

    /// A packet that shards refused may be there in part: it can neither be completed nor passed over.
    fn goes_on_after_errors(&self) -> bool {
        !matches!(self.layout, Layout::Shards(_))
    }
}

impl OpenStore for OpenPath {
    fn read(&mut self) -> Result<Contents, StoreError> {
        let mut records = Vec::new();
        if let Some(mut reader) = self.path.reader()? {
            if matches!(self.layout, Layout::Log | Layout::Shards(_)) {
                for article in 0..ARTICLES {
                    reader.read(Query::Votes { article }, &mut records)?;
                }
            } else {
                let all = Query::Range { first: 0, records: NonZeroU32::MAX };
                reader.read(all, &mut records)?;
            }
        }
        Ok(Contents::of(records.iter().map(found).collect()))
    }

    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        let vote = |place| Operation::Insert(Record::Vote(vote(due.packet, due.life, place)));
        let packet = Packet::new((0..records_of(due.packet)).map(vote).collect());
        let ticket = self.path.submit(&packet)?;
        self.path.wait(ticket)?;
        recorder.acked(due.packet);
        recorder.phase(Phase::Checkpointing);
        Ok(self.path.after_ack()?)
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.path.close()?)
    }
}

/// Every third packet fills pages, the others do not.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 120 } else { 3 }
}

/// Its user says where it belongs, and its article follows from its user.
fn vote(packet: u64, life: u32, place: u32) -> Vote {
    let user = FoundRecord::number(packet, life, place);
    Vote { article: Dice::new(user).throw() as u32 % ARTICLES, user }
}

fn found(record: &Record) -> FoundRecord {
    match record {
        Record::Vote(found) => FoundRecord::numbered(found.user, |packet, life, place| {
            vote(packet, life, place) == *found
        }),
        Record::Event(_) => FoundRecord { packet: 0, place: 0, life: 0, intact: false },
    }
}
