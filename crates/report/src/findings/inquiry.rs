//! What a finder asks of the evidence.

use measure::record::{AxisValue, RunRecord};

use crate::compare::Compared;
use crate::evidence::Evidence;
use crate::load_curve::LoadCurve;
use crate::resolution::QuestionResolution;

/// The evidence of one question, as finders see it: without the second halves of A/A pairs.
pub(crate) struct Inquiry<'evidence> {
    evidence: &'evidence Evidence,
    resolution: &'evidence QuestionResolution,
}

impl<'evidence> Inquiry<'evidence> {
    pub(crate) fn new(
        evidence: &'evidence Evidence,
        resolution: &'evidence QuestionResolution,
    ) -> Self {
        Self { evidence, resolution }
    }

    /// The cases in the question's order.
    pub(crate) fn cases(&self) -> impl Iterator<Item = &'evidence RunRecord> + use<'evidence> {
        self.evidence.records.iter().filter(|record| record.case.repeats_case.is_none())
    }

    /// The load curves among the cases.
    pub(crate) fn load_curves(&self) -> Vec<LoadCurve> {
        LoadCurve::all(self.evidence)
    }

    /// The values of the swept axis, ascending.
    pub(super) fn parameters(&self) -> Vec<f64> {
        let mut parameters: Vec<f64> =
            self.cases().filter_map(|record| record.case.parameter).collect();
        parameters.sort_unstable_by(f64::total_cmp);
        parameters.dedup();
        parameters
    }

    /// Compares two cases and judges the difference.
    pub(crate) fn judge(
        &self,
        case: &'evidence RunRecord,
        other: &'evidence RunRecord,
    ) -> Compared<'evidence> {
        self.resolution.judge(case, other)
    }

    /// The axis that is swept.
    pub(super) fn swept_axis(&self) -> Option<&'evidence str> {
        self.evidence.swept_axis()
    }

    /// Whether a case stands where its engine's base does on every axis but the excepted and the swept one.
    pub(super) fn is_base_but_for(&self, record: &RunRecord, excepted: &[&str]) -> bool {
        let Some(base) = self.evidence.base(&record.case.engine) else { return false };
        base.iter()
            .filter(|axis| !excepted.contains(&axis.axis.as_str()))
            .filter(|axis| Some(axis.axis.as_str()) != self.swept_axis())
            .all(|axis| axis_value(record, &axis.axis) == Some(axis.value.as_str()))
    }

    /// A value of the swept axis in words: `at 400 records per packet`, `at page size 4096`.
    pub(super) fn at(&self, parameter: f64) -> String {
        match self.swept_axis() {
            Some("records_per_packet") if parameter == 1.0 => "at 1 record per packet".into(),
            Some("records_per_packet") => format!("at {parameter} records per packet"),
            Some(axis) => format!("at {} {parameter}", axis.replace('_', " ")),
            None => format!("at {parameter}"),
        }
    }
}

/// Where a case stands on an axis.
pub(crate) fn axis_value<'record>(record: &'record RunRecord, axis: &str) -> Option<&'record str> {
    value(&record.case.axes, axis)
}

/// Whether two records are of the same case.
pub(super) fn is_same(a: &RunRecord, b: &RunRecord) -> bool {
    a.case.id == b.case.id
}

/// The acked rate in records per second.
pub(super) fn acked(record: &RunRecord) -> f64 {
    record.records_per_second.median
}

fn value<'axes>(axes: &'axes [AxisValue], axis: &str) -> Option<&'axes str> {
    axes.iter().find(|other| other.axis == axis).map(|axis| axis.value.as_str())
}
