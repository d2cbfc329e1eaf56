//! What goes without a sync before each ack, and what the sync costs.

use measure::record::{RunRecord, Standing};
use report::judgement::Finding;
use report::power_cut::PowerCut;
use report::quantity;

use super::told::{Told, all_of};
use crate::subject::{Subject, axis_of};

/// What `SQLite` documents: <https://sqlite.org/pragma.html#pragma_synchronous>.
const WHAT_IS_LOST: &str = "With a WAL and synchronous=NORMAL, a power cut may take the commits that were acknowledged since \
    the last checkpoint: they are rolled back, and the database stays whole. A crash of the process alone takes nothing";

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let wal = |record: &RunRecord| axis_of(record, "journal_mode") == "wal";
    let normal_locks = |record: &RunRecord| axis_of(record, "locking_mode") == "normal";
    let mut levels = subject.findings(|_, case, baseline| {
        let alike = wal(case) && wal(baseline) && normal_locks(case) && normal_locks(baseline);
        alike
            && case.case.parameter == baseline.case.parameter
            && axis_of(case, "synchronous") == "normal"
            && axis_of(baseline, "synchronous") == "full"
    });
    dedup_by_case(&mut levels);
    let parts = |findings: &[&Finding], told: fn(&Finding) -> Told| -> Vec<String> {
        let part = |finding: &&Finding| {
            let at = subject.evidence.case(&finding.key.case.0).map(|it| subject.at(&it.case));
            format!("{} with {}", told(finding).times_as_long(), at.unwrap_or_default())
        };
        findings.iter().map(part).collect()
    };
    let mut sentences = Vec::new();
    if !levels.is_empty() {
        let parts = all_of(&parts(&levels, Told::inverse));
        sentences.push(format!(
            "With a WAL, a commit that waits for the disk (synchronous=FULL) takes {parts}, compared with one that does \
             not (NORMAL)."
        ));
        sentences.insert(0, what_is_lost(subject, levels[0]));
    }
    let mut vanilla = subject.findings(|_, case, baseline| {
        case.case.standing == Standing::Vanilla
            && wal(baseline)
            && axis_of(baseline, "synchronous") == "full"
            && case.case.parameter == baseline.case.parameter
    });
    dedup_by_case(&mut vanilla);
    if let Some(first) = vanilla.first() {
        let name = subject.evidence.case(&first.key.case.0).map(|it| subject.name(&it.case));
        sentences.push(format!(
            "SQLite as it comes ({}) takes {}, compared with WAL and FULL, which keeps no less.",
            name.unwrap_or_default(),
            all_of(&parts(&vanilla, Told::of))
        ));
    }
    sentences
}

/// What is documented of NORMAL, and what the crash model found of it and of FULL.
fn what_is_lost(subject: Subject<'_>, level: &Finding) -> String {
    let cut = |id: &str| subject.evidence.case(id).and_then(PowerCut::of);
    let (normal, full) = (cut(&level.key.case.0), cut(&level.key.baseline.0));
    let examined = |(normal, full): (&PowerCut, &PowerCut)| {
        let worst = if normal.why.is_empty() { "nothing is gone" } else { &normal.why };
        format!(
            " (SQLite's documentation). In the crash model FULL is {}; under NORMAL, in the worst of {} states, {worst}.",
            full.words(),
            quantity::count(normal.states()),
        )
    };
    let examined = normal.zip(full).map_or_else(|| ".".to_owned(), examined);
    format!("{WHAT_IS_LOST}{examined}")
}

/// One finding for each case: a case may be compared with one baseline for two reasons.
pub(super) fn dedup_by_case(findings: &mut Vec<&Finding>) {
    let mut seen = Vec::new();
    findings.retain(|finding| {
        let is_new = !seen.contains(&&finding.key.case);
        seen.push(&finding.key.case);
        is_new
    });
}
