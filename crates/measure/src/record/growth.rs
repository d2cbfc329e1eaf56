//! What commits took as the store grew, step by step.

use serde::{Deserialize, Serialize};

use crate::latency::{LatencyHistogram, Stages};

/// What commits took in one step of a case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GrowthPoint {
    /// Seconds of driving until the step's end, pauses left out.
    pub seconds: f64,
    /// Operations acked in the step.
    pub operations: u64,
    /// Operations acked per second of the step.
    pub operations_per_second: f64,
    /// The database file at the step's end, in bytes; of a log, all of its segments.
    pub database_bytes: u64,
    /// The WAL or journal file at the step's end, in bytes.
    pub wal_bytes: u64,
    /// Putting a packet's operations in, the median in ns; null with fewer than 20 packets.
    pub insert_ns_p50: Option<u64>,
    /// The longest in ns; null where the driver does not time stages.
    pub insert_ns_max: Option<u64>,
    /// Committing a packet, the median in ns; null as above.
    pub commit_ns_p50: Option<u64>,
    /// The longest in ns; null as above.
    pub commit_ns_max: Option<u64>,
    /// The longest ack in ns; null without acks.
    pub ack_ns_max: Option<u64>,
    /// Checkpoints that were called in the step.
    pub checkpoints: u64,
    /// Their median in ns; null without any.
    pub checkpoint_ns_p50: Option<u64>,
    /// The longest in ns; null without any.
    pub checkpoint_ns_max: Option<u64>,
}

/// What a step is made of.
#[derive(Clone, Copy, Debug)]
pub struct GrowthStep<'step> {
    /// Seconds of driving until its end.
    pub seconds: f64,
    /// Seconds of driving in it.
    pub step_seconds: f64,
    /// Operations acked in it.
    pub operations: u64,
    /// The database file at its end, in bytes.
    pub database_bytes: u64,
    /// The WAL file at its end, in bytes.
    pub wal_bytes: u64,
    /// Its acks.
    pub acks: &'step LatencyHistogram,
    /// Their stages.
    pub stages: &'step Stages,
    /// How long its checkpoints took, in ns.
    pub checkpoints_ns: &'step [u64],
}

impl GrowthPoint {
    /// The point of a step.
    #[must_use]
    pub fn of(step: &GrowthStep<'_>) -> Self {
        let Stages { insert, commit, .. } = step.stages;
        let mut checkpoints_ns = step.checkpoints_ns.to_vec();
        checkpoints_ns.sort_unstable();
        let middle = checkpoints_ns.len().saturating_sub(1) / 2;
        Self {
            seconds: step.seconds,
            operations: step.operations,
            operations_per_second: step.operations as f64 / step.step_seconds.max(f64::EPSILON),
            database_bytes: step.database_bytes,
            wal_bytes: step.wal_bytes,
            insert_ns_p50: insert.quantile(0.5),
            insert_ns_max: insert.longest(),
            commit_ns_p50: commit.quantile(0.5),
            commit_ns_max: commit.longest(),
            ack_ns_max: step.acks.longest(),
            checkpoints: checkpoints_ns.len() as u64,
            checkpoint_ns_p50: checkpoints_ns.get(middle).copied(),
            checkpoint_ns_max: checkpoints_ns.last().copied(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step<'step>(
        acks: &'step LatencyHistogram,
        stages: &'step Stages,
        checkpoints_ns: &'step [u64],
    ) -> GrowthStep<'step> {
        let (seconds, step_seconds, operations) = (3.0, 0.5, 400);
        let (database_bytes, wal_bytes) = (8_192, 4_120);
        GrowthStep {
            seconds,
            step_seconds,
            operations,
            database_bytes,
            wal_bytes,
            acks,
            stages,
            checkpoints_ns,
        }
    }

    #[test]
    fn a_point_tells_stages_and_checkpoints_of_its_step() {
        let mut acks = LatencyHistogram::new();
        let mut stages = Stages::default();
        (1..=20).for_each(|ns| {
            acks.record_ns(ns);
            stages.insert.record_ns(ns);
            stages.commit.record_ns(10 * ns);
        });
        let point = GrowthPoint::of(&step(&acks, &stages, &[7, 3, 9, 1]));
        assert_eq!(point.operations_per_second, 800.0);
        assert_eq!((point.insert_ns_p50, point.insert_ns_max), (Some(10), Some(20)));
        assert_eq!((point.commit_ns_p50, point.commit_ns_max), (Some(100), Some(200)));
        assert_eq!((point.checkpoints, point.checkpoint_ns_p50), (4, Some(3)));
        assert_eq!((point.checkpoint_ns_max, point.ack_ns_max), (Some(9), Some(20)));
    }

    #[test]
    fn a_step_without_anything_tells_nothing() {
        let (acks, stages) = (LatencyHistogram::new(), Stages::default());
        let point = GrowthPoint::of(&step(&acks, &stages, &[]));
        assert_eq!((point.insert_ns_p50, point.ack_ns_max), (None, None));
        assert_eq!((point.checkpoints, point.checkpoint_ns_p50), (0, None));
    }
}
