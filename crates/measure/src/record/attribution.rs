//! What the slowest acks of a case overlapped with.

use serde::{Deserialize, Serialize};

use crate::attribution::{
    AckSpan, AttributedAck, Cause, CheckpointSpans, SLOWEST_MIN, UsualStages, attribute,
};
use crate::durations::nanoseconds;

/// The slowest acks of a case and their causes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct AttributionRecord {
    /// Acks of the case.
    pub acks: u64,
    /// How many of the slowest are attributed: a hundredth, and at least ten.
    pub slowest: u64,
    /// The least slow of them in ns.
    pub threshold_ns: u64,
    /// The share of them that has a cause.
    pub explained_share: f64,
    /// The share of the acks beyond the p99.9 that has a cause; null with fewer than 10,000 acks.
    pub explained_share_p999: Option<f64>,
    /// Every cause, in the order of the enumeration.
    pub causes: Vec<CauseRecord>,
    /// The slowest five hundred, the slowest first.
    pub slow_acks: SlowAckColumns,
}

/// The acks of one cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CauseRecord {
    /// The cause.
    pub cause: Cause,
    /// How many of the slowest acks it made slow.
    pub acks: u64,
    /// How many of those beyond the p99.9; 0 with fewer than 10,000 acks.
    pub acks_p999: u64,
    /// The longest of them in ns; 0 without any.
    pub longest_ns: u64,
    /// Their latencies in ns, together.
    pub total_ns: u64,
}

/// Slow acks one by one: each column has one value for each of them, in ns but for the cause.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SlowAckColumns {
    /// Hand-in to ack.
    pub latency_ns: Vec<u64>,
    /// Behind the packets before it, and behind what was put off until after their acks.
    pub queued_ns: Vec<u64>,
    /// While the driver let a free path wait.
    pub driver_late_ns: Vec<u64>,
    /// Putting the operations in.
    pub insert_ns: Vec<u64>,
    /// The commit, with the checkpoint in it if there was one.
    pub commit_ns: Vec<u64>,
    /// In or beside a checkpoint of any thread: overlaps with the others.
    pub checkpoint_ns: Vec<u64>,
    /// What made it slow.
    pub cause: Vec<Cause>,
}

/// Slow acks that are stored one by one at most.
const SLOW_ACKS_MAX: usize = 500;

impl AttributionRecord {
    /// Of `acks` acks, of which `slow` are the slowest, see [`attribute`]; `None` without any.
    #[must_use]
    pub fn of(
        slow: &[AckSpan],
        acks: u64,
        checkpoints: &CheckpointSpans,
        usual: UsualStages,
    ) -> Option<Self> {
        let slowest = attribute(slow, acks, checkpoints, usual);
        let beyond_p999 = acks / 1_000;
        let thousandth = (beyond_p999 >= SLOWEST_MIN)
            .then(|| &slowest[..slowest.len().min(beyond_p999 as usize)]);
        let mut slow_acks = SlowAckColumns::default();
        slowest.iter().take(SLOW_ACKS_MAX).for_each(|ack| slow_acks.push(ack));
        let causes = Cause::ALL.iter();
        Some(Self {
            acks,
            slowest: slowest.len() as u64,
            threshold_ns: nanoseconds(slowest.last()?.span.latency()),
            explained_share: explained_share(&slowest)?,
            explained_share_p999: thousandth.and_then(explained_share),
            causes: causes
                .map(|cause| CauseRecord::of(*cause, &slowest, thousandth.unwrap_or_default()))
                .collect(),
            slow_acks,
        })
    }
}

fn explained_share(acks: &[AttributedAck]) -> Option<f64> {
    let explained = acks.iter().filter(|ack| ack.cause != Cause::Unexplained).count();
    (!acks.is_empty()).then(|| explained as f64 / acks.len() as f64)
}

impl CauseRecord {
    fn of(cause: Cause, slowest: &[AttributedAck], thousandth: &[AttributedAck]) -> Self {
        let is_of_cause = |ack: &&AttributedAck| ack.cause == cause;
        let latencies = slowest.iter().filter(is_of_cause);
        let latencies: Vec<u64> = latencies.map(|ack| nanoseconds(ack.span.latency())).collect();
        Self {
            cause,
            acks: latencies.len() as u64,
            acks_p999: thousandth.iter().filter(is_of_cause).count() as u64,
            longest_ns: latencies.iter().copied().max().unwrap_or_default(),
            total_ns: latencies.iter().sum(),
        }
    }
}

impl SlowAckColumns {
    fn push(&mut self, ack: &AttributedAck) {
        let span = &ack.span;
        self.latency_ns.push(nanoseconds(span.latency()));
        self.queued_ns.push(nanoseconds(span.queued.duration()));
        self.driver_late_ns.push(nanoseconds(span.driver_late));
        self.insert_ns.push(nanoseconds(span.inserted - span.begun));
        self.commit_ns.push(nanoseconds(span.acked - span.inserted));
        self.checkpoint_ns.push(nanoseconds(ack.checkpoint));
        self.cause.push(ack.cause);
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::attribution::Interval;

    fn ack(begun: Instant, commit: Duration) -> AckSpan {
        AckSpan {
            queued: Interval::empty_at(begun),
            driver_late: Duration::ZERO,
            begun,
            inserted: begun,
            acked: begun + commit,
            began_wal_anew: false,
        }
    }

    #[test]
    fn every_cause_has_its_line_and_only_the_slowest_are_stored_one_by_one() {
        let begun = Instant::now();
        let usual = UsualStages { insert: Duration::ZERO, commit: Duration::ZERO };
        let acks: Vec<AckSpan> =
            (1..=1_000).map(|number| ack(begun, Duration::from_nanos(number))).collect();
        let record =
            AttributionRecord::of(&acks, 100_000, &CheckpointSpans::default(), usual).unwrap();
        assert_eq!((record.slowest, record.threshold_ns, record.explained_share), (1_000, 1, 1.0));
        assert_eq!(record.explained_share_p999, Some(1.0));
        assert_eq!(record.causes.len(), Cause::ALL.len());
        let own_sync = &record.causes[3];
        assert_eq!(
            (own_sync.cause, own_sync.acks, own_sync.acks_p999),
            (Cause::OwnSync, 1_000, 100)
        );
        assert_eq!((own_sync.longest_ns, own_sync.total_ns), (1_000, 500_500));
        assert_eq!(record.slow_acks.latency_ns.len(), 500);
        assert_eq!(record.slow_acks.latency_ns[0], 1_000);
        assert_eq!(AttributionRecord::of(&[], 0, &CheckpointSpans::default(), usual), None);
    }
}
