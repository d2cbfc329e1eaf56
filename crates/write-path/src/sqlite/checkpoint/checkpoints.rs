//! A strategy at work on an open path: what the committing thread does, and what it leaves to a thread.

use std::sync::MutexGuard;

use rusqlite::Connection;
use sqlite_builds::ActiveBuild;

use super::background_thread::{Due, Orders, PATIENCE, Shared};
use super::checkpointer::Checkpointer;
use super::strategy::{BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync};
use crate::checkpoint::{CheckpointCaller, CheckpointMode};
use crate::error::Result;
use crate::sqlite::files::PathFiles;
use crate::sqlite::pragma::WalAutocheckpoint;
use crate::sqlite::reader::connect;
use crate::sqlite::spec::SqliteSpec;
use crate::worker::Worker;

/// What calls the checkpoints of a path.
pub(in crate::sqlite) struct Checkpoints {
    strategy: CheckpointStrategy,
    pragma: WalAutocheckpoint,
    pub(in crate::sqlite) checkpointer: Checkpointer,
    /// That of a strategy which has one.
    thread: Option<Worker<Shared>>,
    /// Committed since the committing thread's last checkpoint.
    operations: u64,
}

impl Checkpoints {
    /// Puts a specification's strategy to work beside a connection that is open.
    pub(in crate::sqlite) fn start(
        spec: &SqliteSpec,
        build: &ActiveBuild,
        files: &PathFiles,
        checkpointer: Checkpointer,
    ) -> Result<Self> {
        let mode = CheckpointMode::Passive;
        let orders = match spec.checkpoint_strategy {
            CheckpointStrategy::Automatic | CheckpointStrategy::AfterAck { .. } => None,
            CheckpointStrategy::Background { pace, mode, database_sync } => {
                Some(Orders { due: Due::Paced(pace), mode, database_sync })
            }
            CheckpointStrategy::TwoPhase { copy_frames, database_sync, .. } => {
                let due = Due::Paced(BackgroundPace::Frames(copy_frames));
                Some(Orders { due, mode, database_sync })
            }
            CheckpointStrategy::HandOver { reset_frames, rest_frames } => {
                let due = Due::UntilHandOver { reset_frames, rest_frames };
                Some(Orders { due, mode, database_sync: DatabaseSync::EachCall })
            }
        };
        let start = |orders| {
            let (spec, build, database) = (*spec, build.clone(), files.database.clone());
            let open = move || connect(&spec, &build, &database, PATIENCE);
            Shared::start(orders, checkpointer.clone(), open, Shared::work)
        };
        Ok(Self {
            strategy: spec.checkpoint_strategy,
            pragma: spec.pragmas.wal_autocheckpoint,
            thread: orders.map(start).transpose()?,
            checkpointer,
            operations: 0,
        })
    }

    /// Called by the committing thread after a commit of so many operations, before its ack.
    ///
    /// The automatic strategy does what SQLite's own WAL hook does (`sqlite3WalDefaultHook` in main.c), with a note of
    /// each call: the commit that leaves so many frames in the WAL, or more, checkpoints passively before it returns. A
    /// failure is told, where SQLite passes over it.
    pub(in crate::sqlite) fn committed(
        &mut self,
        connection: &Connection,
        operations: u64,
    ) -> Result<()> {
        self.operations += operations;
        if let Some(thread) = &self.thread
            && thread.shared().is_awaited()
        {
            thread.wake();
        }
        if self.strategy == CheckpointStrategy::Automatic
            && let WalAutocheckpoint::Pages(pages) = self.pragma
            && self.checkpointer.progress.now().frames >= u64::from(pages.get())
        {
            self.call(connection, CheckpointMode::Passive, CheckpointCaller::Commit)?;
        }
        Ok(())
    }

    /// Called by the committing thread after the ack.
    pub(in crate::sqlite) fn after_ack(&mut self, connection: &Connection) -> Result<()> {
        if let CheckpointStrategy::AfterAck { every, mode } = self.strategy {
            let is_due = match every {
                CheckpointInterval::Records(records) => self.operations >= u64::from(records.get()),
                CheckpointInterval::Frames(frames) => {
                    self.checkpointer.progress.now().uncopied() >= u64::from(frames.get())
                }
            };
            if is_due {
                self.call(connection, mode, CheckpointCaller::AfterAck)?;
            }
        }
        if let Some(thread) = self.thread.as_ref().map(Worker::shared)
            && let Some(_turn) = self.turn_to_help(thread)
        {
            // Nobody commits meanwhile, so that a passive call reaches the last frame.
            let (mode, caller) = (CheckpointMode::Passive, CheckpointCaller::AfterAck);
            self.checkpointer.call(connection, mode, caller, DatabaseSync::WhenComplete)?;
            thread.accept();
        }
        Ok(())
    }

    /// Copies the whole WAL, with nobody else at it.
    pub(in crate::sqlite) fn drain(&mut self, connection: &Connection) -> Result<()> {
        self.operations = 0;
        let Some(thread) = &self.thread else { return self.checkpointer.complete(connection) };
        let _turn = thread.shared().turn();
        thread.failure()?;
        self.checkpointer.complete(connection)?;
        // Whatever the thread has left to others is copied with the rest.
        thread.shared().accept();
        Ok(())
    }

    /// A failure that the thread met, once.
    pub(in crate::sqlite) fn failure(&self) -> Result<()> {
        self.thread.as_ref().map_or(Ok(()), Worker::failure)
    }

    /// Ends the thread, and tells a failure that nobody was told yet.
    pub(in crate::sqlite) fn close(self) -> Result<()> {
        self.thread.map_or(Ok(()), |mut thread| thread.stop())
    }

    fn call(
        &mut self,
        connection: &Connection,
        mode: CheckpointMode,
        caller: CheckpointCaller,
    ) -> Result<()> {
        self.checkpointer.call(connection, mode, caller, DatabaseSync::WhenComplete)?;
        self.operations = 0;
        Ok(())
    }

    /// The thread's turn, where it is the committing thread's to copy what the thread has left.
    ///
    /// While commits go on, the thread's calls never reach the last frame, and SQLite begins a WAL anew only if a
    /// commit finds all of it copied. Between an ack and the next packet nobody commits: a short passive call there
    /// copies the rest.
    fn turn_to_help<'thread>(&self, thread: &'thread Shared) -> Option<MutexGuard<'thread, ()>> {
        let wal = self.checkpointer.progress.now();
        match self.strategy {
            // The thread cannot keep up: the committing thread waits, or the WAL has no bound.
            CheckpointStrategy::TwoPhase { reset_frames, .. }
            | CheckpointStrategy::HandOver { reset_frames, .. }
                if wal.frames >= 2 * u64::from(reset_frames.get()) =>
            {
                Some(thread.turn())
            }
            CheckpointStrategy::TwoPhase { copy_frames, reset_frames, .. } => {
                let is_short = wal.uncopied() <= u64::from(copy_frames.get());
                let is_due = is_short && wal.frames >= u64::from(reset_frames.get());
                is_due.then(|| thread.turn_if_idle()).flatten()
            }
            // The thread gives its turn back at once when it has handed over.
            CheckpointStrategy::HandOver { .. } => thread.has_handed_over().then(|| thread.turn()),
            CheckpointStrategy::Automatic
            | CheckpointStrategy::AfterAck { .. }
            | CheckpointStrategy::Background { .. } => None,
        }
    }
}
