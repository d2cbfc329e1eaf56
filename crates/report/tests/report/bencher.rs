//! The Bencher Metric Format, by the rules of its documented schema.

use serde_json::Value;

use crate::in_blocks::{InBlocks, Session, measure};
use crate::made_up::{Made, evidence};

/// <https://bencher.dev/docs/reference/bencher-metric-format>: benchmarks of 1 to 1024 characters, of measures of 1 to 64
/// characters, of a `value` and perhaps a `lower_value` and an `upper_value`, all numbers.
fn assert_follows_the_schema(text: &str) -> usize {
    let whole: Value = serde_json::from_str(text).unwrap();
    let mut figures = 0;
    for (benchmark, measures) in whole.as_object().expect("an object of benchmarks") {
        assert!((1..=1024).contains(&benchmark.chars().count()), "{benchmark}");
        for (measure, metric) in measures.as_object().expect("an object of measures") {
            assert!((1..=64).contains(&measure.chars().count()), "{measure}");
            // A slug, so that it is found again by it: lower case, digits and dashes.
            assert!(measure.chars().all(|c| c.is_ascii_lowercase() || c == '-'), "{measure}");
            let metric = metric.as_object().expect("an object of figures");
            assert!(metric.contains_key("value"), "{benchmark} {measure}");
            for (name, figure) in metric {
                assert!(["value", "lower_value", "upper_value"].contains(&name.as_str()), "{name}");
                assert!(figure.is_number(), "{benchmark} {measure} {name}");
            }
            let figure = |name: &str| metric.get(name).and_then(Value::as_f64);
            let value = figure("value").unwrap();
            assert!(figure("lower_value").unwrap_or(value) <= value, "{benchmark} {measure}");
            assert!(figure("upper_value").unwrap_or(value) >= value, "{benchmark} {measure}");
            figures += 1;
        }
    }
    figures
}

#[test]
fn every_case_has_its_figures_and_nothing_else() {
    let cases = [
        Made::sqlite("price", "wal", 400, 300e3),
        Made { acks: 3, ..Made::sqlite("price", "few", 400, 300e3) },
    ];
    let mut run = evidence(&cases);
    let measured = &mut run.records[0];
    measure(vec![(measured, InBlocks::disk(1.4, 1.2, 0.02))], Session::USUAL);
    let text = report::bencher::text(&[run]);
    // Six of the case with a cost; of few acks there is no median, and without cost neither coefficients nor a time.
    assert_eq!(assert_follows_the_schema(&text), 6 + 2, "{text}");
    let whole: Value = serde_json::from_str(&text).unwrap();
    let of = |measure: &str| whole["price/wal/400"][measure]["value"].as_f64().unwrap();
    // 400 records in 300 us.
    assert!((of("throughput") / (400.0 / 300e-6) - 1.0).abs() < 0.01, "{text}");
    assert!((of("latency") / 300e3 - 1.0).abs() < 0.01, "{text}");
    assert!((of("floors") / 1.4 - 1.0).abs() < 0.1, "{text}");
    assert!(of("cpu-references") > 0.5, "{text}");
}
