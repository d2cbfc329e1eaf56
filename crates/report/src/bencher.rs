//! A run in the Bencher Metric Format (<https://bencher.dev/docs/reference/bencher-metric-format>), which services read that
//! keep a project's figures over time.

use std::collections::BTreeMap;

use measure::record::RunRecord;
use measure::stats::Coefficient;
use serde::Serialize;

use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::model::Cost;

/// Figures of a run: by case (`question/case id`, as in a filter of the bench), then by measure.
pub type Metrics = BTreeMap<String, BTreeMap<&'static str, Metric>>;

/// One figure, in the unit of its measure.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Metric {
    /// The figure.
    pub value: f64,
    /// The lower end of what it varies by.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lower_value: Option<f64>,
    /// The upper end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub upper_value: Option<f64>,
}

/// The figures of every case. `throughput` and `latency` are measures that every project has, in operations per second and
/// in ns; the others are made when they are first seen.
#[must_use]
pub fn metrics(questions: &[Evidence]) -> Metrics {
    let records = questions.iter().flat_map(|evidence| &evidence.records);
    records
        .map(|record| (format!("{}/{}", record.question, record.case.id), of_case(record)))
        .collect()
}

/// The same as text.
///
/// # Errors
/// [`ReportError::Bencher`] of a figure that JSON cannot hold.
pub fn text(questions: &[Evidence]) -> Result<String, ReportError> {
    let text = serde_json::to_string_pretty(&metrics(questions)).map_err(ReportError::Bencher)?;
    Ok(text + "\n")
}

fn of_case(record: &RunRecord) -> BTreeMap<&'static str, Metric> {
    let acked = &record.records_per_second;
    let drained = &record.drained_records_per_second;
    let ack = &record.ack_latency_ns;
    let cost = record.cost.as_ref().map(Cost::of);
    let coefficient = |figure: Option<Coefficient>| {
        let Coefficient { estimate, interval } = figure?;
        Metric::between(estimate, interval.low, interval.high)
    };
    let at_yardsticks = record.cost.as_ref().and_then(|cost| {
        let (ns, wider) = (cost.time.geometric_mean_ns(), 1.0 + cost.time.half_width_95()?);
        Metric::between(ns, ns / wider, ns * wider)
    });
    let latency = ack.p50.map(|p50| Metric {
        value: p50 as f64,
        lower_value: ack.min.map(|min| min as f64),
        upper_value: ack.p99.map(|p99| p99 as f64),
    });
    let measures = [
        ("throughput", Metric::between(acked.median, acked.low, acked.high)),
        ("drained-throughput", Metric::between(drained.median, drained.low, drained.high)),
        ("latency", latency),
        ("time-at-yardsticks", at_yardsticks),
        ("floors", cost.as_ref().and_then(|cost| coefficient(cost.floors))),
        ("cpu-references", cost.as_ref().and_then(|cost| coefficient(cost.references))),
    ];
    measures.into_iter().filter_map(|(name, metric)| Some((name, metric?))).collect()
}

impl Metric {
    /// None where one is no number: JSON has none for it.
    fn between(value: f64, low: f64, high: f64) -> Option<Self> {
        let is_known = [value, low, high].into_iter().all(f64::is_finite);
        let (lower_value, upper_value) = (Some(low), Some(high));
        is_known.then_some(Self { value, lower_value, upper_value })
    }
}
