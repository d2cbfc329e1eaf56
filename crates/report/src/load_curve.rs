//! Load curves: what each rate did to a path's sojourn times, and between which rates a limit is kept no more.

use measure::record::{LoadRecord, MomentsRecord, RunRecord};

use crate::evidence::Evidence;
use crate::listing::counted;

/// The points of one path under one load, by rate; of those at one rate the last.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCurve {
    /// The path, and what of its load deviates.
    pub label: String,
    /// The points, by rate.
    pub points: Vec<CurvePoint>,
    /// Between which rates the limit is kept no more; `None` where no limit was asked for.
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
    /// What the points at its rate say in a search; `None` of a point of its own, and in older records.
    pub moments: Option<MomentsRecord>,
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
    /// The highest rate that kept it in every moment; `None` if none did.
    pub kept: Option<KneeEnd>,
    /// The lowest rate that missed it in every moment for a reason of the path's own; `None` if none did.
    pub missed: Option<KneeEnd>,
}

/// An end of a knee.
#[derive(Clone, Debug, PartialEq)]
pub struct KneeEnd {
    /// Operations per second.
    pub per_second: f64,
    /// The id of its points.
    pub id: String,
    /// In how many moments it was measured; `None` in records from before that was kept.
    pub moments: Option<u32>,
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
            moments: load.moments,
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
        let rates: Vec<(u32, MomentsRecord)> =
            searched().map(|(_, load)| (load.target_per_second, moments_of(load))).collect();
        let end = |rate: u32| {
            let (record, load) = searched().find(|(_, load)| load.target_per_second == rate)?;
            let moments = load.moments.map(MomentsRecord::decided);
            Some(KneeEnd { per_second: rate.into(), id: record.case.id.clone(), moments })
        };
        let [kept, missed] = MomentsRecord::knee(&rates).map(|rate| rate.and_then(end));
        Some(Self { p99_max_ns, kept, missed })
    }
}

/// What a rate's points say; of a record from before that was kept it is what its last point says.
fn moments_of(load: &LoadRecord) -> MomentsRecord {
    load.moments.unwrap_or_else(|| {
        let mut moments = MomentsRecord::default();
        load.verdict.into_iter().for_each(|verdict| moments.note(verdict));
        moments
    })
}
