//! Whole write paths that are examined: SQLite with each checkpoint strategy, and logs that acknowledge, alone or with a
//! database that is fed afterwards.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::time::Duration;

use native_log::{LogOptions, Space};
use sqlite_builds::SqliteBuild;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, LockingMode,
    Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{
    AckMoment, CheckpointMode, FeedAfterAck, FrontLog, Gather, LogThenSqliteSpec, PathSpec,
    Retention, ShardCount, ShardedSpec, SoupDurability, SoupLogFile, SoupLogSpec, TailedLogSpec,
    Tailing,
};

use crate::key::{Fed, Key};
use crate::path_case::{Layout, PathCase};
use crate::settings::{Checkpoints, Feed, SyncCall};

const TABLE: Table = Table::Votes(SecondaryIndexes::Article);

/// Checkpoints come after so many frames: a packet makes two to four.
const FRAMES: NonZeroU32 = NonZeroU32::new(6).expect("6 is not 0");
/// Strategies with a limit to the WAL have this one.
const RESET_FRAMES: NonZeroU32 = NonZeroU32::new(12).expect("12 is not 0");

/// Rows that wait before they are fed, where there is a buffer: some packets' worth.
const BUFFERED_ROWS: u32 = 130;

/// A tailer that feeds a few packets at a time.
const TAILING: Tailing = Tailing {
    operations_enough: NonZeroU32::new(100).expect("100 is not 0"),
    wait_max: Duration::from_millis(1),
    transaction_operations: NonZeroU32::new(200).expect("200 is not 0"),
    lag_operations: NonZeroU64::new(1000).expect("1000 is not 0"),
};

/// Every checkpoint strategy with each level that a write-ahead log tells apart. With exclusive locks no thread can
/// checkpoint.
pub fn checkpoint_strategies(build: &'static SqliteBuild) -> impl Iterator<Item = PathCase> {
    let strategies = Checkpoints::ALL.iter().filter(|of| **of != Checkpoints::Called);
    strategies.flat_map(move |&checkpoints| {
        let lockings = match checkpoints {
            Checkpoints::Automatic | Checkpoints::AfterAck => LockingMode::ALL,
            _ => &[LockingMode::Normal],
        };
        lockings.iter().flat_map(move |&locking_mode| {
            [Synchronous::Off, Synchronous::Normal, Synchronous::Full]
                .map(|synchronous| with_strategy(build, checkpoints, locking_mode, synchronous))
        })
    })
}

fn with_strategy(
    build: &'static SqliteBuild,
    checkpoints: Checkpoints,
    locking_mode: LockingMode,
    synchronous: Synchronous,
) -> PathCase {
    let pragmas = Pragmas {
        locking_mode,
        wal_autocheckpoint: WalAutocheckpoint::Pages(FRAMES),
        ..Pragmas::with_durability(JournalMode::Wal, synchronous)
    };
    let spec = SqliteSpec::new(build, TABLE, pragmas).with_checkpoints(strategy(checkpoints));
    let key = Key::Sqlite {
        sync_call: SyncCall::of(build),
        journal_mode: JournalMode::Wal,
        synchronous,
        locking_mode,
        checkpoints,
    };
    PathCase { key, build, spec: Arc::new(spec), layout: Layout::Database }
}

fn strategy(checkpoints: Checkpoints) -> CheckpointStrategy {
    let after_ack = |mode| {
        let every = CheckpointInterval::Frames(FRAMES);
        CheckpointStrategy::AfterAck { every, mode }
    };
    let database_sync = DatabaseSync::WhenComplete;
    match checkpoints {
        Checkpoints::Called | Checkpoints::AfterAck => after_ack(CheckpointMode::Passive),
        Checkpoints::AfterAckTruncate => after_ack(CheckpointMode::Truncate),
        Checkpoints::Automatic => CheckpointStrategy::Automatic,
        Checkpoints::Background => CheckpointStrategy::Background {
            pace: BackgroundPace::Frames(FRAMES),
            mode: CheckpointMode::Passive,
            database_sync,
        },
        Checkpoints::TwoPhase => CheckpointStrategy::TwoPhase {
            copy_frames: FRAMES,
            reset_frames: RESET_FRAMES,
            database_sync,
        },
        Checkpoints::HandOver => {
            CheckpointStrategy::HandOver { reset_frames: RESET_FRAMES, rest_frames: FRAMES }
        }
    }
}

