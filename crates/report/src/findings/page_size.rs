//! `page_size`: for each kind of records and keys the best and the worst page size against the default, and what each
//! hands to write calls.

use super::Finding;
use super::extremes::Extremes;
use super::inquiry::Inquiry;
use super::log_beside_sqlite;
use super::sentence::finding;
use super::sweep::{Sweep, bytes_per_record, series};

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let sweeps = Sweep::all(inquiry);
    let mut findings: Vec<Finding> =
        sweeps.iter().filter_map(|sweep| of_label(inquiry, sweep)).collect();
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

fn of_label(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let called = |record: &_| sweep.called(record);
    let extremes = Extremes::of(inquiry, &sweep.cases, sweep.base, called)?;
    let bytes = series(&extremes.cases, bytes_per_record);
    let bytes = if bytes.is_empty() { bytes } else { format!("; written per record: {bytes}") };
    let sentence = format!("page size of {}, {}{bytes}", sweep.label, extremes.text);
    Some(finding(&sentence, extremes.cases))
}
