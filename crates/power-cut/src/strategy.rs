//! SQLite as the benches run it, with each checkpoint strategy.

use std::num::NonZeroU32;
use std::sync::Arc;

use sqlite_builds::SqliteBuild;
use write_path::CheckpointMode;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, JournalMode, LockingMode,
    Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};

use crate::key::Key;
use crate::path_case::{Layout, PathCase};
use crate::settings::{Checkpoints, SyncCall};

/// Checkpoints come after so many frames: a packet makes two to four.
const FRAMES: NonZeroU32 = NonZeroU32::new(6).expect("6 is not 0");
/// Strategies with a limit to the WAL have this one.
const RESET_FRAMES: NonZeroU32 = NonZeroU32::new(12).expect("12 is not 0");

/// SQLite with a write-ahead log and a checkpoint strategy.
#[derive(Clone, Copy, Debug)]
pub struct StrategyCase {
    /// The build; its sync call is part of the key.
    pub build: &'static SqliteBuild,
    /// The syncs.
    pub synchronous: Synchronous,
    /// The locks.
    pub locking_mode: LockingMode,
    /// When the log is copied, and by whom.
    pub checkpoints: Checkpoints,
}

impl StrategyCase {
    /// Every strategy with each level that a write-ahead log tells apart. With exclusive locks no thread can checkpoint.
    pub fn all(build: &'static SqliteBuild) -> impl Iterator<Item = Self> {
        let strategies = Checkpoints::ALL.iter().filter(|of| **of != Checkpoints::Called);
        strategies.flat_map(move |&checkpoints| {
            let lockings = match checkpoints {
                Checkpoints::Automatic | Checkpoints::AfterAck => LockingMode::ALL,
                _ => &[LockingMode::Normal],
            };
            lockings.iter().flat_map(move |&locking_mode| {
                [Synchronous::Off, Synchronous::Normal, Synchronous::Full].map(|synchronous| Self {
                    build,
                    synchronous,
                    locking_mode,
                    checkpoints,
                })
            })
        })
    }

    fn spec(&self) -> SqliteSpec {
        let pragmas = Pragmas {
            locking_mode: self.locking_mode,
            wal_autocheckpoint: WalAutocheckpoint::Pages(FRAMES),
            ..Pragmas::with_durability(JournalMode::Wal, self.synchronous)
        };
        let table = Table::Votes(SecondaryIndexes::Article);
        SqliteSpec::new(self.build, table, pragmas).with_checkpoints(self.strategy())
    }

    fn strategy(&self) -> CheckpointStrategy {
        let after_ack = |mode| {
            let every = CheckpointInterval::Frames(FRAMES);
            CheckpointStrategy::AfterAck { every, mode }
        };
        let database_sync = DatabaseSync::WhenComplete;
        match self.checkpoints {
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

    /// The path as a subject.
    #[must_use]
    pub fn case(&self) -> PathCase {
        let key = Key::Sqlite {
            sync_call: SyncCall::of(self.build),
            journal_mode: JournalMode::Wal,
            synchronous: self.synchronous,
            locking_mode: self.locking_mode,
            checkpoints: self.checkpoints,
        };
        let (build, spec) = (self.build, Arc::new(self.spec()));
        PathCase { key, build, spec, layout: Layout::Database }
    }
}
