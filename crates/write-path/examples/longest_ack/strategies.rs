//! Strategies by the labels that ids give them.

use std::error::Error;
use std::num::NonZeroU32;

use write_path::CheckpointMode;
use write_path::sqlite::{
    BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync, SqliteSpec,
    WalAutocheckpoint,
};

/// Those that take part where the command line names none.
pub(crate) const USUAL: [&str; 15] = [
    "auto0",
    "auto100",
    "auto1000",
    "auto4000",
    "after-ack-250-frames",
    "after-ack-1000-frames",
    "after-ack-4000-frames",
    "after-ack-15000-frames",
    "after-ack-100000-records",
    "background-1000-frames",
    "background-1000-frames-synced",
    "two-phase-1000-7500-frames",
    "two-phase-250-2000-frames-synced",
    "two-phase-1000-7500-frames-synced",
    "hand-over-2000-250-frames",
];

/// The specification with the strategy of this label; all its counts are written out.
pub(crate) fn apply(label: &str, mut spec: SqliteSpec) -> Result<SqliteSpec, Box<dyn Error>> {
    let unknown =
        || format!("{label} is no strategy; one of them is two-phase-250-2000-frames-synced");
    if let Some(pages) = label.strip_prefix("auto") {
        spec.pragmas.wal_autocheckpoint = NonZeroU32::new(pages.parse()?)
            .map_or(WalAutocheckpoint::Off, WalAutocheckpoint::Pages);
        return Ok(spec);
    }
    let (body, database_sync) = match label.strip_suffix("-synced") {
        Some(body) => (body, DatabaseSync::EachCall),
        None => (label, DatabaseSync::WhenComplete),
    };
    let counts = |kind: &str, unit: &str| body.strip_prefix(kind)?.strip_suffix(unit);
    let two_counts = |kind: &str| counts(kind, "-frames")?.split_once('-');
    let mode = CheckpointMode::Passive;
    let strategy = if let Some(records) = counts("after-ack-", "-records") {
        CheckpointStrategy::AfterAck { every: CheckpointInterval::Records(records.parse()?), mode }
    } else if let Some(frames) = counts("after-ack-", "-frames") {
        CheckpointStrategy::AfterAck { every: CheckpointInterval::Frames(frames.parse()?), mode }
    } else if let Some(frames) = counts("background-", "-frames") {
        let pace = BackgroundPace::Frames(frames.parse()?);
        CheckpointStrategy::Background { pace, mode, database_sync }
    } else if let Some((reset, rest)) = two_counts("hand-over-") {
        let (reset_frames, rest_frames) = (reset.parse()?, rest.parse()?);
        CheckpointStrategy::HandOver { reset_frames, rest_frames }
    } else {
        let (copy, reset) = two_counts("two-phase-").ok_or_else(unknown)?;
        let (copy_frames, reset_frames) = (copy.parse()?, reset.parse()?);
        CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync }
    };
    Ok(spec.with_checkpoints(strategy))
}
