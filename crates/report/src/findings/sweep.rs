//! The cases of one label over the swept axis, and the base's value among them.

use measure::record::RunRecord;

use super::inquiry::Inquiry;

/// The cases of one label, ascending by the swept axis.
pub(super) struct Sweep<'evidence> {
    pub(super) label: &'evidence str,
    pub(super) cases: Vec<&'evidence RunRecord>,
    /// The case at the base's value.
    pub(super) base: Option<&'evidence RunRecord>,
}

impl<'evidence> Sweep<'evidence> {
    /// One sweep for each label, in the question's order.
    pub(super) fn all(inquiry: &Inquiry<'evidence>) -> Vec<Self> {
        let mut labels: Vec<&str> = Vec::new();
        for record in inquiry.cases() {
            if !labels.contains(&record.case.label.as_str()) {
                labels.push(&record.case.label);
            }
        }
        labels.into_iter().filter_map(|label| Self::of(inquiry, label)).collect()
    }

    fn of(inquiry: &Inquiry<'evidence>, label: &'evidence str) -> Option<Self> {
        let mut cases: Vec<&RunRecord> =
            inquiry.cases().filter(|record| record.case.label == label).collect();
        cases.sort_by(|a, b| parameter(a).total_cmp(&parameter(b)));
        let base = inquiry.base_value(&cases.first()?.case.engine, inquiry.swept_axis()?);
        let base: Option<f64> = base.and_then(|value| value.parse().ok());
        let base =
            cases.iter().copied().find(|record| base.is_some_and(|base| parameter(record) == base));
        Some(Self { label, cases, base })
    }

    /// What each case has, value by value: `15.1 at 4096, 43 at 512`; nothing of cases without it.
    pub(super) fn series(&self, figure: impl Fn(&RunRecord) -> Option<String>) -> String {
        series(&self.cases, figure)
    }
}

/// What each case has, by its value of the swept axis.
pub(super) fn series(
    cases: &[&RunRecord],
    figure: impl Fn(&RunRecord) -> Option<String>,
) -> String {
    let figures =
        cases.iter().filter_map(|record| Some(format!("{} at {}", figure(record)?, value(record))));
    figures.collect::<Vec<_>>().join(", ")
}

/// The value of the swept axis as it is written.
pub(super) fn value(record: &RunRecord) -> String {
    record.case.parameter.map_or("-".into(), |value| value.to_string())
}

/// The value of the swept axis; 0 where the question has none.
pub(super) fn parameter(record: &RunRecord) -> f64 {
    record.case.parameter.unwrap_or_default()
}
