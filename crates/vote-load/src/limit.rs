//! A limit of the sojourn, and the share of votes beyond it.

use std::time::Instant;

use measure::stats::ClusteredShare;

/// Counts the votes beyond a limit, commit by commit.
#[derive(Debug)]
pub(crate) struct LimitCounter {
    limit_ns: u64,
    batches: Vec<AckedBatch>,
}

/// A batch of votes that was acked.
#[derive(Debug, Clone, Copy)]
struct AckedBatch {
    /// The batches of one commit have one moment; those of an engine's own group commit each their own.
    acked: Instant,
    votes: u64,
    beyond: u64,
}

impl LimitCounter {
    pub(crate) fn new(limit_ns: u64) -> Self {
        Self { limit_ns, batches: Vec::new() }
    }

    /// Notes a batch, with the sojourns of its votes that are measured, in ns.
    pub(crate) fn note(&mut self, acked: Instant, sojourns_ns: impl Iterator<Item = u64>) {
        let mut batch = AckedBatch { acked, votes: 0, beyond: 0 };
        for sojourn_ns in sojourns_ns {
            batch.votes += 1;
            batch.beyond += u64::from(sojourn_ns > self.limit_ns);
        }
        if batch.votes > 0 {
            self.batches.push(batch);
        }
    }

    /// The share of votes beyond the limit, clustered by the moment of the ack.
    pub(crate) fn share(mut self) -> ClusteredShare {
        // Clients note their batches in any order.
        self.batches.sort_unstable_by_key(|batch| batch.acked);
        let mut share = ClusteredShare::default();
        for commit in self.batches.chunk_by(|a, b| a.acked == b.acked) {
            let sum = |of: fn(&AckedBatch) -> u64| commit.iter().map(of).sum();
            share.note(sum(|batch| batch.votes), sum(|batch| batch.beyond));
        }
        share
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn batches_of_one_commit_are_one_cluster_in_whatever_order_they_are_noted() {
        let (first, second) = (Instant::now(), Instant::now() + Duration::from_millis(1));
        let mut counter = LimitCounter::new(10);
        counter.note(second, [11, 12].into_iter());
        counter.note(first, [9, 10, 11].into_iter());
        counter.note(second, [3].into_iter());
        counter.note(second, std::iter::empty());
        let mut expected = ClusteredShare::default();
        expected.note(3, 1);
        expected.note(3, 2);
        assert_eq!(counter.share(), expected);
    }
}
