//! The tuned path, and what one setting of it after the other is worth.

use std::sync::Arc;

use write_path::sqlite::{
    CacheSize, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, LockingMode,
    PageSize, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{CheckpointMode, PathSpec};

use super::named_path::NamedPath;
use crate::error::LoadError;

/// Every vote in a row and a count for each article, in one transaction, with the settings that were
/// found best (METHODOLOGY, `vote`).
fn best() -> Result<SqliteSpec, LoadError> {
    let pragmas = Pragmas {
        page_size: PAGE,
        // An exclusive lock would keep out the connection that reads a count right after the ack.
        locking_mode: LockingMode::Normal,
        // All counts of 100,000 articles take 1 MB.
        cache_size: CacheSize::mebibytes(runner::case::count(64)),
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Full)
    };
    let build = sqlite_builds::find("bundled")?;
    let spec = SqliteSpec::new(build, Table::VotesAndLateCounts, pragmas);
    Ok(spec.with_checkpoints(hand_over(500, 50)))
}

/// The path that was found best, with some settings changed.
pub(super) fn tuned(change: fn(&mut SqliteSpec)) -> Result<Arc<dyn PathSpec>, LoadError> {
    let mut spec = best()?;
    change(&mut spec);
    Ok(Arc::new(spec))
}

/// With large pages a commit writes fewer of them.
const PAGE: PageSize = PageSize::ALL[6];

/// Frames from one checkpoint to the next, where one pauses the commits: 125 MiB of WAL.
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
    NamedPath::new(
        "tuned-at-once",
        "tuned with counts that every packet brings up to date",
        || tuned(|spec| spec.table = Table::VotesAndCounts),
    ),
    NamedPath::new(
        "tuned-hand2k",
        "tuned with a longer WAL: a hand-over from 2,000 frames",
        || tuned(|spec| *spec = spec.with_checkpoints(hand_over(2_000, 250))),
    ),
    NamedPath::new(
        "tuned-after-ack",
        "tuned with a checkpoint after the ack, every 4,000 frames",
        || tuned(|spec| *spec = spec.with_checkpoints(after(FRAMES))),
    ),
    NamedPath::new("tuned-exclusive", "the same with a lock that keeps everyone else out", || {
        tuned(|spec| {
            *spec = spec.with_checkpoints(after(FRAMES));
            spec.pragmas.locking_mode = LockingMode::Exclusive;
        })
    }),
    NamedPath::new(
        "tuned-automatic",
        "tuned with SQLite's own checkpoints, every 4,000 frames",
        || {
            tuned(|spec| {
                spec.checkpoint_strategy = CheckpointStrategy::Automatic;
                spec.pragmas.wal_autocheckpoint =
                    WalAutocheckpoint::Pages(runner::case::count(FRAMES));
            })
        },
    ),
    NamedPath::new(
        "tuned-twophase",
        "tuned with a thread that copies without an agreement",
        || {
            tuned(|spec| {
                *spec = spec.with_checkpoints(CheckpointStrategy::TwoPhase {
                    copy_frames: runner::case::count(50),
                    reset_frames: runner::case::count(500),
                    database_sync: DatabaseSync::EachCall,
                });
            })
        },
    ),
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
        every: CheckpointInterval::Frames(runner::case::count(frames)),
        mode: CheckpointMode::Passive,
    }
}

/// Copied beside the commits and handed over, once the WAL has `reset` frames and `rest` are left.
fn hand_over(reset: u32, rest: u32) -> CheckpointStrategy {
    CheckpointStrategy::HandOver {
        reset_frames: runner::case::count(reset),
        rest_frames: runner::case::count(rest),
    }
}
