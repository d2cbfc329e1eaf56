//! What a point showed.

use std::time::Duration;

use measure::device::WrittenBytes;
use measure::latency::{LatencyHistogram, Stages};
use measure::record::CheckpointsRecord;
use measure::spread::Spread;
use measure::stats::ClusteredShare;
use measure::timeline::TimelineRecord;
use runner::driver::LargestSizes;
use runner::reading::Task;
use runner::record::verification;
use runner::verify::Unstored;
use write_path::{Digest, Settings, SqliteIdentity, StorageSizes};

use crate::backlog::{BacklogGrowth, BacklogTrend};
use crate::committer::CommitCounts;
use crate::error::LoadError;
use crate::generator::LoadEnd;
use crate::load::Clients;
use crate::loading::Loaded;
use crate::point::Point;
use crate::shared_recorder::{OperationLatencies, SeriesLine};

/// What a point showed.
#[derive(Debug, Clone)]
pub struct PointOutcome {
    /// The point.
    pub point: Point,
    /// The times of votes.
    pub writes: OperationLatencies,
    /// The times of reads.
    pub reads: OperationLatencies,
    /// How much later than it closed each batch was handed on, in ns.
    pub lateness: LatencyHistogram,
    /// Operations acked per second, in tenths of the measured time.
    pub acked_per_second: Spread,
    /// Operations acked per second from the load's start until everything was acked and drained: the
    /// document's "actual ops/s", including the final checkpoint.
    pub drained_per_second: f64,
    /// Operations acked per second over all of these tenths: what a stall cost is in it.
    pub acked_mean_per_second: f64,
    /// How the backlog went; `None` of a load that was too short to tell.
    pub backlog: Option<BacklogTrend>,
    /// By how much it grew, with an interval; `None` of a load that was too short to tell.
    pub backlog_growth: Option<BacklogGrowth>,
    /// Commits and votes in them, warm-up included; for a path with a group commit of its own, as
    /// its syncs tell, and `None` where it makes none.
    pub commits: Option<CommitCounts>,
    /// The share of votes whose sojourn was beyond [`Point::p99_max_ns`], clustered by commit; `None` without a limit.
    pub beyond_limit: Option<ClusteredShare>,
    /// The checkpoints, warm-up included; `None` without any.
    pub checkpoints: Option<CheckpointsRecord>,
    /// How the load ended.
    pub end: LoadEnd,
    /// Operations that were given up, after [`Point::catch_up_max`] or because the load ended early;
    /// none of them was acked.
    pub given_up_operations: u64,
    /// How long the last drain took.
    pub drained_in: Duration,
    /// How long reopening and reading everything took.
    pub reopened_in: Duration,
    /// A line for each tenth of a second, warm-up included.
    pub series: Vec<SeriesLine>,
    /// The same as a run record keeps it.
    pub timeline: TimelineRecord,
    /// The stages of the commits, warm-up included; none of a path with a group commit of its own.
    pub stages: Stages,
    /// The largest sizes that were seen.
    pub largest: LargestSizes,
    /// What was written from the load's start until it was drained.
    pub written: WrittenBytes,
    /// The settings in effect.
    pub settings: Settings,
    /// What the engine says of itself.
    pub identity: Option<SqliteIdentity>,
    /// What was stored at the end, drained.
    pub sizes: StorageSizes,
    /// What was acked, the votes from before the load included, and was found after reopening.
    pub verified: Digest,
    /// What of that was in no file.
    pub unstored: Unstored,
}

/// What a point's figures come from.
pub(crate) struct Measured<'load> {
    pub(crate) loaded: &'load Loaded,
    pub(crate) drained_in: Duration,
    /// Syncs while it was loaded.
    pub(crate) syncs: u64,
}

/// Parts of the measured time whose acked rates make the spread.
const PARTS: usize = 10;

/// A generator whose lateness at the 99th percentile is beyond this share of the sojourn's measures
/// itself.
const LATENESS_SHARE_MAX: f64 = 0.1;

impl PointOutcome {
    /// Whether the generator was so late that the figures are its own.
    pub fn is_generator_bound(&self) -> bool {
        let lateness = self.lateness.quantile(0.99).or(self.lateness.longest());
        let sojourn = self.operations_sojourn_ns(0.99);
        lateness.zip(sojourn).is_some_and(|(lateness, sojourn)| {
            lateness as f64 > LATENESS_SHARE_MAX * sojourn as f64
        })
    }

    /// Whether the path fell behind the load.
    pub fn is_saturated(&self) -> bool {
        let grows = |trend: BacklogTrend| trend.grows_under(self.point.target.get().into());
        self.end == LoadEnd::Behind || self.backlog.is_some_and(grows)
    }

    /// How the votes were compared.
    pub fn verification(&self) -> String {
        verification(Task::Write, &self.unstored)
    }

    /// Votes that shared a commit, on average.
    pub fn votes_per_commit(&self) -> Option<f64> {
        let commits = self.commits.filter(|commits| commits.commits > 0)?;
        Some(commits.votes as f64 / commits.commits as f64)
    }

    /// A quantile of the votes' sojourn in ns, or the longest of too few.
    pub fn operations_sojourn_ns(&self, quantile: f64) -> Option<u64> {
        self.writes.sojourn.quantile(quantile).or(self.writes.sojourn.longest())
    }
}

impl Measured<'_> {
    /// The rate of each part that ended before the load did.
    pub(crate) fn acked_per_second(&self, point: &Point) -> Result<Spread, LoadError> {
        let (parts, part_seconds) = self.whole_parts(point);
        rates(&parts, part_seconds).and_then(Spread::of).ok_or(LoadError::NothingMeasured)
    }

    /// Over the same parts.
    pub(crate) fn acked_mean_per_second(&self, point: &Point) -> f64 {
        let (parts, part_seconds) = self.whole_parts(point);
        parts.iter().sum::<u64>() as f64 / (parts.len() as f64 * part_seconds).max(1e-9)
    }

    /// Operations acked in each part that was over before the load ended, and the length of one in
    /// seconds. Of a load that was interrupted in its first part it is that much of it.
    fn whole_parts(&self, point: &Point) -> (Vec<u64>, f64) {
        let Loaded { clock, seen, generated, .. } = self.loaded;
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
    pub(crate) fn beyond_limit(&self, point: &Point) -> Option<ClusteredShare> {
        point.p99_max_ns?;
        let share = self.loaded.seen.acked.beyond_limit();
        let Clients::Blocking(clients) = point.load.clients else { return Some(share) };
        if self.loaded.commits.is_some() {
            return Some(share);
        }
        let clients = f64::from(clients.get());
        let batches = self.loaded.seen.acked.count() as f64;
        let in_a_commit = if self.syncs > 0 { batches / self.syncs as f64 } else { clients };
        Some(share.in_clusters_of(in_a_commit.clamp(1.0, clients)))
    }

    pub(crate) fn commits(&self) -> Option<CommitCounts> {
        let own =
            || CommitCounts { commits: self.syncs, votes: self.loaded.seen.acked.operations() };
        self.loaded.commits.or_else(|| (self.syncs > 0).then(own))
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
