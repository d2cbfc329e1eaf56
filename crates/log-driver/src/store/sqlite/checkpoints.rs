//! The checkpoints within commits, as SQLite's own hook makes them, counted.

use std::ffi::c_int;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use measure::nanoseconds;
use sqlite_builds::Connection;
use sqlite_builds::rusqlite::hooks::Wal;
use sqlite_builds::rusqlite::wal::CheckpointMode;
use write_path::sqlite::{JournalMode, Pragmas, WalAutocheckpoint};

use crate::error::DriverError;
use crate::store::contract::Checkpointed;

/// Shared by the hook and who asks.
#[derive(Debug, Default)]
pub(super) struct Checkpoints {
    counts: Arc<Counts>,
}

#[derive(Debug, Default)]
struct Counts {
    frames: AtomicU64,
    nanoseconds: AtomicU64,
}

impl Checkpoints {
    pub(super) fn so_far(&self) -> Checkpointed {
        Checkpointed {
            frames: self.counts.frames.load(Ordering::Relaxed),
            nanoseconds: self.counts.nanoseconds.load(Ordering::Relaxed),
        }
    }
}

/// Puts a hook in the place of the one that `PRAGMA wal_autocheckpoint` sets, which does the same (`sqlite3WalDefaultHook`
/// in main.c): a passive checkpoint once a commit leaves so many frames in the WAL. Nothing without a WAL.
pub(super) fn count(
    pragmas: &Pragmas,
    connection: &mut Connection,
) -> Result<Option<Checkpoints>, DriverError> {
    if pragmas.journal_mode != JournalMode::Wal {
        return Ok(None);
    }
    let checkpoints = Checkpoints::default();
    if let WalAutocheckpoint::Pages(pages) = pragmas.wal_autocheckpoint {
        let counts = Arc::clone(&checkpoints.counts);
        let hook = move |wal: &mut Wal, frames: c_int| {
            if frames.unsigned_abs() >= pages.get() {
                let begun = Instant::now();
                // A lock in the way is no error of the commit, and the next one tries again.
                if let Ok((_, copied)) = wal.checkpoint_v2(CheckpointMode::PASSIVE) {
                    counts.frames.fetch_add(copied.unsigned_abs().into(), Ordering::Relaxed);
                }
                counts.nanoseconds.fetch_add(nanoseconds(begun.elapsed()), Ordering::Relaxed);
            }
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(DriverError::sqlite("setting the WAL hook"))?;
    }
    Ok(Some(checkpoints))
}
