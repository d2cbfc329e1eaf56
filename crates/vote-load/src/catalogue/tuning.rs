//! The tuned path, and what one setting of it after the other is worth.

use write_path::CheckpointMode;
use write_path::sqlite::{
    CacheSize, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, LockingMode,
    PageSize, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

use super::{NamedPath, tuned};
use crate::error::LoadError;

/// Every vote in a row and a count for each article, in one transaction, with the settings that were
/// found best (METHODOLOGY, `vote`).
pub(super) fn best() -> Result<SqliteSpec, LoadError> {
    let pragmas = Pragmas {
        page_size: PAGE,
        // An exclusive lock would keep out the connection that reads a count right after the ack.
        locking_mode: LockingMode::Normal,
        // All counts of 100,000 articles take 1 MB.
        cache_size: CacheSize::mebibytes(fixture::count(64)),
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Full)
    };
    let build = sqlite_builds::find("bundled")?;
    Ok(SqliteSpec::new(build, Table::VotesAndCounts, pragmas).with_checkpoints(after(FRAMES)))
}

/// A commit of some hundred votes touches nearly every page of the counts, whatever the page size: with
/// large pages that is fewer writes.
const PAGE: PageSize = PageSize::ALL[6];

/// Frames from one checkpoint to the next: 125 MiB of WAL.
const FRAMES: u32 = 4_000;

/// The tuned path with one setting changed.
pub const VARIANTS: &[NamedPath] = &[
    NamedPath::new("tuned-page4k", "tuned with pages of 4 KiB", || {
        tuned(|spec| spec.pragmas.page_size = PageSize::DEFAULT)
    }),
    NamedPath::new("tuned-page8k", "tuned with pages of 8 KiB", || {
        tuned(|spec| spec.pragmas.page_size = PageSize::ALL[4])
    }),
    NamedPath::new("tuned-page16k", "tuned with pages of 16 KiB", || {
        tuned(|spec| spec.pragmas.page_size = PageSize::ALL[5])
    }),
    NamedPath::new("tuned-page64k", "tuned with pages of 64 KiB", || {
        tuned(|spec| spec.pragmas.page_size = PageSize::ALL[7])
    }),
    NamedPath::new("tuned-cache2m", "tuned with the default cache of 2,000 KiB", || {
        tuned(|spec| spec.pragmas.cache_size = CacheSize::DEFAULT)
    }),
    NamedPath::new("tuned-exclusive", "tuned with a lock that keeps everyone else out", || {
        tuned(|spec| spec.pragmas.locking_mode = LockingMode::Exclusive)
    }),
    NamedPath::new("tuned-frames1k", "tuned with a checkpoint every 1,000 frames", || {
        tuned(|spec| *spec = spec.with_checkpoints(after(1_000)))
    }),
    NamedPath::new("tuned-frames16k", "tuned with a checkpoint every 16,000 frames", || {
        tuned(|spec| *spec = spec.with_checkpoints(after(16_000)))
    }),
    NamedPath::new("tuned-page4k-16k", "4 KiB, and a checkpoint every 16,000 frames", || {
        tuned(|spec| {
            *spec = spec.with_checkpoints(after(16_000));
            spec.pragmas.page_size = PageSize::DEFAULT;
        })
    }),
    NamedPath::new(
        "tuned-automatic",
        "tuned with SQLite's own checkpoints, every 4,000 frames",
        || {
            tuned(|spec| {
                spec.checkpoint_strategy = CheckpointStrategy::Automatic;
                spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(fixture::count(FRAMES));
            })
        },
    ),
    NamedPath::new("tuned-twophase", "tuned with a thread that copies beside the writer", || {
        tuned(|spec| {
            *spec = spec.with_checkpoints(CheckpointStrategy::TwoPhase {
                copy_frames: fixture::count(FRAMES / 4),
                reset_frames: fixture::count(FRAMES),
                database_sync: DatabaseSync::EachCall,
            });
        })
    }),
    NamedPath::new("tuned-normal", "tuned with synchronous NORMAL: acks wait for no sync", || {
        tuned(|spec| spec.pragmas.synchronous = Synchronous::Normal)
    }),
    NamedPath::new("tuned-appended", "tuned without counts: votes are appended only", || {
        tuned(|spec| spec.table = Table::Votes(SecondaryIndexes::None))
    }),
];

/// Passive, after the ack, once so many frames wait.
fn after(frames: u32) -> CheckpointStrategy {
    CheckpointStrategy::AfterAck {
        every: CheckpointInterval::Frames(fixture::count(frames)),
        mode: CheckpointMode::Passive,
    }
}
