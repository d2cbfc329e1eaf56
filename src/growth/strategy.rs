//! Which checkpoint strategy a growing store has, as the command line names it.

use std::num::NonZeroU32;

use clap::{Args, ValueEnum};
use write_path::CheckpointMode;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, SqliteSpec,
    WalAutocheckpoint,
};

use crate::bounded::{SECONDS_MAX, from_one_to, one_of};

/// Pages or records from one checkpoint to the next at most.
const INTERVAL_MAX: u32 = 1_000_000_000;

#[derive(Args)]
pub(super) struct StrategyOptions {
    /// Who checkpoints the WAL, and when.
    #[arg(long, value_enum, default_value = "automatic")]
    strategy: Strategy,
    /// How a checkpoint of `after-ack` or `background` is asked for.
    #[arg(long, value_parser = one_of(MODES), default_value = "passive")]
    mode: CheckpointMode,
    /// Pages in the WAL at which `automatic` checkpoints. SQLite's default is 1,000.
    #[arg(long, default_value = "1000", value_parser = from_one_to(INTERVAL_MAX))]
    automatic_pages: NonZeroU32,
    /// Records from one checkpoint of `after-ack` to the next. The first document had 100,000.
    #[arg(long, default_value = "100000", value_parser = from_one_to(INTERVAL_MAX))]
    every_records: NonZeroU32,
    /// Milliseconds from one checkpoint of `background` to the next.
    #[arg(long, default_value = "50", value_parser = from_one_to(1_000 * SECONDS_MAX))]
    every_milliseconds: NonZeroU32,
    /// When the thread of `background` or `two-phase` syncs what it copied. That of `hand-over` does after each
    /// call.
    #[arg(long, value_parser = one_of(DATABASE_SYNCS), default_value = "when-complete")]
    database_sync: DatabaseSync,
}

/// Who checkpoints.
#[derive(Clone, Copy, ValueEnum)]
enum Strategy {
    /// The commit that fills the WAL, as SQLite does by itself.
    Automatic,
    /// Nobody.
    None,
    /// The committing thread, after an ack.
    AfterAck,
    /// A thread of its own.
    Background,
    /// A thread of its own copies, and the committing thread finishes after an ack.
    TwoPhase,
    /// The same with an agreement: the thread stops when little is left of a WAL of 2,000 frames.
    HandOver,
}

const MODES: [(&str, &str, CheckpointMode); 4] = [
    ("passive", "Copies what it can and waits for nobody", CheckpointMode::Passive),
    ("full", "Waits for writers and readers, and copies everything", CheckpointMode::Full),
    ("restart", "As full, and lets the next commit begin the WAL anew", CheckpointMode::Restart),
    ("truncate", "As restart, and cuts the WAL file", CheckpointMode::Truncate),
];

const DATABASE_SYNCS: [(&str, &str, DatabaseSync); 2] = [
    (
        "when-complete",
        "When a checkpoint has copied the last frame, as SQLite does it",
        DatabaseSync::WhenComplete,
    ),
    ("each-call", "After each call", DatabaseSync::EachCall),
];

/// Frames that a two-phase checkpoint lets wait for the copying thread, and for the finish.
const COPY_FRAMES: NonZeroU32 = NonZeroU32::new(1000).expect("not zero");
const RESET_FRAMES: NonZeroU32 = NonZeroU32::new(4000).expect("not zero");

impl StrategyOptions {
    /// The specification with this strategy.
    pub(super) fn on(&self, mut spec: SqliteSpec) -> SqliteSpec {
        let Self { mode, database_sync, .. } = *self;
        spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Off;
        let strategy = match self.strategy {
            Strategy::Automatic => {
                spec.pragmas.wal_autocheckpoint = WalAutocheckpoint::Pages(self.automatic_pages);
                return spec;
            }
            Strategy::None => return spec,
            Strategy::AfterAck => {
                let every = CheckpointInterval::Records(self.every_records);
                CheckpointStrategy::AfterAck { every, mode }
            }
            Strategy::Background => {
                let pace = BackgroundPace::Milliseconds(self.every_milliseconds);
                CheckpointStrategy::Background { pace, mode, database_sync }
            }
            Strategy::TwoPhase => CheckpointStrategy::TwoPhase {
                copy_frames: COPY_FRAMES,
                reset_frames: RESET_FRAMES,
                database_sync,
            },
            Strategy::HandOver => CheckpointStrategy::SHORT_ACKS,
        };
        spec.with_checkpoints(strategy)
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;
    use write_path::PathSpec as _;
    use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, Synchronous, Table};

    use super::*;

    #[derive(Parser)]
    struct CommandLine {
        #[command(flatten)]
        options: StrategyOptions,
    }

    /// The strategy that a command line makes, as run records name it.
    fn strategy_of(arguments: &[&str]) -> String {
        let arguments = ["growth"].iter().chain(arguments);
        let line = CommandLine::try_parse_from(arguments).expect("known options");
        let pragmas = Pragmas::with_durability(JournalMode::Wal, Synchronous::Full);
        let build = sqlite_builds::find("bundled").expect("a build");
        let spec = SqliteSpec::new(build, Table::Votes(SecondaryIndexes::None), pragmas);
        let axes = line.options.on(spec).axes();
        let of = |name| axes.iter().find(|axis| axis.axis == name).expect("an axis").label.clone();
        match of("checkpoint_strategy").as_str() {
            "automatic" => of("wal_autocheckpoint"),
            strategy => strategy.to_string(),
        }
    }

    #[test]
    fn each_strategy_is_the_one_that_cases_name() {
        let known: [(&[&str], &str); 8] = [
            (&[], "auto1000"),
            (&["--strategy", "automatic", "--automatic-pages", "4000"], "auto4000"),
            (&["--strategy", "none"], "auto0"),
            (&["--strategy", "after-ack", "--mode", "full"], "after-ack-100k-records-full"),
            (&["--strategy", "background"], "background-50ms"),
            (&["--strategy", "two-phase"], "two-phase-1k-4k-frames"),
            (
                &["--strategy", "two-phase", "--database-sync", "each-call"],
                "two-phase-1k-4k-frames-synced",
            ),
            (&["--strategy", "hand-over"], "hand-over-2k-250-frames"),
        ];
        for (arguments, label) in known {
            assert_eq!(strategy_of(arguments), label, "{arguments:?}");
        }
    }
}
