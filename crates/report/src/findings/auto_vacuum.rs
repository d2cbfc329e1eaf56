//! `auto_vacuum`: what each mode costs under churn, how large the file grows, how many pages lie free at the end,
//! whether freed pages are used again, and what a step of incremental vacuum takes.

use measure::record::{LatencyRecord, RunRecord};

use super::Finding;
use super::deviations::Deviations;
use super::inquiry::{Inquiry, axis_value};
use super::log_beside_sqlite::is_sqlite;
use super::sentence::finding;
use crate::extra::{DATABASE_BYTES_MAX, FREELIST_PAGES_END, PAGES_REUSED_SHARE, bytes, figure};
use crate::quantity;

/// The axis, and the value of a file that never shrinks.
const AXIS: &str = "auto_vacuum";
const NONE: &str = "none";

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut parameters: Vec<Option<f64>> = inquiry.parameters().into_iter().map(Some).collect();
    parameters.push(None);
    for parameter in parameters {
        let at = parameter.map_or(String::new(), |parameter| inquiry.at(parameter) + ", ");
        let cases: Vec<&RunRecord> = inquiry
            .cases()
            .filter(|record| is_sqlite(record) && record.case.parameter == parameter)
            .filter(|record| axis_value(record, AXIS).is_some())
            .collect();
        findings.extend(rates(inquiry, &at, &cases));
        findings.extend(told(&at, "the file grew to", &cases, |record| {
            bytes(record, DATABASE_BYTES_MAX).map(quantity::bytes)
        }));
        findings.extend(told(&at, "pages free at the end:", &cases, |record| {
            let pages = figure(record, FREELIST_PAGES_END).map(|pages| pages as u64);
            pages.or(record.space.freelist_pages).map(quantity::count)
        }));
        findings.extend(told(&at, "freed pages used again:", &cases, |record| {
            figure(record, PAGES_REUSED_SHARE).map(quantity::percent)
        }));
        findings.extend(told(&at, "a deferred step takes", &cases, |record| {
            step(record.stages.as_ref()?.deferred.as_ref()?)
        }));
    }
    findings
}

/// What the modes that shrink the file are against the one that does not.
fn rates<'evidence>(
    inquiry: &Inquiry<'evidence>,
    at: &str,
    cases: &[&'evidence RunRecord],
) -> Option<Finding> {
    let base = *cases.iter().find(|record| mode(record) == NONE)?;
    let deviations =
        Deviations::against(inquiry, base, cases.iter().copied(), |record| called(record, cases));
    let sentence = format!("{at}against {} {NONE}: {}", in_words(), deviations.sentence()?);
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// A figure of each mode that has it.
fn told(
    at: &str,
    heading: &str,
    cases: &[&RunRecord],
    of: impl Fn(&RunRecord) -> Option<String>,
) -> Option<Finding> {
    let having: Vec<(&RunRecord, String)> =
        cases.iter().filter_map(|record| Some((*record, of(record)?))).collect();
    let texts: Vec<String> = having
        .iter()
        .map(|(record, text)| format!("{text} with {}", called(record, cases)))
        .collect();
    let sentence = format!("{at}{heading} {}", texts.join(", "));
    (!having.is_empty()).then(|| finding(&sentence, having.iter().map(|(record, _)| *record)))
}

/// The median, where there are enough steps, and the longest.
fn step(latency: &LatencyRecord) -> Option<String> {
    let longest = quantity::duration_ns(latency.encoded.max? as f64);
    let median = latency.p50.map(|ns| quantity::duration_ns(ns as f64));
    Some(median.map_or_else(
        || format!("{longest} at most"),
        |median| format!("{median} ({longest} at most)"),
    ))
}

/// The mode; with several cases of one mode the label, which tells them apart.
fn called(record: &RunRecord, cases: &[&RunRecord]) -> String {
    let same = cases.iter().filter(|other| mode(other) == mode(record)).count();
    if same > 1 { record.case.label.clone() } else { mode(record).to_owned() }
}

fn mode(record: &RunRecord) -> &str {
    axis_value(record, AXIS).unwrap_or(NONE)
}

fn in_words() -> String {
    AXIS.replace('_', " ")
}
