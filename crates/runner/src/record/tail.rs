//! What a record tells of a case's tail: what its slowest acks overlapped with, and how late the driver was.

use std::time::Duration;

use measure::attribution::{AckSpan, CheckpointSpans, Interval, UsualStages};
use measure::latency::{HistogramError, LatencyHistogram, Stages};
use measure::record::{AttributionRecord, LatencyRecord};
use write_path::CheckpointCaller;

use crate::blocks::Replicate;

/// What the slowest acks of all blocks overlapped with, where their moments were kept.
pub(super) fn attribution(
    replicates: &[Replicate],
    acks: &LatencyHistogram,
    stages: &Stages,
) -> Option<AttributionRecord> {
    let slow: Vec<AckSpan> =
        replicates.iter().flat_map(|it| it.tail.slow_acks.clone().into_spans()).collect();
    let mut checkpoints = CheckpointSpans::default();
    for call in replicates.iter().flat_map(|it| &it.totals.checkpoints) {
        let of_thread = match call.caller {
            CheckpointCaller::Commit | CheckpointCaller::AfterAck => &mut checkpoints.committing,
            CheckpointCaller::Background => &mut checkpoints.background,
            CheckpointCaller::Drain => continue,
        };
        of_thread.push(Interval { begin: call.begun, end: call.ended() });
    }
    let usual = |stage: &LatencyHistogram| {
        Duration::from_nanos(stage.quantile(0.5).or(stage.shortest()).unwrap_or_default())
    };
    let usual = UsualStages { insert: usual(&stages.insert), commit: usual(&stages.commit) };
    AttributionRecord::of(&slow, acks.count(), &checkpoints, usual)
}

/// How late the driver was, where it follows a schedule.
pub(super) fn driver_lateness(
    replicates: &[Replicate],
) -> Result<Option<LatencyRecord>, HistogramError> {
    let mut lateness = LatencyHistogram::new();
    replicates.iter().for_each(|it| lateness.merge(&it.tail.driver_lateness));
    LatencyRecord::if_any(&lateness)
}
