//! A point's rates, from what was seen of its load.

use std::time::Duration;

use measure::spread::Spread;
use measure::stats::ClusteredShare;

use crate::committer::CommitCounts;
use crate::error::LoadError;
use crate::generator::LoadEnd;
use crate::load::Clients;
use crate::loading::Loaded;
use crate::point::Point;

/// What a point's rates come from.
pub(crate) struct Figures<'load> {
    pub(crate) point: &'load Point,
    pub(crate) loaded: &'load Loaded,
    pub(crate) drained_in: Duration,
    /// Syncs while it was loaded.
    pub(crate) syncs: u64,
}

/// Parts of the measured time whose acked rates make the spread.
const PARTS: usize = 10;

impl Figures<'_> {
    /// The rate of each part that ended before the load did.
    pub(crate) fn acked_per_second(&self) -> Result<Spread, LoadError> {
        let (parts, part_seconds) = self.whole_parts();
        rates(&parts, part_seconds).and_then(Spread::of).ok_or(LoadError::NothingMeasured)
    }

    /// Over the same parts.
    pub(crate) fn acked_mean_per_second(&self) -> f64 {
        let (parts, part_seconds) = self.whole_parts();
        parts.iter().sum::<u64>() as f64 / (parts.len() as f64 * part_seconds).max(1e-9)
    }

    /// Operations acked in each part that was over before the load ended, and the length of one in
    /// seconds. Of a load that was interrupted in its first part it is that much of it.
    fn whole_parts(&self) -> (Vec<u64>, f64) {
        let (point, Loaded { clock, seen, generated, .. }) = (self.point, self.loaded);
        let warm = clock.begin + point.warm_up;
        let mut operations = seen.acked.by_part(warm, point.run, PARTS);
        let part_seconds = point.run.as_secs_f64() / PARTS as f64;
        let ran = generated.ended_at.saturating_sub(point.warm_up).as_secs_f64();
        let whole_parts = ((ran / part_seconds + 1e-9) as usize).min(PARTS);
        if whole_parts == 0 && generated.end == LoadEnd::Interrupted {
            operations.truncate(1);
            // Acks of what was under way came a little later than that.
            let acked_in = seen.acked.last_after(warm).as_secs_f64();
            return (operations, acked_in.min(part_seconds));
        }
        operations.truncate(whole_parts);
        (operations, part_seconds)
    }

    pub(crate) fn drained_per_second(&self) -> f64 {
        let Loaded { clock, seen, .. } = self.loaded;
        let operations = seen.acked.operations();
        let acked_in = seen.acked.last_after(clock.begin);
        operations as f64 / (acked_in + self.drained_in).as_secs_f64().max(1e-9)
    }

    /// The share beyond the limit. Which batches shared a commit of an engine's own is not known, but how many did on
    /// average is: no more than there were clients.
    pub(crate) fn beyond_limit(&self) -> Option<ClusteredShare> {
        self.point.p99_max_ns?;
        let share = self.loaded.seen.acked.beyond_limit();
        let Clients::Blocking(clients) = self.point.load.clients else { return Some(share) };
        if self.loaded.commits.is_some() {
            return Some(share);
        }
        let clients = f64::from(clients.get());
        let batches = self.loaded.seen.acked.count() as f64;
        let in_a_commit = if self.syncs > 0 { batches / self.syncs as f64 } else { clients };
        Some(share.in_clusters_of(in_a_commit.clamp(1.0, clients)))
    }

    /// Votes that shared a commit on average, warm-up included; for a path with a group commit of its own, as its syncs
    /// tell, and `None` where it makes none.
    pub(crate) fn votes_per_commit(&self) -> Option<f64> {
        let operations = self.loaded.seen.acked.operations();
        let own = CommitCounts { commits: self.syncs, votes: operations };
        let CommitCounts { commits, votes } = self.loaded.commits.unwrap_or(own);
        (commits > 0).then(|| votes as f64 / commits as f64)
    }
}

/// Rates of parts that each hold an ack: as few parts are joined as that takes, because a path whose
/// commits are longer than a part acks in some of them alone, and the median part would tell of none.
fn rates(operations: &[u64], part_seconds: f64) -> Option<Vec<f64>> {
    if part_seconds <= 0.0 {
        return None;
    }
    let sums = |joined: usize| {
        let sum = |part: &[u64]| (part.iter().sum::<u64>(), part.len() as f64 * part_seconds);
        operations.chunks(joined).map(sum).collect::<Vec<_>>()
    };
    let joined = (1..=operations.len())
        .map(sums)
        .find(|parts| parts.iter().all(|(operations, _)| *operations > 0))?;
    Some(joined.into_iter().map(|(operations, seconds)| operations as f64 / seconds).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_without_an_ack_are_joined_with_others() {
        assert_eq!(rates(&[3, 5], 0.5), Some(vec![6.0, 10.0]));
        // Two commits in seven parts: four parts hold one of them, and so do the other three.
        assert_eq!(rates(&[0, 0, 8, 0, 0, 0, 6], 1.0), Some(vec![2.0, 2.0]));
        assert_eq!(rates(&[0, 0, 9], 1.0), Some(vec![3.0]));
    }

    #[test]
    fn without_an_ack_there_is_no_rate() {
        assert_eq!(rates(&[0, 0], 1.0), None);
        assert_eq!(rates(&[], 1.0), None);
        // Interrupted while it warmed up.
        assert_eq!(rates(&[3], 0.0), None);
    }
}
