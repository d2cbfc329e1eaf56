//! The finding of a question without one of its own: best and worst at each parameter, against the base.

use measure::record::RunRecord;

use super::Finding;
use super::extremes::Extremes;
use super::inquiry::{Inquiry, is_same};
use super::sentence::finding;
use crate::compare::is_counted_without_sync;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let parameters = inquiry.parameters();
    let mut findings: Vec<Finding> =
        parameters.iter().filter_map(|parameter| at_parameter(inquiry, Some(*parameter))).collect();
    findings.extend(at_parameter(inquiry, None));
    findings
}

fn at_parameter(inquiry: &Inquiry<'_>, parameter: Option<f64>) -> Option<Finding> {
    let cases: Vec<&RunRecord> =
        inquiry.cases().filter(|record| record.case.parameter == parameter).collect();
    let base = cases.iter().copied().find(|record| inquiry.is_base_but_for(record, &[]));
    let heading = parameter.map_or("in all".into(), |parameter| inquiry.at(parameter));
    let called = |record: &RunRecord| {
        let is_base = base.is_some_and(|base| is_same(base, record));
        let the_base = if is_base { "the base " } else { "" };
        let sync = if is_counted_without_sync(record) { " (no sync)" } else { "" };
        format!("{the_base}{}{sync}", record.case.id)
    };
    let extremes = Extremes::of(inquiry, &cases, base, called)?;
    Some(finding(&format!("{heading}, {}", extremes.text), extremes.cases))
}
