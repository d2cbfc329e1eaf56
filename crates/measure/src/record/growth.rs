//! What commits took as the store grew, step by step.

use serde::{Deserialize, Serialize};

use crate::latency::{LatencyHistogram, Stages};

/// What commits took in one step of a case.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
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

impl GrowthPoint {
    /// What the acks of a step, their stages and its checkpoints took, the latter in ns; what is stored, and when, is left
    /// to who knows.
    #[must_use]
    pub fn of_times(
        acks: &LatencyHistogram,
        stages: &Stages,
        mut checkpoints_ns: Vec<u64>,
    ) -> Self {
        checkpoints_ns.sort_unstable();
        let middle = checkpoints_ns.len().saturating_sub(1) / 2;
        Self {
            insert_ns_p50: stages.insert.quantile(0.5),
            insert_ns_max: stages.insert.longest(),
            commit_ns_p50: stages.commit.quantile(0.5),
            commit_ns_max: stages.commit.longest(),
            ack_ns_max: acks.longest(),
            checkpoints: checkpoints_ns.len() as u64,
            checkpoint_ns_p50: checkpoints_ns.get(middle).copied(),
            checkpoint_ns_max: checkpoints_ns.last().copied(),
            ..Self::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_tells_stages_and_checkpoints_of_its_step() {
        let mut acks = LatencyHistogram::new();
        let mut stages = Stages::default();
        (1..=20).for_each(|ns| {
            acks.record_ns(ns);
            stages.insert.record_ns(ns);
            stages.commit.record_ns(10 * ns);
        });
        let point = GrowthPoint::of_times(&acks, &stages, vec![7, 3, 9, 1]);
        assert_eq!((point.insert_ns_p50, point.insert_ns_max), (Some(10), Some(20)));
        assert_eq!((point.commit_ns_p50, point.commit_ns_max), (Some(100), Some(200)));
        assert_eq!((point.checkpoints, point.checkpoint_ns_p50), (4, Some(3)));
        assert_eq!((point.checkpoint_ns_max, point.ack_ns_max), (Some(9), Some(20)));
    }

    #[test]
    fn a_step_without_anything_tells_nothing() {
        let (acks, stages) = (LatencyHistogram::new(), Stages::default());
        let point = GrowthPoint::of_times(&acks, &stages, vec![]);
        assert_eq!((point.insert_ns_p50, point.ack_ns_max), (None, None));
        assert_eq!((point.checkpoints, point.checkpoint_ns_p50), (0, None));
    }
}