/// Soup's log, with its rows in memory; the same before a database, and the native log before one, as `vote` has them.
pub(crate) fn logs(build: &'static SqliteBuild) -> Vec<PathCase> {
    use JournalMode::{Off, Wal};
    let spec = SoupLogSpec::vote(AckMoment::AfterRows, SoupDurability::Permanent);
    let soup = |feed, journal, level| behind_soup(build, feed, journal, level);
    vec![
        PathCase { key: Key::SoupLog, build, spec: Arc::new(spec), layout: Layout::Log },
        soup(Feed::EachAck, Off, Synchronous::Off),
        soup(Feed::EachAck, Wal, Synchronous::Off),
        soup(Feed::EachAck, Wal, Synchronous::Normal),
        soup(Feed::Buffered, Off, Synchronous::Off),
        tailed(build),
        sharded(soup(Feed::EachAck, Off, Synchronous::Off)),
    ]
}

/// Four of these, as `vote` has them.
fn sharded(one: PathCase) -> PathCase {
    let shards = ShardCount::FOUR;
    let key = Key::Sharded { shards: shards.get(), each: Box::new(one.key) };
    let spec = Arc::new(ShardedSpec { path: one.spec, shards, gather: Gather::SOUP });
    PathCase { key, build: one.build, spec, layout: Layout::Shards(shards) }
}

fn behind_soup(
    build: &'static SqliteBuild,
    feed: Feed,
    journal_mode: JournalMode,
    synchronous: Synchronous,
) -> PathCase {
    let locking_mode = LockingMode::Exclusive;
    let pragmas = Pragmas { locking_mode, ..Pragmas::with_durability(journal_mode, synchronous) };
    let sqlite = SqliteSpec::new(build, TABLE, pragmas);
    let fed = match feed {
        Feed::Buffered => FeedAfterAck::Buffered { rows_max: BUFFERED_ROWS },
        Feed::EachAck | Feed::Thread => FeedAfterAck::EachAck,
    };
    let log = FrontLog::Soup(SoupLogFile::VOTE);
    let key = Key::SoupLogThenSqlite(Fed { feed, journal_mode, synchronous, locking_mode });
    let spec: Arc<dyn PathSpec> = Arc::new(LogThenSqliteSpec { log, sqlite, feed: fed });
    PathCase { key, build, spec, layout: Layout::LogAndDatabase }
}

/// Segments hold a few packets, so that the log lets go of some.
fn tailed(build: &'static SqliteBuild) -> PathCase {
    let (journal_mode, synchronous) = (JournalMode::Wal, Synchronous::Normal);
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    let spec = TailedLogSpec {
        log: LogOptions {
            segment_bytes: 4096 + 8192,
            packet_bytes_max: 4096,
            group_bytes_max: 4096,
            space: Space::Recycled {
                spare_segments_max: const { NonZeroU32::new(2).expect("2 is not 0") },
            },
            ..LogOptions::growing_fdatasync()
        },
        retention: Retention::Unfed,
        sqlite: SqliteSpec::new(build, TABLE, pragmas),
        tailing: TAILING,
    };
    let locking_mode = LockingMode::Normal;
    let feed = Feed::Thread;
    let key = Key::NativeLogThenSqlite(Fed { feed, journal_mode, synchronous, locking_mode });
    PathCase { key, build, spec: Arc::new(spec), layout: Layout::LogAndDatabase }
}
