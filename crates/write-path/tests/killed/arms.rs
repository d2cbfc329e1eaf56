//! The paths whose writers are killed.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::time::Duration;

use native_log::LogOptions;
use write_path::sqlite::{JournalMode, Pragmas, SqliteSpec, Synchronous, Table};
use write_path::{
    AckMoment, FeedAfterAck, FrontLog, Gather, LogSpec, LogThenSqliteSpec, PathSpec, Retention,
    ShardCount, ShardedSpec, SoupDurability, SoupLogFile, SoupLogSpec, TailedLogSpec, Tailing,
};

/// A path whose writer is killed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Arm {
    SqliteWalFull,
    NativeLog,
    SoupLog,
    SoupInMemory,
    LogThenOff,
    LogThenWalOff,
    LogThenWalNormal,
    SoupThenOff,
    Buffered,
    Tailed,
    TailedThatLetsGo,
    TailedIntoOff,
    ShardedSqlite,
    ShardedTailed,
}

/// What the settings promise to lose when the process dies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Loss {
    Nothing,
    Everything,
}

const ALL: [Arm; 14] = [
    Arm::SqliteWalFull,
    Arm::NativeLog,
    Arm::SoupLog,
    Arm::SoupInMemory,
    Arm::LogThenOff,
    Arm::LogThenWalOff,
    Arm::LogThenWalNormal,
    Arm::SoupThenOff,
    Arm::Buffered,
    Arm::Tailed,
    Arm::TailedThatLetsGo,
    Arm::TailedIntoOff,
    Arm::ShardedSqlite,
    Arm::ShardedTailed,
];

impl Arm {
    pub(crate) fn name(self) -> String {
        format!("{self:?}")
    }

    pub(crate) fn named(name: &str) -> Self {
        ALL.into_iter().find(|arm| arm.name() == name).unwrap()
    }

    pub(crate) fn loss(self) -> Loss {
        match self {
            Self::SoupInMemory => Loss::Everything,
            _ => Loss::Nothing,
        }
    }

    pub(crate) fn shards(self) -> u32 {
        match self {
            Self::ShardedSqlite | Self::ShardedTailed => 4,
            _ => 1,
        }
    }

    pub(crate) fn spec(self) -> Arc<dyn PathSpec> {
        let path = self.shard();
        match ShardCount::new(self.shards()).unwrap() {
            ShardCount::ONE => path,
            shards => Arc::new(ShardedSpec { path, shards, gather: Gather::SOUP }),
        }
    }

    /// What each shard is.
    pub(crate) fn shard(self) -> Arc<dyn PathSpec> {
        let soup = |durability| SoupLogSpec::vote(AckMoment::AfterRows, durability);
        let native = FrontLog::Native { options: log(), retention: Retention::Everything };
        let each_ack = FeedAfterAck::EachAck;
        let fed = |log, sqlite, feed| -> Arc<dyn PathSpec> {
            Arc::new(LogThenSqliteSpec { log, sqlite, feed })
        };
        match self {
            Self::SqliteWalFull | Self::ShardedSqlite => {
                Arc::new(sqlite(JournalMode::Wal, Synchronous::Full))
            }
            Self::NativeLog => Arc::new(LogSpec::new(log())),
            Self::SoupLog => Arc::new(soup(SoupDurability::Permanent)),
            Self::SoupInMemory => Arc::new(soup(SoupDurability::MemoryOnly)),
            Self::LogThenOff => fed(native, sqlite(JournalMode::Off, Synchronous::Off), each_ack),
            Self::LogThenWalOff => {
                fed(native, sqlite(JournalMode::Wal, Synchronous::Off), each_ack)
            }
            Self::LogThenWalNormal => {
                fed(native, sqlite(JournalMode::Wal, Synchronous::Normal), each_ack)
            }
            Self::SoupThenOff => {
                let soup = FrontLog::Soup(SoupLogFile::VOTE);
                fed(soup, sqlite(JournalMode::Off, Synchronous::Off), each_ack)
            }
            Self::Buffered => {
                let buffered = FeedAfterAck::Buffered { rows_max: 300 };
                fed(native, sqlite(JournalMode::Wal, Synchronous::Normal), buffered)
            }
            Self::Tailed | Self::ShardedTailed => Arc::new(tailed()),
            Self::TailedThatLetsGo => {
                Arc::new(TailedLogSpec { retention: Retention::Unfed, ..tailed() })
            }
            Self::TailedIntoOff => {
                let sqlite = sqlite(JournalMode::Off, Synchronous::Off);
                Arc::new(TailedLogSpec { sqlite, ..tailed() })
            }
        }
    }
}

fn log() -> LogOptions {
    LogOptions {
        // One packet of the test is 1,200 bytes: a handful of segments.
        segment_bytes: 16 << 10,
        packet_bytes_max: 4 << 10,
        ..LogOptions::growing_fdatasync()
    }
}

fn sqlite(journal_mode: JournalMode, synchronous: Synchronous) -> SqliteSpec {
    let build = sqlite_builds::find("bundled").unwrap();
    let pragmas = Pragmas::with_durability(journal_mode, synchronous);
    SqliteSpec::new(build, Table::VotesAndCounts, pragmas)
}

fn tailed() -> TailedLogSpec {
    TailedLogSpec {
        log: log(),
        retention: Retention::Everything,
        sqlite: sqlite(JournalMode::Wal, Synchronous::Normal),
        tailing: Tailing {
            operations_enough: NonZeroU32::new(200).unwrap(),
            wait_max: Duration::from_millis(5),
            transaction_operations: NonZeroU32::new(300).unwrap(),
            lag_operations: NonZeroU64::new(700).unwrap(),
        },
    }
}
