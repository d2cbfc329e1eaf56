//! The batches that were acked, and what they tell once a load is over.

use std::time::{Duration, Instant};

use measure::stats::ClusteredShare;

use crate::batches::Batch;

/// A batch that was acked.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AckedBatch {
    number: u64,
    operations: u64,
    /// The batches of one commit have one moment; those of an engine's own group commit each their own.
    acked: Instant,
    /// Votes that are measured: none of a batch of reads.
    pub(crate) votes: u64,
    /// Those of them whose sojourn was beyond the limit.
    pub(crate) beyond: u64,
}

/// Batches that were acked, in the order in which clients noted them.
#[derive(Debug, Default)]
pub(crate) struct AckedBatches(Vec<AckedBatch>);

impl AckedBatch {
    /// A batch of which no vote is counted yet.
    pub(crate) fn of(batch: &Batch, acked: Instant) -> Self {
        let operations = batch.operations() as u64;
        Self { number: batch.number, operations, acked, votes: 0, beyond: 0 }
    }
}

impl AckedBatches {
    pub(crate) fn push(&mut self, batch: AckedBatch) {
        self.0.push(batch);
    }

    /// How many there are.
    pub(crate) fn count(&self) -> u64 {
        self.0.len() as u64
    }

    /// Operations in all of them.
    pub(crate) fn operations(&self) -> u64 {
        self.0.iter().map(|batch| batch.operations).sum()
    }

    /// How long after a moment the last of them was acked.
    pub(crate) fn last_after(&self, begin: Instant) -> Duration {
        let last = self.0.iter().map(|batch| batch.acked).max();
        last.map_or(Duration::ZERO, |last| last.saturating_duration_since(begin))
    }

    /// Their numbers, ascending.
    pub(crate) fn numbers(&self) -> Vec<u64> {
        let mut numbers: Vec<u64> = self.0.iter().map(|batch| batch.number).collect();
        numbers.sort_unstable();
        numbers
    }

    /// Operations acked in each of so many parts of a time.
    pub(crate) fn by_part(&self, begin: Instant, length: Duration, parts: usize) -> Vec<u64> {
        let mut operations = vec![0; parts];
        for batch in &self.0 {
            let Some(at) = batch.acked.checked_duration_since(begin) else { continue };
            let part = (at.as_secs_f64() / length.as_secs_f64() * parts as f64) as usize;
            if let Some(of_part) = operations.get_mut(part) {
                *of_part += batch.operations;
            }
        }
        operations
    }

    /// The share of votes beyond the limit, clustered by the moment of the ack.
    pub(crate) fn beyond_limit(&self) -> ClusteredShare {
        let mut batches: Vec<&AckedBatch> = self.0.iter().filter(|it| it.votes > 0).collect();
        // Clients note their batches in any order.
        batches.sort_unstable_by_key(|batch| batch.acked);
        let mut share = ClusteredShare::default();
        for commit in batches.chunk_by(|a, b| a.acked == b.acked) {
            let sum = |of: fn(&AckedBatch) -> u64| commit.iter().map(|batch| of(batch)).sum();
            share.note(sum(|batch| batch.votes), sum(|batch| batch.beyond));
        }
        share
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(begin: Instant, batches: &[(u64, u64, u64)]) -> AckedBatches {
        let batch = |(number, (ms, votes, beyond)): (usize, &(u64, u64, u64))| AckedBatch {
            number: number as u64,
            operations: *votes,
            acked: begin + Duration::from_millis(*ms),
            votes: *votes,
            beyond: *beyond,
        };
        AckedBatches(batches.iter().enumerate().map(batch).collect())
    }

    #[test]
    fn batches_of_one_commit_are_one_cluster_in_whatever_order_they_are_noted() {
        let acked = batches(Instant::now(), &[(1, 2, 2), (0, 3, 1), (1, 1, 0), (1, 0, 0)]);
        let mut expected = ClusteredShare::default();
        expected.note(3, 1);
        expected.note(3, 2);
        assert_eq!(acked.beyond_limit(), expected);
    }

    #[test]
    fn each_part_has_what_was_acked_in_it_and_none_what_came_before_or_after() {
        let begin = Instant::now();
        let acked = batches(begin, &[(5, 1, 0), (10, 2, 0), (14, 3, 0), (29, 4, 0), (30, 5, 0)]);
        let from = begin + Duration::from_millis(10);
        assert_eq!(acked.by_part(from, Duration::from_millis(20), 2), [5, 4]);
        assert_eq!((acked.count(), acked.operations()), (5, 15));
        assert_eq!(acked.last_after(begin), Duration::from_millis(30));
        assert_eq!(batches(begin, &[]).last_after(begin), Duration::ZERO);
    }
}
