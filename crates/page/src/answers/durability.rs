//! What goes without a sync before each ack, and what the sync costs.

use measure::record::{RunRecord, Standing};
use report::judgement::Finding;
use report::power_cut::{PowerCut, campaign};

use super::told::{all_of, at_each, times_as_long, times_as_long_beside};
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
    let mut sentences = Vec::new();
    if let Some(first) = levels.first() {
        sentences.extend([what_is_lost(subject, first), rollback_journals()]);
        sentences.push(format!(
            "With a WAL, a commit that waits for the disk (synchronous=FULL) takes {}, compared with one that does not \
             (NORMAL).",
            at_each(subject, &levels, times_as_long_beside)
        ));
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
            at_each(subject, &vanilla, times_as_long)
        ));
    }
    sentences
}

/// What is documented of NORMAL, and what the crash model found of it and of FULL.
fn what_is_lost(subject: Subject<'_>, level: &Finding) -> String {
    let cut = |id: &str| subject.evidence.case(id).and_then(PowerCut::of);
    let (normal, full) = (cut(&level.key.case.0), cut(&level.key.baseline.0));
    let examined = normal.zip(full).map_or_else(String::new, |(normal, full)| {
        let (normal, full) = (of_strategies(normal), of_strategies(full));
        format!(
            " In the crash model, a WAL with FULL {}; a WAL with NORMAL {}.",
            over_strategies(&full),
            over_strategies(&normal),
        )
    });
    format!("{WHAT_IS_LOST} (SQLite's documentation).{examined}")
}

/// The verdicts on the same setting under every checkpoint strategy that was examined.
fn of_strategies(cut: &PowerCut) -> Vec<&'static PowerCut> {
    let setting = |case: &'_ str| case.rsplit_once('/').map(|(setting, _)| setting.to_owned());
    let own = setting(&cut.case);
    campaign().verdicts.iter().filter(|verdict| setting(&verdict.case) == own).collect()
}

/// `lost nothing under any of 7 checkpoint strategies`.
fn over_strategies(cuts: &[&PowerCut]) -> String {
    let all = cuts.len();
    let lossy: Vec<&&PowerCut> = cuts.iter().filter(|cut| !cut.why.is_empty()).collect();
    let strategy = |cut: &PowerCut| {
        let name = cut.case.rsplit('/').next().unwrap_or_default();
        if name == "called" { "by call".to_owned() } else { name.to_owned() }
    };
    let told = |cut: &PowerCut| format!("{} ({})", lost(cut), strategy(cut));
    let (Some(least), Some(most)) = (
        lossy.iter().min_by_key(|cut| cut.lost_packets_max),
        lossy.iter().rev().max_by_key(|cut| cut.lost_packets_max),
    ) else {
        return format!("lost nothing under any of {all} checkpoint strategies");
    };
    format!(
        "lost acknowledged packets under {} of {all}, in their worst states from {} to {}",
        lossy.len(),
        told(least),
        told(most),
    )
}

/// `2 of 8 packets`, or the class of what is worse: `unopenable`.
fn lost(cut: &PowerCut) -> String {
    let lost = cut.why.strip_suffix(" acknowledged packets are gone");
    lost.map_or_else(|| cut.words(), |lost| format!("{lost} packets"))
}

/// What the same two levels do without a WAL.
fn rollback_journals() -> String {
    let of = |level: &str| -> String {
        let cut = |journal: &&str| {
            let case = format!("sqlite/normal/{journal}/{level}/fsync");
            let cut = campaign().verdicts.iter().find(|cut| cut.case == case)?;
            Some((journal.to_uppercase(), cut))
        };
        let cuts = ["delete", "truncate", "persist"].iter().filter_map(cut);
        let (holds, lossy): (Vec<_>, Vec<_>) = cuts.partition(|(_, cut)| cut.why.is_empty());
        let lossy = lossy.iter().map(|(name, cut)| {
            let lost = lost(cut);
            if cut.breaks() {
                format!("{name} was {lost} at worst")
            } else {
                format!("{name} lost {lost}")
            }
        });
        let holds = holds.iter().map(|(name, _)| format!("{name} was not seen to lose any"));
        let parts: Vec<String> = lossy.chain(holds).collect();
        format!("under {}, {}", level.to_uppercase(), all_of(&parts))
    };
    format!(
        "Without a WAL, NORMAL and FULL differ by the journal: {}; {}.",
        of("normal"),
        of("full")
    )
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_lost_is_a_count_or_a_class_and_never_an_errors_text() {
        for cut in campaign().verdicts.iter().filter(|cut| !cut.why.is_empty()) {
            let told = lost(cut);
            let is_count = told.ends_with(" packets");
            assert!(is_count || cut.breaks() && told == cut.words(), "{}: {told}", cut.case);
        }
    }
}
