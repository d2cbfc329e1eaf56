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
    "ack250f",
    "ack1000f",
    "ack4000f",
    "ack15000f",
    "ack100000r",
    "bg1000f",
    "bg1000fsync",
    "two1000f7500f",
    "two250f2000fsync",
    "two1000f7500fsync",
    "hand2000f250f",
];

/// The specification with the strategy of this label; all its counts are written out.
pub(crate) fn apply(label: &str, mut spec: SqliteSpec) -> Result<SqliteSpec, Box<dyn Error>> {
    let unknown = || format!("{label} is no strategy; one of them is two250f2000fsync");
    if let Some(pages) = label.strip_prefix("auto") {
        spec.pragmas.wal_autocheckpoint = NonZeroU32::new(pages.parse()?)
            .map_or(WalAutocheckpoint::Off, WalAutocheckpoint::Pages);
        return Ok(spec);
    }
    let (body, database_sync) = match label.strip_suffix("sync") {
        Some(body) => (body, DatabaseSync::EachCall),
        None => (label, DatabaseSync::WhenComplete),
    };
    let mode = CheckpointMode::Passive;
    let strategy = if let Some(records) = body.strip_prefix("ack").and_then(|b| b.strip_suffix('r'))
    {
        CheckpointStrategy::AfterAck { every: CheckpointInterval::Records(records.parse()?), mode }
    } else {
        let body = body.strip_suffix('f').ok_or_else(unknown)?;
        if let Some(frames) = body.strip_prefix("ack") {
            CheckpointStrategy::AfterAck {
                every: CheckpointInterval::Frames(frames.parse()?),
                mode,
            }
        } else if let Some(frames) = body.strip_prefix("bg") {
            let pace = BackgroundPace::Frames(frames.parse()?);
            CheckpointStrategy::Background { pace, mode, database_sync }
        } else if let Some(counts) = body.strip_prefix("hand").and_then(|body| body.split_once('f'))
        {
            let (reset_frames, rest_frames) = (counts.0.parse()?, counts.1.parse()?);
            CheckpointStrategy::HandOver { reset_frames, rest_frames }
        } else {
            let counts = body.strip_prefix("two").and_then(|body| body.split_once('f'));
            let (copy_frames, reset_frames) = counts.ok_or_else(unknown)?;
            let (copy_frames, reset_frames) = (copy_frames.parse()?, reset_frames.parse()?);
            CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync }
        }
    };
    Ok(spec.with_checkpoints(strategy))
}
