//! The finding of a sweep: for each label the best and the worst value of the swept axis, against the base's,
//! and the native log beside the best.

use measure::record::RunRecord;

use super::Finding;
use super::extremes::extremes;
use super::inquiry::Inquiry;
use super::log_beside_sqlite;
use super::sentence::finding;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut labels: Vec<&str> = Vec::new();
    for record in inquiry.cases() {
        if !labels.contains(&record.case.label.as_str()) {
            labels.push(&record.case.label);
        }
    }
    let mut findings: Vec<Finding> =
        labels.into_iter().filter_map(|label| of_label(inquiry, label)).collect();
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

fn of_label(inquiry: &Inquiry<'_>, label: &str) -> Option<Finding> {
    let cases: Vec<&RunRecord> =
        inquiry.cases().filter(|record| record.case.label == label).collect();
    let engine = &cases.first()?.case.engine;
    let axis = inquiry.swept_axis()?;
    let base_value: Option<f64> =
        inquiry.base_value(engine, axis).and_then(|value| value.parse().ok());
    let is_base = |record: &RunRecord| base_value.is_some() && record.case.parameter == base_value;
    let base = cases.iter().copied().find(|record| is_base(record));
    let called = |record: &RunRecord| {
        let value = record.case.parameter.map_or("-".into(), |value| value.to_string());
        if is_base(record) { format!("{value} (the base)") } else { value }
    };
    let heading = format!("{} of {label}", axis.replace('_', " "));
    extremes(inquiry, &heading, &cases, base, called)
}
