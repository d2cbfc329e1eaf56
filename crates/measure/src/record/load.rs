//! An open-loop load at one rate: what was asked for, and how the clients and the generator fared.

use serde::{Deserialize, Serialize};

use crate::latency::{LatencyHistogram, LatencyRecord};
use crate::stats::{ClusteredShare, Interval};

/// One point of a load curve.
///
/// The votes' sojourn, from the moment at which each was due to its ack, is the run record's
/// `ack_latency_ns`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct LoadRecord {
    /// Operations per second that were asked for.
    pub target_per_second: u32,
    /// How long the load ran before it was measured, in seconds.
    pub warm_up_seconds: f64,
    /// How long it was measured, in seconds.
    pub run_seconds: f64,
    /// The 95th percentile of the votes' sojourn, in ns; null with fewer than 200 votes.
    pub sojourn_p95: Option<u64>,
    /// The same sojourns as the first document shows them: no value above its histogram's end.
    pub sojourn_clamped: ClampedRecord,
    /// From handing a batch of votes in to its ack, a value for each batch, in ns.
    pub remote_ns: LatencyRecord,
    /// The reads' sojourn in ns, a value for each read; null for a load that only writes.
    pub read_sojourn_ns: Option<LatencyRecord>,
    /// From handing a batch of reads in to its answer, a value for each batch, in ns; null for a load
    /// that only writes.
    pub read_remote_ns: Option<LatencyRecord>,
    /// How much later than it was due each batch was handed to the clients, in ns.
    pub lateness_ns: LatencyRecord,
    /// Whether the generator was so late that the figures are not the path's.
    pub is_generator_bound: bool,
    /// Votes that shared a commit, on average; null where no commit was counted.
    pub votes_per_commit: Option<f64>,
    /// Operations that waited, the median of the first third of the measured time; null of a load
    /// that was too short.
    pub backlog_begin: Option<f64>,
    /// The same of the last third.
    pub backlog_end: Option<f64>,
    /// Operations by which the backlog grew in a second.
    pub backlog_growth_per_second: Option<f64>,
    /// Whether the path fell behind the load.
    pub is_saturated: bool,
    /// How the load ended: `complete`, `behind` or `interrupted`.
    pub end: String,
    /// Operations that were given up at the end. None of them was acked.
    pub given_up_operations: u64,
    /// The 99th percentile that this point was held against in the search for a knee, in ns; null for
    /// a point of its own.
    pub knee_p99_max_ns: Option<u64>,
    /// The share of votes whose sojourn was beyond that; null without it, and in records from before there was a share.
    #[serde(default)]
    pub beyond_limit: Option<ShareRecord>,
    /// What this point says of its rate in its moment, with those before it at the same rate that decided nothing; null
    /// for a point of its own, and in records from before there was a verdict.
    #[serde(default)]
    pub verdict: Option<RateVerdict>,
    /// What all points at this rate say, up to this one, in the search for a knee that they belong to; null without such
    /// a search, and in records from before a rate was measured in several moments.
    #[serde(default)]
    pub moments: Option<MomentsRecord>,
    /// What the yardsticks showed around the load; null in records from before they were read.
    #[serde(default)]
    pub yardsticks: Option<YardsticksRecord>,
}

/// What the yardsticks showed before a load, and after it was drained.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct YardsticksRecord {
    /// One write and one sync of the floor's payload, in ns, the median of a burst.
    pub floor_ns: Vec<Option<f64>>,
    /// One batch of the CPU reference, in ns.
    pub reference_ns: Vec<f64>,
}

/// A share of votes, clustered by commit: votes that share one share their fate.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ShareRecord {
    /// The share.
    pub share: f64,
    /// Where it lies with a probability of 90 %.
    pub interval_90: Interval,
    /// How many commits tell so.
    pub commits: f64,
}

/// What points at one rate say of it, each in a moment of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct MomentsRecord {
    /// Moments in which the rate passed.
    pub passed: u32,
    /// Moments in which it failed.
    pub failed: u32,
    /// Points that decided nothing.
    pub undecided: u32,
}

/// What points say of their rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RateVerdict {
    /// It passes.
    Passes,
    /// It fails by the limit, though the path kept up.
    MissesLimit,
    /// It fails, because the path fell behind.
    FallsBehind,
    /// Nothing: there were too few commits, or the rate is too near the limit.
    Undecided,
    /// Nothing, because the generator was too late for the figures to be the path's.
    GeneratorBound,
}

