//! The typed description of a SQLite write path.

use std::num::NonZeroU32;
use std::path::Path;

use sqlite_builds::{
    ActiveBuild, Connection, ConnectionMutex, OpenMode, OpenOptions, SqliteBuild, ThreadMode, Vfs,
};

use super::checkpoint::CheckpointStrategy;
use super::pragma::{AutoVacuum, JournalMode, LockingMode, Pragmas, WalAutocheckpoint};
use super::table::Table;
use crate::error::{Result, WriteError};

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
    pub fn checkpoint_conflict(&self) -> Option<String> {
        let (strategy, pragmas) = (self.checkpoint_strategy, &self.pragmas);
        if strategy == CheckpointStrategy::Automatic {
            return None;
        }
        if pragmas.journal_mode != JournalMode::Wal {
            let mode = pragmas.journal_mode.name();
            return Some(format!(
                "journal_mode {mode} has no WAL; choose wal, or automatic checkpoints"
            ));
        }
        if let WalAutocheckpoint::Pages(pages) = pragmas.wal_autocheckpoint {
            let asks = format!("wal_autocheckpoint {pages} asks for checkpoints of its own");
            return Some(format!("{asks}; turn it off"));
        }
        if strategy.has_thread() && pragmas.locking_mode == LockingMode::Exclusive {
            let shut_out = "locking_mode exclusive shuts out the connection of the background thread; \
                            choose normal, or a strategy without a thread";
            return Some(shut_out.to_owned());
        }
        let is_alone = self.build.thread_mode == ThreadMode::SingleThread;
        (strategy.has_thread() && is_alone).then(|| {
            format!(
                "SQLite build `{}` has no mutexes (SQLITE_THREADSAFE=0) and cannot serve the \
                 background thread; choose another build, or a strategy without a thread",
                self.build.name
            )
        })
    }

    /// Refuses a strategy that could not run, and vacuum steps that SQLite would pass over in silence, before there is
    /// a file.
    pub(super) fn check(&self) -> Result<()> {
        if let Some(conflict) = self.checkpoint_conflict() {
            let strategy = self.checkpoint_strategy.name();
            let refusal = format!("checkpoints ({strategy}) cannot run: {conflict}");
            return Err(WriteError::Unfit(refusal));
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

    /// How long the WAL's file is in the long run, where that is known beforehand. Not where records go into an index in
    /// random order: the frames of a commit are then no small part of it, and a few commits make it.
    pub(super) fn wal_bytes_in_long_run(&self) -> Option<u64> {
        let Pragmas { journal_mode, wal_autocheckpoint, page_size, .. } = self.pragmas;
        if journal_mode != JournalMode::Wal || self.table.has_random_inserts() {
            return None;
        }
        let strategy = self.checkpoint_strategy;
        let bytes = strategy.wal_bytes_in_long_run(wal_autocheckpoint, page_size)?;
        Some(self.pragmas.kept_journal_bytes(bytes))
    }

    /// Opens a connection to a database, with no pragma set yet.
    pub(crate) fn connect(
        &self,
        build: &ActiveBuild,
        database: &Path,
        mode: OpenMode,
    ) -> Result<Connection> {
        let options = OpenOptions { mutex: self.mutex, mode, vfs: Vfs::Default };
        Ok(build.open(database, &options)?)
    }

    /// The same without checkpoints.
    pub(crate) fn without_checkpoints(self) -> Self {
        let pragmas = Pragmas { wal_autocheckpoint: WalAutocheckpoint::Off, ..self.pragmas };
        Self { checkpoint_strategy: CheckpointStrategy::Automatic, pragmas, ..self }
    }
}

/// Connections of a build without mutexes cannot live on several threads.
pub(crate) fn refuse_one_thread(build: &SqliteBuild, with_threads: &str) -> Result<()> {
    if build.thread_mode != ThreadMode::SingleThread {
        return Ok(());
    }
    Err(WriteError::Unfit(format!(
        "SQLite build {} has no mutexes, so that all of its connections live on one thread, but {with_threads} have \
         threads of their own; choose a build with mutexes",
        build.name
    )))
}
