//! What a record tells of a case's tail: what its slowest acks overlapped with, and how late the driver was.

use std::time::Duration;

use measure::attribution::{AckSpan, CheckpointSpan, CheckpointThread, Interval, UsualStages};
use measure::latency::{HistogramError, LatencyHistogram, Stages};
use measure::record::{AttributionRecord, LatencyRecord};
use write_path::{CheckpointCall, CheckpointCaller};

use crate::blocks::Replicate;

/// What the slowest acks of all blocks overlapped with, where their moments were kept.
pub(super) fn attribution(
    replicates: &[Replicate],
    acks: &LatencyHistogram,
    stages: &Stages,
) -> Option<AttributionRecord> {
    let slow: Vec<AckSpan> =
        replicates.iter().flat_map(|it| it.tail.slow_acks.clone().into_spans()).collect();
    let checkpoints: Vec<CheckpointSpan> =
        replicates.iter().flat_map(|it| &it.checkpoints).filter_map(span).collect();
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

fn span(checkpoint: &CheckpointCall) -> Option<CheckpointSpan> {
    let thread = match checkpoint.caller {
        CheckpointCaller::Commit | CheckpointCaller::AfterAck => CheckpointThread::Committing,
        CheckpointCaller::Background => CheckpointThread::Background,
        CheckpointCaller::Drain => return None,
    };
    let interval = Interval { begin: checkpoint.begun, end: checkpoint.ended() };
    Some(CheckpointSpan { interval, thread })
}