impl ShareRecord {
    /// The record of a share; `None` where nothing was counted.
    #[must_use]
    pub fn of(share: &ClusteredShare) -> Option<Self> {
        let commits = share.clusters();
        Some(Self { share: share.share()?, interval_90: share.interval_90()?, commits })
    }
}

impl MomentsRecord {
    /// Counts a point.
    pub fn note(&mut self, verdict: RateVerdict) {
        match verdict {
            RateVerdict::Passes => self.passed += 1,
            RateVerdict::MissesLimit | RateVerdict::FallsBehind => self.failed += 1,
            RateVerdict::Undecided | RateVerdict::GeneratorBound => self.undecided += 1,
        }
    }

    /// Moments that decided.
    #[must_use]
    pub fn decided(self) -> u32 {
        self.passed + self.failed
    }

    /// A knee: the highest rate that passed in every moment, and the lowest that failed in every moment. A moment in
    /// which a lower rate failed is one in which a higher one would have failed too, and the other way round.
    #[must_use]
    pub fn knee<R: Copy + Ord>(rates: &[(R, Self)]) -> [Option<R>; 2] {
        let of = |is_counted: fn(&Self) -> bool| {
            let counted = rates.iter().filter(move |(_, moments)| is_counted(moments));
            counted.map(|(rate, _)| *rate)
        };
        let (passed, failed) = (|it: &Self| it.passed > 0, |it: &Self| it.failed > 0);
        let (highest_passed, lowest_failed) = (of(passed).max(), of(failed).min());
        [
            of(passed).filter(|rate| lowest_failed.is_none_or(|failed| *rate < failed)).max(),
            of(failed).filter(|rate| highest_passed.is_none_or(|passed| passed < *rate)).min(),
        ]
    }
}

impl RateVerdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Passes => "passes",
            Self::MissesLimit => "misses the limit",
            Self::FallsBehind => "falls behind",
            Self::Undecided => "undecided",
            Self::GeneratorBound => "generator-bound",
        }
    }
}

/// Quantiles of a histogram that counts every value above its end as its end, in ns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClampedRecord {
    /// The histogram's end.
    pub end: u64,
    /// The median; null of too few values, as for the other quantiles.
    pub p50: Option<u64>,
    /// The 95th percentile.
    pub p95: Option<u64>,
    /// The 99th percentile.
    pub p99: Option<u64>,
    /// The longest; null of no values.
    pub max: Option<u64>,
}

impl ClampedRecord {
    /// The quantiles of a histogram, none beyond `end_ns`.
    #[must_use]
    pub fn of(histogram: &LatencyHistogram, end_ns: u64) -> Self {
        let clamped = |value: Option<u64>| value.map(|value| value.min(end_ns));
        Self {
            end: end_ns,
            p50: clamped(histogram.quantile(0.5)),
            p95: clamped(histogram.quantile(0.95)),
            p99: clamped(histogram.quantile(0.99)),
            max: clamped(histogram.longest()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_knee_leaves_out_every_rate_about_which_moments_disagree() {
        let moments = |passed, failed| MomentsRecord { passed, failed, undecided: 0 };
        let agreed = [(10, moments(1, 0)), (20, moments(3, 0)), (30, moments(0, 3))];
        assert_eq!(MomentsRecord::knee(&agreed), [Some(20), Some(30)]);
        // At 15 it failed once, so the moments at 20 are not all that there are; likewise beyond.
        let moved = [&agreed[..], &[(15, moments(2, 1)), (40, moments(1, 0)), (80, moments(0, 1))]];
        assert_eq!(MomentsRecord::knee(&moved.concat()), [Some(10), Some(80)]);
        assert_eq!(MomentsRecord::knee(&[(10, moments(1, 1)), (20, moments(0, 0))]), [None, None]);
    }

    #[test]
    fn a_clamped_histogram_ends_where_it_ends() {
        let mut histogram = LatencyHistogram::new();
        (1..=1_000).for_each(|number| histogram.record_ns(number * 1_000_000));
        let clamped = ClampedRecord::of(&histogram, 100_000_000);
        assert_eq!((clamped.p50, clamped.max), (Some(100_000_000), Some(100_000_000)));
        let open = ClampedRecord::of(&histogram, u64::MAX);
        assert_eq!(open.max, histogram.longest());
        assert_eq!(open.p95, histogram.quantile(0.95));
    }
}
