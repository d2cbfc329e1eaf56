//! A run in the Bencher Metric Format (<https://bencher.dev/docs/reference/bencher-metric-format>), which services read that
//! keep a project's figures over time.

use std::collections::BTreeMap;

use measure::record::RunRecord;
use measure::stats::Coefficient;
use serde::Serialize;

use crate::evidence::Evidence;

/// One figure, in the unit of its measure, and the ends of what it varies by.
#[derive(Serialize)]
struct Metric {
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper_value: Option<f64>,
}

/// The figures of every case: by case (`question/case id`, as in a filter of the bench), then by measure. `throughput` and
/// `latency` are measures that every project has, in operations per second and in ns; the others are made when they are
/// first seen.
///
/// # Panics
/// Never: names and finite numbers have a form in JSON.
#[must_use]
pub fn text(questions: &[Evidence]) -> String {
    let records = questions.iter().flat_map(|evidence| &evidence.records);
    let case = |record: &RunRecord| format!("{}/{}", record.question, record.case.id);
    let metrics: BTreeMap<String, _> =
        records.map(|record| (case(record), of_case(record))).collect();
    serde_json::to_string_pretty(&metrics).expect("finite numbers under names") + "\n"
}

fn of_case(record: &RunRecord) -> BTreeMap<&'static str, Metric> {
    let acked = &record.records_per_second;
    let drained = &record.drained_records_per_second;
    let ack = &record.ack_latency_ns;
    let cost = record.cost.as_ref();
    let coefficient = |figure: Option<Coefficient>| {
        let Coefficient { estimate, interval } = figure?;
        Metric::between(estimate, interval.low, interval.high)
    };
    let at_yardsticks = cost.and_then(|cost| {
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
        ("floors", cost.and_then(|cost| coefficient(cost.floors()))),
        ("cpu-references", cost.and_then(|cost| coefficient(cost.references()))),
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
