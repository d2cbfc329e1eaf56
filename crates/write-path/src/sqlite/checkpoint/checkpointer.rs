//! The one place where a path's checkpoints are called, timed and noted, and how long the WAL is meanwhile.

use std::ffi::c_int;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use rusqlite::{Connection, ErrorCode};

use super::strategy::DatabaseSync;
use crate::checkpoint::{
    CheckpointAnswer, CheckpointCall, CheckpointCaller, CheckpointMode, FrameCounts,
};
use crate::error::{Result, WriteError};
use crate::files::file_bytes;
use crate::locks::lock;
use crate::sqlite::files::PathFiles;

/// Calls checkpoints on whatever connection it is given, and notes each call until it is taken.
#[derive(Debug, Clone)]
pub(in crate::sqlite) struct Checkpointer {
    pub(super) progress: WalProgress,
    files: Arc<PathFiles>,
    calls: Arc<Mutex<Vec<CheckpointCall>>>,
    /// Syncs of the database file that were made here, which SQLite's counters do not see.
    pub(in crate::sqlite) own_syncs: Arc<AtomicU64>,
}

impl Checkpointer {
    pub(in crate::sqlite) fn new(progress: WalProgress, files: Arc<PathFiles>) -> Self {
        Self { progress, files, calls: Arc::default(), own_syncs: Arc::default() }
    }

    /// The calls since this was last asked, in the order in which they ended.
    pub(in crate::sqlite) fn take_calls(&self) -> Vec<CheckpointCall> {
        std::mem::take(&mut *lock(&self.calls))
    }

    /// Checkpoints, and then syncs what was copied, if so ordered. A lock that is in the way is an answer, and no error.
    pub(super) fn call(
        &self,
        connection: &Connection,
        mode: CheckpointMode,
        caller: CheckpointCaller,
        database_sync: DatabaseSync,
    ) -> Result<CheckpointCall> {
        let life = self.progress.now().life;
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
        let mut call = CheckpointCall {
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
        };
        if database_sync == DatabaseSync::EachCall {
            let begun = Instant::now();
            self.own_syncs.fetch_add(1, Ordering::Relaxed);
            self.files.sync_database()?;
            call.database_synced = Some(begun.elapsed());
        }
        lock(&self.calls).push(call);
        Ok(call)
    }

    /// Copies the whole WAL into the database file.
    ///
    /// # Errors
    /// [`WriteError::Differs`] when another connection is in the way.
    pub(super) fn complete(&self, connection: &Connection) -> Result<()> {
        let (mode, caller) = (CheckpointMode::Full, CheckpointCaller::Drain);
        let call = self.call(connection, mode, caller, DatabaseSync::WhenComplete)?;
        let in_wal = self.progress.now().frames;
        let frames = call.frames.unwrap_or(FrameCounts { in_wal, copied: 0 });
        if call.answer != CheckpointAnswer::Done || frames.in_wal != frames.copied {
            return Err(WriteError::differs(
                "the frames that a checkpoint copied",
                format!("all {} of the WAL", frames.in_wal),
                frames.copied,
                "another connection is reading or writing: close it first",
            ));
        }
        Ok(())
    }
}

/// Runs the pragma and tells a lock in the way from an error. Unlike `sqlite3_wal_checkpoint_v2`, as
/// rusqlite offers it, the pragma answers with the counts even then
/// (<https://sqlite.org/pragma.html#pragma_wal_checkpoint>).
fn checkpoint(
    connection: &Connection,
    mode: CheckpointMode,
) -> Result<(CheckpointAnswer, Option<FrameCounts>), rusqlite::Error> {
    let sql = format!("PRAGMA wal_checkpoint({})", mode.name());
    let outcome = connection.prepare_cached(&sql).and_then(|mut statement| {
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

/// How long the WAL is, and how much of it is in the database. Shared by the WAL hook, which counts, and whoever
/// checkpoints.
#[derive(Debug, Clone, Default)]
pub(in crate::sqlite) struct WalProgress(Arc<Mutex<WalState>>);

/// The WAL as commits and checkpoints tell of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct WalState {
    pub(super) commits: u64,
    /// How often a commit has begun the file anew.
    life: u64,
    pub(super) frames: u64,
    /// Those of them that are in the database.
    copied: u64,
}

impl WalState {
    /// Frames that are not in the database.
    pub(super) fn uncopied(self) -> u64 {
        self.frames - self.copied
    }
}

impl WalProgress {
    /// Counts the frames of a connection's commits from now on. SQLite has one such hook for each
    /// connection, so this takes the place of the one that `PRAGMA wal_autocheckpoint` sets.
    pub(in crate::sqlite) fn count_commits_of(
        &self,
        connection: &mut sqlite_builds::Connection,
    ) -> Result<()> {
        let progress = self.clone();
        let count = move |_: &mut rusqlite::hooks::Wal, frames: c_int| {
            progress.committed(u64::from(frames.unsigned_abs()));
            Ok(())
        };
        connection.wal_hook(Some(count)).map_err(WriteError::sqlite("setting the WAL hook"))
    }

    /// As it is now.
    pub(super) fn now(&self) -> WalState {
        *lock(&self.0)
    }

    /// Notes what a checkpoint that began in some life has reached. If that life is over, so is what
    /// was reached.
    fn copied(&self, life: u64, counts: FrameCounts) {
        let mut state = lock(&self.0);
        if state.life != life {
            return;
        }
        if counts.in_wal == 0 {
            // The file was cut.
            state.frames = 0;
        }
        state.copied = counts.copied.min(state.frames);
    }

    fn committed(&self, frames: u64) {
        let mut state = lock(&self.0);
        // A commit begins the WAL anew if all of it is copied; only a reader could be in the way.
        if frames <= state.frames || state.copied == state.frames {
            state.life += 1;
            state.copied = 0;
        }
        state.frames = frames;
        state.commits += 1;
    }
}
