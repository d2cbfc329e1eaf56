//! Which cases may stand in one sentence: those that were measured in one regime of the disk.

use measure::record::RunRecord;

use super::inquiry::{acked, is_same};
use crate::compare::{ack_syncs, floors_per_packet};
use crate::quantity;
use crate::regime::FloorBeside;

/// Cases that may be compared with each other, and those that may not be.
pub(super) struct Choice<'evidence> {
    cases: Vec<&'evidence RunRecord>,
    left_out: Vec<&'evidence RunRecord>,
    floor: Option<FloorBeside>,
}

impl<'evidence> Choice<'evidence> {
    /// The cases of the regime in which `counterpart` was measured. Where none is, all: the comparison with it then
    /// tells why there is none.
    pub(super) fn beside(
        counterpart: &RunRecord,
        cases: impl Iterator<Item = &'evidence RunRecord>,
    ) -> Self {
        let choice = Self::around(FloorBeside::of(counterpart), cases);
        if choice.cases.is_empty() {
            return Self { cases: choice.left_out, left_out: Vec::new(), floor: None };
        }
        choice
    }

    /// The cases of the regime in which most of them were measured; of two such regimes, of the quicker one.
    pub(super) fn most(cases: impl Iterator<Item = &'evidence RunRecord>) -> Self {
        let cases: Vec<&RunRecord> = cases.collect();
        let floors: Vec<FloorBeside> = cases
            .iter()
            .filter(|record| ack_syncs(record))
            .filter_map(|record| FloorBeside::of(record))
            .collect();
        let alike =
            |floor: &FloorBeside| floors.iter().filter(|other| other.is_alike(floor)).count();
        let commonest = floors
            .iter()
            .copied()
            .max_by(|a, b| alike(a).cmp(&alike(b)).then(b.median_ns.total_cmp(&a.median_ns)));
        Self::around(commonest, cases.into_iter())
    }

    fn around(
        floor: Option<FloorBeside>,
        cases: impl Iterator<Item = &'evidence RunRecord>,
    ) -> Self {
        // Without a sync in the ack the regime is hardly the case's.
        let (left_out, cases) = cases.partition(|record| {
            let own = FloorBeside::of(record).filter(|_| ack_syncs(record));
            own.zip(floor).is_some_and(|(own, floor)| !own.is_alike(&floor))
        });
        Self { cases, left_out, floor }
    }

    /// The case that acks most.
    pub(super) fn fastest(&self) -> Option<&'evidence RunRecord> {
        self.by_time().into_iter().min_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, case)| case)
    }

    /// The case that acks least.
    pub(super) fn slowest(&self) -> Option<&'evidence RunRecord> {
        self.by_time().into_iter().max_by(|(a, _), (b, _)| a.total_cmp(b)).map(|(_, case)| case)
    }

    /// The fastest and the slowest, where these are two.
    pub(super) fn extremes(&self) -> Option<(&'evidence RunRecord, &'evidence RunRecord)> {
        let (fastest, slowest) = (self.fastest()?, self.slowest()?);
        (!is_same(fastest, slowest)).then_some((fastest, slowest))
    }

    /// What was left out and why, to be put behind a sentence; empty where nothing was.
    pub(super) fn left_out(&self) -> String {
        let (Some(floor), false) = (self.floor, self.left_out.is_empty()) else {
            return String::new();
        };
        let ids: Vec<&str> = self.left_out.iter().map(|record| record.case.id.as_str()).collect();
        let mut floors: Vec<f64> = self
            .left_out
            .iter()
            .filter_map(|record| FloorBeside::of(record))
            .map(|floor| floor.median_ns)
            .collect();
        floors.sort_unstable_by(f64::total_cmp);
        format!(
            " (left out: {}, beside which the floor was {}, not {})",
            listed(&ids),
            range(&floors),
            quantity::duration_ns(floor.median_ns)
        )
    }

    /// Each case with what it takes: floors where all are paired with the same floor, so that what is best is judged
    /// as it is compared; else seconds per record.
    fn by_time(&self) -> Vec<(f64, &'evidence RunRecord)> {
        let floors = self.cases.iter().map(|case| floors_per_packet(case, &self.cases));
        let times = floors.collect::<Option<Vec<f64>>>();
        let times =
            times.unwrap_or_else(|| self.cases.iter().map(|case| 1.0 / acked(case)).collect());
        times.into_iter().zip(self.cases.iter().copied()).collect()
    }
}

/// `a`, `a and b`, `a, b and c`.
pub(super) fn listed(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [only] => (*only).to_owned(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// `3.7 ms`, `3.7 ms to 3.9 ms`: the ends of sorted times in ns.
fn range(sorted_ns: &[f64]) -> String {
    let ends = [sorted_ns.first(), sorted_ns.last()];
    let mut ends: Vec<String> =
        ends.into_iter().flatten().map(|ns| quantity::duration_ns(*ns)).collect();
    ends.dedup();
    ends.join(" to ")
}
