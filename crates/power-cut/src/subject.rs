//! What a campaign examines.

use std::fmt::Debug;
use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use disk_model::Disk;
use native_log::storage::{FileStorage, Storage};
use sqlite_builds::SqliteBuild;

use crate::error::StoreError;
use crate::key::Key;
use crate::oracle::{Expected, FoundRecord};
use crate::recording::Recorder;

/// A store under settings, whose life can be recorded and whose remains can be opened again.
pub trait Subject: Debug + Sync {
    /// What decides its durability, and so what its verdict is about.
    fn key(&self) -> Key;

    /// Where it lives.
    fn home(&self) -> Home;

    /// Which packets it is given.
    fn course(&self) -> Course;

    /// Opens what is in its place.
    ///
    /// # Errors
    /// Whatever the store refuses.
    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError>;

    /// Begins a store in an empty place.
    ///
    /// # Errors
    /// Whatever fails: nothing may.
    fn begin(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        self.open(place)
    }

    /// What the store's own check complains of while nobody has it open.
    ///
    /// # Errors
    /// Why the check cannot be made.
    fn complaint(&self, _place: &Place, _when: Checked) -> Result<Option<String>, StoreError> {
        Ok(None)
    }

    /// Whether it is given more packets after one that it refused.
    fn goes_on_after_errors(&self) -> bool {
        true
    }
}

/// A store that is open.
pub trait OpenStore {
    /// Everything that it holds.
    ///
    /// # Errors
    /// Whatever cannot be read.
    fn read(&mut self) -> Result<Contents, StoreError>;

    /// Takes a packet, whose ack the recorder is told of, and does what is due after it.
    ///
    /// # Errors
    /// Why the packet is not acknowledged, or what was due failed.
    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError>;

    /// Closes it in order.
    ///
    /// # Errors
    /// Whatever fails.
    fn close(self: Box<Self>) -> Result<(), StoreError>;

    /// Checks that its settings are in effect.
    ///
    /// # Errors
    /// Which is not.
    fn check_settings(&mut self) -> Result<(), StoreError> {
        Ok(())
    }
}

/// When a store's own check is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Checked {
    /// As a crash left it.
    AsFound,
    /// When it was opened, given packets, and closed.
    CaughtUp,
}

/// Where a store lives.
#[derive(Clone, Debug)]
pub enum Home {
    /// In memory, beginning with these files.
    Memory(Disk),
    /// In a directory of real files.
    Directory {
        /// The build that it opens connections of, or any.
        build: &'static SqliteBuild,
        /// The directories below it in which databases lie, beside its own.
        databases: Vec<String>,
        /// The directories below it that are there of old, whatever a crash takes.
        directories: Vec<String>,
    },
}

/// The place of one life.
#[derive(Clone, Debug)]
pub struct Place {
    /// A directory of real files; one in memory leaves it alone.
    pub directory: PathBuf,
    pub(crate) memory: Option<Arc<dyn Storage>>,
}

impl Place {
    /// Files for a store that goes through the native log's storage.
    ///
    /// # Errors
    /// What the file system answers.
    pub fn storage(&self) -> io::Result<Arc<dyn Storage>> {
        match &self.memory {
            Some(memory) => Ok(Arc::clone(memory)),
            None => Ok(Arc::new(FileStorage::open(&self.directory)?)),
        }
    }
}

/// Which packets a store is given, by number. The first is 1.
#[derive(Clone, Copy, Debug)]
pub struct Course {
    /// Packets up to this one are there, and durable, before its life begins.
    pub before: u64,
    /// The last packet of the life that is recorded.
    pub last: u64,
    /// How many packets a restart hands in.
    pub new: u64,
    /// How many records each packet has.
    pub records_of: fn(u64) -> u32,
}

impl Course {
    /// What must be found before the life begins, and what may.
    #[must_use]
    pub fn expected(&self) -> Expected {
        Expected {
            acked: self.before,
            released: 0,
            attempted: vec![self.before],
            survived: None,
            records_of: self.records_of,
        }
    }
}

/// A packet that is to be handed in.
#[derive(Clone, Copy, Debug)]
pub struct Due {
    /// Its number.
    pub packet: u64,
    /// The life in which it is written: 0 before any crash.
    pub life: u32,
    /// No other one follows in this life.
    pub is_last: bool,
}

/// What a store holds.
#[derive(Clone, Debug, Default)]
pub struct Contents {
    /// The records, in any order.
    pub records: Vec<FoundRecord>,
    /// The last packet, behind which others come.
    pub last: u64,
    /// What a check complains of that is made with the store open.
    pub complaint: Option<String>,
}

impl Contents {
    /// The next packet follows the last one of which something is there.
    #[must_use]
    pub fn of(records: Vec<FoundRecord>) -> Self {
        let last = records.iter().map(|record| record.packet).max().unwrap_or(0);
        Self { records, last, complaint: None }
    }
}
