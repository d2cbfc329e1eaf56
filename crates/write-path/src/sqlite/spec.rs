//! The typed description of a SQLite write path.

use std::num::NonZeroU32;

use sqlite_builds::{ConnectionMutex, SqliteBuild, ThreadMode};

use super::checkpoint::CheckpointStrategy;
use super::pragma::{AutoVacuum, JournalMode, LockingMode, Pragmas, WalAutocheckpoint};
use super::table::Table;
use crate::error::{CheckpointConflict, WriteError};

/// SQLite as a case describes it.
#[derive(Debug, Clone, Copy)]
pub struct SqliteSpec {
    /// Which compiled SQLite.
    pub build: &'static SqliteBuild,
    /// Whether each call takes the connection's mutex.
    pub mutex: ConnectionMutex,
    /// Where the records go.
    pub table: Table,
    /// Every pragma.
    pub pragmas: Pragmas,
    /// What is put off until after the ack.
    pub deferred_work: DeferredWork,
    /// When the WAL is copied into the database, and by whom.
    pub checkpoint_strategy: CheckpointStrategy,
}

/// What is done between an ack and the next packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DeferredWork {
    /// Nothing.
    None,
    /// `PRAGMA incremental_vacuum`: a transaction of its own, which cuts free pages off the file.
    IncrementalVacuum {
        /// One step comes after so many acks.
        acks_per_step: NonZeroU32,
        /// Pages that a step cuts off at most.
        pages_max: NonZeroU32,
    },
}

impl SqliteSpec {
    /// This build with these pragmas, no mutex (as rusqlite opens by default), into this table, with
    /// nothing put off.
    pub fn new(build: &'static SqliteBuild, table: Table, pragmas: Pragmas) -> Self {
        Self {
            build,
            mutex: ConnectionMutex::NoMutex,
            table,
            pragmas,
            deferred_work: DeferredWork::None,
            checkpoint_strategy: CheckpointStrategy::Automatic,
        }
    }

    /// The same with another checkpoint strategy, and with `wal_autocheckpoint` off unless the
    /// strategy is the pragma's own.
    #[must_use]
    pub fn with_checkpoints(mut self, strategy: CheckpointStrategy) -> Self {
        self.checkpoint_strategy = strategy;
        if strategy != CheckpointStrategy::Automatic {
            self.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
        }
        self
    }

    /// Why this specification's checkpoint strategy cannot run with its other settings, if so:
    /// opening is refused for that reason.
    pub fn checkpoint_conflict(&self) -> Option<CheckpointConflict> {
        let (strategy, pragmas) = (self.checkpoint_strategy, &self.pragmas);
        if strategy == CheckpointStrategy::Automatic {
            return None;
        }
        if pragmas.journal_mode != JournalMode::Wal {
            return Some(CheckpointConflict::NoWal { found: pragmas.journal_mode.name() });
        }
        if let WalAutocheckpoint::Pages(pages) = pragmas.wal_autocheckpoint {
            return Some(CheckpointConflict::PragmaAsksToo { pages });
        }
        if !strategy.has_thread() {
            return None;
        }
        if pragmas.locking_mode == LockingMode::Exclusive {
            return Some(CheckpointConflict::ShutOut);
        }
        let build = self.build;
        (build.thread_mode == ThreadMode::SingleThread)
            .then_some(CheckpointConflict::NoMutexes { build: build.name })
    }

    /// Refuses a strategy that could not run, and vacuum steps that SQLite would pass over in silence, before there is
    /// a file.
    pub(super) fn check(&self) -> Result<(), WriteError> {
        if let Some(conflict) = self.checkpoint_conflict() {
            let strategy = self.checkpoint_strategy.name();
            return Err(WriteError::Checkpoints { strategy, conflict });
        }
        let auto_vacuum = self.pragmas.auto_vacuum;
        if self.deferred_work != DeferredWork::None && auto_vacuum != AutoVacuum::Incremental {
            return Err(WriteError::PragmaRefused {
                pragma: "auto_vacuum",
                expected: "incremental, for steps of incremental_vacuum".into(),
                answered: auto_vacuum.name().into(),
            });
        }
        Ok(())
    }

    /// The same without checkpoints.
    pub(crate) fn without_checkpoints(self) -> Self {
        let pragmas = Pragmas { wal_autocheckpoint: WalAutocheckpoint::Off, ..self.pragmas };
        Self { checkpoint_strategy: CheckpointStrategy::Automatic, pragmas, ..self }
    }
}
