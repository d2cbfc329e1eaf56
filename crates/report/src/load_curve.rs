//! Load curves: what each rate did to a path's sojourn times, and the highest rate that kept a limit.

use measure::record::{LoadRecord, RateVerdict, RunRecord};

use crate::evidence::Evidence;
use crate::listing::counted;

/// The points of one path under one load, by rate.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCurve {
    /// The path, and what of its load deviates.
    pub label: String,
    /// The points, by rate.
    pub points: Vec<CurvePoint>,
    /// The highest rate that kept the limit; `None` where no limit was asked for.
    pub knee: Option<Knee>,
    /// The highest rate that was acked at any point, in operations per second, with its point's id.
    pub saturation: Saturation,
}

/// One point of a curve.
#[derive(Clone, Debug, PartialEq)]
pub struct CurvePoint {
    /// The case's id.
    pub id: String,
    /// Operations per second that were asked for.
    pub target_per_second: f64,
    /// Operations per second that were acked while it was measured, the median of ten parts.
    pub acked_per_second: f64,
    /// From the moment at which a vote was due to its ack, in ns: p50, p95, p99, p99.9, longest. `None`
    /// of too few.
    pub sojourn_ns: [Option<u64>; 5],
    /// Votes that shared a commit.
    pub votes_per_commit: Option<f64>,
    /// Operations by which the backlog grew in a second.
    pub backlog_growth_per_second: Option<f64>,
    /// How the point is to be taken.
    pub standing: PointStanding,
}

/// How a point is to be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointStanding {
    /// The path kept up.
    KeptUp,
    /// The path fell behind: its backlog grew, or was given up.
    FellBehind,
    /// The generator was so late that the figures are not the path's.
    GeneratorBound,
}

/// What a search for the highest rate found.
#[derive(Clone, Debug, PartialEq)]
pub struct Knee {
    /// The 99th percentile that had to be kept, in ns.
    pub p99_max_ns: u64,
    /// The highest rate that kept it, with its point's id; `None` if none did.
    pub rate: Option<(f64, String)>,
    /// The lowest rate above it that did not for a reason of the path's own, with its point's id.
    pub missed: Option<(f64, String)>,
}

/// The most that a path acked.
#[derive(Clone, Debug, PartialEq)]
pub struct Saturation {
    /// Operations per second.
    pub acked_per_second: f64,
    /// The point's id.
    pub id: String,
    /// Whether the path fell behind at any point. If not, it can take more than this.
    pub is_reached: bool,
}

impl LoadCurve {
    /// The curves among a question's records, in the order of measuring.
    #[must_use]
    pub fn all(evidence: &Evidence) -> Vec<Self> {
        let loaded = evidence.records.iter().filter(|record| record.load.is_some());
        let labels = counted(loaded.map(|record| record.case.label.as_str()));
        labels.into_iter().filter_map(|(label, _)| Self::of(label, evidence)).collect()
    }

    fn of(label: &str, evidence: &Evidence) -> Option<Self> {
        let mut loaded: Vec<(&RunRecord, &LoadRecord)> = evidence
            .records
            .iter()
            .filter(|record| record.case.label == label)
            .filter_map(|record| Some((record, record.load.as_ref()?)))
            .collect();
        loaded.sort_by_key(|(_, load)| load.target_per_second);
        let points = loaded.iter().map(|(record, load)| CurvePoint::of(record, load)).collect();
        let most = loaded
            .iter()
            .map(|(record, _)| record)
            .max_by(|a, b| a.records_per_second.median.total_cmp(&b.records_per_second.median))?;
        let saturation = Saturation {
            acked_per_second: most.records_per_second.median,
            id: most.case.id.clone(),
            is_reached: loaded.iter().any(|(_, load)| load.is_saturated),
        };
        Some(Self { label: label.to_owned(), points, knee: Knee::of(&loaded), saturation })
    }
}

impl CurvePoint {
    fn of(record: &RunRecord, load: &LoadRecord) -> Self {
        let sojourn = &record.ack_latency_ns;
        Self {
            id: record.case.id.clone(),
            target_per_second: load.target_per_second.into(),
            acked_per_second: record.records_per_second.median,
            sojourn_ns: [sojourn.p50, load.sojourn_p95, sojourn.p99, sojourn.p999, sojourn.max],
            votes_per_commit: load.votes_per_commit,
            backlog_growth_per_second: load.backlog_growth_per_second,
            standing: PointStanding::of(load),
        }
    }
}

impl PointStanding {
    fn of(load: &LoadRecord) -> Self {
        match (load.is_generator_bound, load.is_saturated || load.given_up_operations > 0) {
            (true, _) => Self::GeneratorBound,
            (false, true) => Self::FellBehind,
            (false, false) => Self::KeptUp,
        }
    }

    /// The standing in a table's cell; empty where nothing is to be said.
    #[must_use]
    pub fn mark(self) -> &'static str {
        match self {
            Self::KeptUp => "",
            Self::FellBehind => "fell behind",
            Self::GeneratorBound => "generator-bound",
        }
    }
}

impl Knee {
    /// The knee of points by ascending rate, those of their own left out.
    fn of(loaded: &[(&RunRecord, &LoadRecord)]) -> Option<Self> {
        let p99_max_ns = loaded.iter().find_map(|(_, load)| load.knee_p99_max_ns)?;
        let searched =
            || loaded.iter().filter(move |(_, load)| load.knee_p99_max_ns == Some(p99_max_ns));
        let named = |(record, load): &(&RunRecord, &LoadRecord)| {
            (f64::from(load.target_per_second), record.case.id.clone())
        };
        let passes =
            |(_, load): &&(&RunRecord, &LoadRecord)| load.verdict == Some(RateVerdict::Passes);
        let fails = |(_, load): &&(&RunRecord, &LoadRecord)| {
            matches!(load.verdict, Some(RateVerdict::MissesLimit | RateVerdict::FallsBehind))
        };
        let rate = searched().filter(passes).map(named).next_back();
        let above = rate.as_ref().map_or(0.0, |(rate, _)| *rate);
        let missed = searched().filter(fails).map(named).find(|(rate, _)| *rate > above);
        Some(Self { p99_max_ns, rate, missed })
    }
}
