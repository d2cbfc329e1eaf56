//! The one place where a path's checkpoints are called, timed and noted.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};

use super::strategy::DatabaseSync;
use super::wal_progress::WalProgress;
use crate::checkpoint::{
    CheckpointAnswer, CheckpointCall, CheckpointCaller, CheckpointMode, FrameCounts,
};
use crate::error::WriteError;
use crate::sqlite::files::{PathFiles, file_bytes};

/// Calls checkpoints on whatever connection it is given, and notes each call until it is taken.
#[derive(Debug, Clone)]
pub(in crate::sqlite) struct Checkpointer {
    pub(super) progress: WalProgress,
    files: Arc<PathFiles>,
    calls: Arc<Mutex<Vec<CheckpointCall>>>,
    /// Syncs of the database file that SQLite did not make.
    own_syncs: Arc<AtomicU64>,
}

impl Checkpointer {
    pub(in crate::sqlite) fn new(progress: WalProgress, files: Arc<PathFiles>) -> Self {
        Self { progress, files, calls: Arc::default(), own_syncs: Arc::default() }
    }

    /// The calls since this was last asked, in the order in which they ended.
    pub(in crate::sqlite) fn take_calls(&self) -> Vec<CheckpointCall> {
        std::mem::take(&mut *self.calls.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Syncs of the database file that were made here, which SQLite's counters do not see.
    pub(in crate::sqlite) fn own_syncs(&self) -> u64 {
        self.own_syncs.load(Ordering::Relaxed)
    }

    /// Checkpoints. A lock that is in the way is an answer, and no error.
    pub(super) fn call(
        &self,
        connection: &Connection,
        mode: CheckpointMode,
        caller: CheckpointCaller,
    ) -> Result<CheckpointCall, WriteError> {
        let call = self.call_unnoted(connection, mode, caller)?;
        self.note(call);
        Ok(call)
    }

    /// What the committing thread does after an ack to complete what a background thread has begun: nobody
    /// commits meanwhile, so a passive call reaches the last frame.
    pub(super) fn complete_after_ack(&self, connection: &Connection) -> Result<(), WriteError> {
        self.call(connection, CheckpointMode::Passive, CheckpointCaller::AfterAck).map(drop)
    }

    /// Checkpoints in the background, and then syncs what it copied, if so ordered.
    pub(super) fn call_in_background(
        &self,
        connection: &Connection,
        mode: CheckpointMode,
        database_sync: DatabaseSync,
    ) -> Result<CheckpointCall, WriteError> {
        let mut call = self.call_unnoted(connection, mode, CheckpointCaller::Background)?;
        match database_sync {
            DatabaseSync::WhenComplete => {}
            DatabaseSync::EachCall => {
                let begun = Instant::now();
                self.own_syncs.fetch_add(1, Ordering::Relaxed);
                self.files.sync_database()?;
                call.database_synced = Some(begun.elapsed());
            }
        }
        self.note(call);
        Ok(call)
    }

    /// Copies the whole WAL into the database file.
    ///
    /// # Errors
    /// [`WriteError::CheckpointIncomplete`] when another connection is in the way.
    pub(super) fn complete(&self, connection: &Connection) -> Result<(), WriteError> {
        let call = self.call(connection, CheckpointMode::Full, CheckpointCaller::Drain)?;
        let frames =
            call.frames.unwrap_or(FrameCounts { in_wal: self.progress.frames(), copied: 0 });
        if call.answer != CheckpointAnswer::Done || frames.in_wal != frames.copied {
            return Err(WriteError::CheckpointIncomplete {
                frames: frames.in_wal,
                copied: frames.copied,
            });
        }
        Ok(())
    }

    fn call_unnoted(
        &self,
        connection: &Connection,
        mode: CheckpointMode,
        caller: CheckpointCaller,
    ) -> Result<CheckpointCall, WriteError> {
        let life = self.progress.life();
        let wal_bytes_before = file_bytes(&self.files.journal)?;
        let wal_salts = self.files.wal_header()?.salts;
        let begun = Instant::now();
        let outcome = checkpoint(connection, mode);
        let duration = begun.elapsed();
        let (answer, frames) = outcome.map_err(WriteError::sqlite(match caller {
            CheckpointCaller::Background => "checkpointing in the background",
            CheckpointCaller::Commit | CheckpointCaller::AfterAck | CheckpointCaller::Drain => {
                "checkpointing"
            }
        }))?;
        if let Some(frames) = frames {
            self.progress.copied(life, frames);
        }
        Ok(CheckpointCall {
            begun,
            duration,
            mode,
            caller,
            answer,
            frames,
            wal_salts,
            wal_bytes_before,
            wal_bytes_after: file_bytes(&self.files.journal)?,
            database_bytes: file_bytes(&self.files.database)?,
            database_synced: None,
        })
    }

    fn note(&self, call: CheckpointCall) {
        self.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
    }
}

/// Runs the pragma and tells a lock in the way from an error. Unlike `sqlite3_wal_checkpoint_v2`, as
/// rusqlite offers it, the pragma answers with the counts even then
/// (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>).
fn checkpoint(
    connection: &Connection,
    mode: CheckpointMode,
) -> Result<(CheckpointAnswer, Option<FrameCounts>), rusqlite::Error> {
    let sql = match mode {
        CheckpointMode::Passive => "PRAGMA wal_checkpoint(PASSIVE)",
        CheckpointMode::Full => "PRAGMA wal_checkpoint(FULL)",
        CheckpointMode::Restart => "PRAGMA wal_checkpoint(RESTART)",
        CheckpointMode::Truncate => "PRAGMA wal_checkpoint(TRUNCATE)",
    };
    let outcome = connection.prepare_cached(sql).and_then(|mut statement| {
        statement.query_row([], |row| {
            let (busy, in_wal, copied): (bool, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let answer = if busy { CheckpointAnswer::Busy } else { CheckpointAnswer::Done };
            // Both are -1 where the checkpoint did not begin.
            let counts = u64::try_from(in_wal).ok().zip(u64::try_from(copied).ok());
            Ok((answer, counts.map(|(in_wal, copied)| FrameCounts { in_wal, copied })))
        })
    });
    match outcome.as_ref().err().and_then(rusqlite::Error::sqlite_error_code) {
        Some(ErrorCode::DatabaseBusy) => Ok((CheckpointAnswer::Busy, None)),
        Some(ErrorCode::DatabaseLocked) => Ok((CheckpointAnswer::Locked, None)),
        _ => outcome,
    }
}
