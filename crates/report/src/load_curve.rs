//! Load curves: what each rate did to a path's sojourn times, and between which rates a limit is kept no more.

use measure::record::{LoadRecord, MomentsRecord, RunRecord};

use crate::evidence::Evidence;
use crate::listing::distinct;

/// The points of one path under one load, by rate; of those at one rate the last.
#[derive(Clone, Debug, PartialEq)]
pub struct LoadCurve<'run> {
    /// The path, and what of its load deviates.
    pub label: &'run str,
    /// The points, by rate: cases that were under a load.
    pub points: Vec<&'run RunRecord>,
    /// Between which rates the limit is kept no more; `None` where no limit was asked for.
    pub knee: Option<Knee<'run>>,
    /// The point at which most was acked.
    pub most: &'run RunRecord,
}

/// What a search for the highest rate found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Knee<'run> {
    /// The 99th percentile that had to be kept, in ns.
    pub p99_max_ns: u64,
    /// The point of the highest rate that kept it in every moment; `None` if none did.
    pub kept: Option<&'run RunRecord>,
    /// The point of the lowest rate that missed it in every moment for a reason of the path's own; `None` if none did.
    pub missed: Option<&'run RunRecord>,
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

/// Operations per second that were asked for at a point; none of a case that was under no load.
#[must_use]
pub fn target(point: &RunRecord) -> Option<f64> {
    Some(point.load.as_ref()?.target_per_second.into())
}

impl<'run> LoadCurve<'run> {
    /// The curves among a question's records, in the order of measuring.
    #[must_use]
    pub fn all(evidence: &'run Evidence) -> Vec<Self> {
        let loaded = || evidence.records.iter().filter(|record| record.load.is_some());
        let labels = distinct(loaded().map(|record| record.case.label.as_str()));
        let of = |label| Self::of(label, loaded().filter(|it| it.case.label == label).collect());
        labels.into_iter().filter_map(of).collect()
    }

    fn of(label: &'run str, mut points: Vec<&'run RunRecord>) -> Option<Self> {
        points.sort_by_key(|point| point.load.as_ref().map(|load| load.target_per_second));
        let acked = |point: &&RunRecord| point.records_per_second.median;
        let most = *points.iter().max_by(|a, b| acked(a).total_cmp(&acked(b)))?;
        Some(Self { label, knee: Knee::of(&points), most, points })
    }

    /// Whether the path fell behind at any point. If not, it can take more than it acked.
    #[must_use]
    pub fn is_saturated(&self) -> bool {
        self.points.iter().filter_map(|point| point.load.as_ref()).any(|load| load.is_saturated)
    }
}

impl PointStanding {
    /// The standing of a point with this load.
    #[must_use]
    pub fn of(load: &LoadRecord) -> Self {
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

impl<'run> Knee<'run> {
    /// The knee of points by ascending rate, those of their own left out.
    fn of(points: &[&'run RunRecord]) -> Option<Self> {
        let limit = |point: &RunRecord| point.load.as_ref()?.knee_p99_max_ns;
        let p99_max_ns = points.iter().find_map(|point| limit(point))?;
        let searched = points.iter().copied().filter(|point| limit(point) == Some(p99_max_ns));
        let searched = searched.filter_map(|point| Some((point, point.load.as_ref()?)));
        let searched: Vec<(&RunRecord, &LoadRecord)> = searched.collect();
        let rates: Vec<(u32, MomentsRecord)> =
            searched.iter().map(|(_, load)| (load.target_per_second, moments_of(load))).collect();
        let end = |rate| searched.iter().find(|(_, load)| load.target_per_second == rate);
        let [kept, missed] =
            MomentsRecord::knee(&rates).map(|rate| rate.and_then(end).map(|(point, _)| *point));
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
