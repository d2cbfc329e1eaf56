//! The checkpoints within commits, as SQLite's own hook makes them, counted.

use std::ffi::c_int;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use measure::nanoseconds;
use sqlite_builds::Connection;
use sqlite_builds::rusqlite::hooks::Wal;
use sqlite_builds::rusqlite::wal::CheckpointMode;
use write_path::sqlite::{JournalMode, Pragmas, WalAutocheckpoint};

use crate::error;
use crate::store::contract::Checkpointed;

/// Puts a hook in the place of the one that `PRAGMA wal_autocheckpoint` sets, which does the same (`sqlite3WalDefaultHook`
/// in main.c): a passive checkpoint once a commit leaves so many frames in the WAL. Nothing without a WAL.
pub(super) fn count(
    pragmas: &Pragmas,
    connection: &mut Connection,
) -> anyhow::Result<Arc<Mutex<Checkpointed>>> {
    let counted = Arc::<Mutex<Checkpointed>>::default();
    if let (JournalMode::Wal, WalAutocheckpoint::Pages(pages)) =
        (pragmas.journal_mode, pragmas.wal_autocheckpoint)
    {
        let so_far = Arc::clone(&counted);
        let hook = move |wal: &mut Wal, frames: c_int| {
            if frames.unsigned_abs() >= pages.get() {
                let begun = Instant::now();
                let checkpoint = wal.checkpoint_v2(CheckpointMode::PASSIVE);
                let mut so_far = so_far.lock().unwrap_or_else(PoisonError::into_inner);
                // A lock in the way is no error of the commit, and the next one tries again.
                if let Ok((_, copied)) = checkpoint {
                    so_far.frames += u64::from(copied.unsigned_abs());
                }
                so_far.nanoseconds += nanoseconds(begun.elapsed());
            }
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(error::sqlite("setting the WAL hook"))?;
    }
    Ok(counted)
}
