//! How long the WAL is, and how much of it is in the database, as commits and checkpoints tell.

use std::ffi::c_int;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sqlite_builds::Connection;

use crate::checkpoint::FrameCounts;
use crate::error::WriteError;

/// Shared by the WAL hook, which counts, and whoever checkpoints.
#[derive(Debug, Clone, Default)]
pub(in crate::sqlite) struct WalProgress {
    state: Arc<Mutex<State>>,
}

/// One life of the WAL: it ends when a commit begins the file anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WalLife(u64);

#[derive(Debug, Default)]
struct State {
    commits: u64,
    life: u64,
    frames: u64,
    copied: u64,
}

impl WalProgress {
    /// Counts the frames of a connection's commits from now on. SQLite has one such hook for each
    /// connection, so this takes the place of the one that `PRAGMA wal_autocheckpoint` sets.
    pub(in crate::sqlite) fn count_commits_of(
        &self,
        connection: &mut Connection,
    ) -> Result<(), WriteError> {
        let progress = self.clone();
        let count = move |_: &mut rusqlite::hooks::Wal, frames: c_int| {
            progress.committed(u64::from(frames.unsigned_abs()));
            Ok(())
        };
        connection.wal_hook(Some(count)).map_err(WriteError::sqlite("setting the WAL hook"))
    }

    /// Frames in the WAL.
    pub(super) fn frames(&self) -> u64 {
        self.lock().frames
    }

    /// Frames that are not in the database.
    pub(super) fn frames_uncopied(&self) -> u64 {
        let state = self.lock();
        state.frames - state.copied
    }

    /// Commits so far.
    pub(super) fn commits(&self) -> u64 {
        self.lock().commits
    }

    /// The WAL's present life.
    pub(super) fn life(&self) -> WalLife {
        WalLife(self.lock().life)
    }

    /// Notes what a checkpoint that began in some life has reached. If that life is over, so is what
    /// was reached.
    pub(super) fn copied(&self, life: WalLife, counts: FrameCounts) {
        let mut state = self.lock();
        if state.life != life.0 {
            return;
        }
        if counts.in_wal == 0 {
            // The file was cut.
            state.frames = 0;
        }
        state.copied = counts.copied.min(state.frames);
    }

    fn committed(&self, frames: u64) {
        let mut state = self.lock();
        // A commit begins the WAL anew if all of it is copied; only a reader could be in the way.
        if frames <= state.frames || state.copied == state.frames {
            state.life += 1;
            state.copied = 0;
        }
        state.frames = frames;
        state.commits += 1;
    }

    /// No holder of the lock can leave the numbers half changed.
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
