//! `cache_and_mmap`: which settings differ from the base, and which of the usual advice makes no difference.

use measure::record::RunRecord;

use super::Finding;
use super::deviations::Deviations;
use super::inquiry::Inquiry;
use super::log_beside_sqlite::{self, is_sqlite};
use super::sentence::{finding, no_difference};

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let swept = inquiry.swept_axis();
    let base = inquiry.cases().find(|record| {
        let is_swept_alike = swept
            .is_none_or(|axis| inquiry.deviations(record).iter().all(|(other, _)| *other != axis));
        is_sqlite(record) && is_swept_alike && inquiry.is_base_but_for(record, &[])
    });
    let mut findings = base.map_or_else(Vec::new, |base| against(inquiry, base));
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

fn against<'evidence>(inquiry: &Inquiry<'evidence>, base: &'evidence RunRecord) -> Vec<Finding> {
    let cases = inquiry.cases().filter(|record| {
        is_sqlite(record) && record.case.records_per_packet == base.case.records_per_packet
    });
    let called = |record: &RunRecord| called(inquiry, record);
    let deviations = Deviations::against(inquiry, base, cases, called);
    let idle = deviations.unresolved().map(|(resolution, settings)| {
        let sentence = format!(
            "{} is made by {} of {} settings: {}",
            no_difference(resolution),
            settings.len(),
            deviations.number(),
            settings.join(", ")
        );
        finding(&sentence, deviations.cases().iter().copied())
    });
    let differing = deviations.resolved().map(|differing| {
        let sentence = format!("against the base {}: {differing}", base.case.id);
        finding(&sentence, deviations.cases().iter().copied())
    });
    differing.into_iter().chain(idle).collect()
}

/// The settings that are not the base's: `mmap_size 268435456`.
fn called(inquiry: &Inquiry<'_>, record: &RunRecord) -> String {
    let deviations = inquiry.deviations(record);
    let settings: Vec<String> =
        deviations.iter().map(|(axis, value)| format!("{axis} {value}")).collect();
    if settings.is_empty() { record.case.id.clone() } else { settings.join(" with ") }
}
