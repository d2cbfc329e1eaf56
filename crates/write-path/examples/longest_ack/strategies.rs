//! The strategies that take part, by label.

use std::num::NonZeroU32;

use write_path::CheckpointMode;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, SqliteSpec,
    WalAutocheckpoint,
};

/// A strategy in the search.
pub(crate) struct Arm {
    pub(crate) label: String,
    checkpoints: Checkpoints,
}

enum Checkpoints {
    Pragma(WalAutocheckpoint),
    Strategy(CheckpointStrategy),
}

impl Arm {
    /// The specification with this strategy.
    pub(crate) fn apply(&self, mut spec: SqliteSpec) -> SqliteSpec {
        match self.checkpoints {
            Checkpoints::Strategy(strategy) => spec.with_checkpoints(strategy),
            Checkpoints::Pragma(pragma) => {
                spec.pragmas.wal_autocheckpoint = pragma;
                spec
            }
        }
    }
}

/// Every strategy that takes part.
pub(crate) fn all() -> Vec<Arm> {
    let mut arms = vec![pragma(WalAutocheckpoint::Off)];
    arms.extend([100, 1000, 4000].map(|pages| pragma(WalAutocheckpoint::Pages(count(pages)))));
    arms.extend([250, 1000, 4000, 15_000].map(after_ack_frames));
    let every = CheckpointInterval::Records(count(100_000));
    arms.push(strategy(
        "ack100kr".into(),
        CheckpointStrategy::AfterAck { every, mode: CheckpointMode::Passive },
    ));
    for database_sync in [DatabaseSync::WhenComplete, DatabaseSync::EachCall] {
        arms.extend([250, 1000, 4000].map(|frames| background(frames, database_sync)));
        for copy_frames in [250, 1000, 4000] {
            arms.extend([2000, 7500].map(|reset| two_phase(copy_frames, reset, database_sync)));
        }
    }
    arms
}

fn pragma(pragma: WalAutocheckpoint) -> Arm {
    Arm { label: format!("auto{}", pragma.pages()), checkpoints: Checkpoints::Pragma(pragma) }
}

fn after_ack_frames(frames: u32) -> Arm {
    let every = CheckpointInterval::Frames(count(frames));
    let mode = CheckpointMode::Passive;
    strategy(format!("ack{frames}f"), CheckpointStrategy::AfterAck { every, mode })
}

fn background(frames: u32, database_sync: DatabaseSync) -> Arm {
    let (pace, mode) = (BackgroundPace::Frames(count(frames)), CheckpointMode::Passive);
    let label = format!("bg{frames}f{}", suffix(database_sync));
    strategy(label, CheckpointStrategy::Background { pace, mode, database_sync })
}

fn two_phase(copy_frames: u32, reset_frames: u32, database_sync: DatabaseSync) -> Arm {
    let label = format!("two{copy_frames}f{reset_frames}f{}", suffix(database_sync));
    let (copy_frames, reset_frames) = (count(copy_frames), count(reset_frames));
    strategy(label, CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync })
}

fn suffix(database_sync: DatabaseSync) -> &'static str {
    match database_sync {
        DatabaseSync::WhenComplete => "",
        DatabaseSync::EachCall => "sync",
    }
}

fn strategy(label: String, strategy: CheckpointStrategy) -> Arm {
    Arm { label, checkpoints: Checkpoints::Strategy(strategy) }
}

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).unwrap_or(NonZeroU32::MIN)
}
