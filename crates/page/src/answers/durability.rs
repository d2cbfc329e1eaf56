//! What goes without a sync before each ack, and what the sync costs.

use measure::record::{RunRecord, Standing};
use report::judgement::Finding;
use report::power_cut::{PowerCut, campaign};

use super::told::{all_of, at_each_place, one_of_each_case, times_as_long, times_as_long_inverse};
use crate::subject::{Subject, axis_of};

/// What `SQLite` documents: <https://sqlite.org/pragma.html#pragma_synchronous>.
const WHAT_IS_LOST: &str = "With a WAL and synchronous=NORMAL, a power cut may take the commits that were acknowledged since \
    the last checkpoint: they are rolled back, and the database stays whole. A crash of the process alone takes nothing";

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let has = |record: &RunRecord, level: &str| {
        axis_of(record, "journal_mode") == "wal" && axis_of(record, "synchronous") == level
    };
    let normal_locks = |record: &RunRecord| axis_of(record, "locking_mode") == "normal";
    let levels = one_of_each_case(subject.findings(|_, case, baseline| {
        let alike = normal_locks(case) && normal_locks(baseline);
        let at_one_place = case.case.parameter == baseline.case.parameter;
        alike && at_one_place && has(case, "normal") && has(baseline, "full")
    }));
    let mut sentences = Vec::new();
    if let Some(first) = levels.first() {
        sentences.push(what_is_lost(subject, first));
        sentences.push(rollback_journals());
        let parts = at_each_place(subject, &levels, times_as_long_inverse);
        sentences.push(format!(
            "With a WAL, a commit that waits for the disk (synchronous=FULL) takes {parts}, compared with one that does \
             not (NORMAL)."
        ));
    }
    let vanilla = one_of_each_case(subject.findings(|_, case, baseline| {
        let at_one_place = case.case.parameter == baseline.case.parameter;
        case.case.standing == Standing::Vanilla && at_one_place && has(baseline, "full")
    }));
    if let Some(first) = vanilla.first() {
        let name = subject.evidence.case(&first.key.case.0).map(|it| subject.name(&it.case));
        sentences.push(format!(
            "SQLite as it comes ({}) takes {}, compared with WAL and FULL, which keeps no less.",
            name.unwrap_or_default(),
            at_each_place(subject, &vanilla, times_as_long)
        ));
    }
    sentences
}

/// What is documented of NORMAL, and what the crash model found of it and of FULL.
fn what_is_lost(subject: Subject<'_>, level: &Finding) -> String {
    let cut = |id: &str| subject.evidence.case(id).and_then(PowerCut::of).map(over_strategies);
    let examined = match (cut(&level.key.case.0), cut(&level.key.baseline.0)) {
        (Some(normal), Some(full)) => {
            format!(" In the crash model, a WAL with FULL {full}; a WAL with NORMAL {normal}.")
        }
        _ => String::new(),
    };
    format!("{WHAT_IS_LOST} (SQLite's documentation).{examined}")
}

/// The verdicts on the same setting under every checkpoint strategy that was examined: `lost nothing under any of 7
/// checkpoint strategies`.
fn over_strategies(cut: &PowerCut) -> String {
    let parts = |cut: &'static PowerCut| cut.case.rsplit_once('/');
    let own = cut.case.rsplit_once('/').map(|(setting, _)| setting);
    let all = campaign().verdicts.iter().filter_map(|cut| Some((parts(cut)?, cut)));
    let all: Vec<_> = all.filter(|((setting, _), _)| Some(*setting) == own).collect();
    let lossy = || all.iter().filter(|(_, cut)| !cut.why.is_empty());
    let told = |((_, strategy), cut): &((&str, &str), &PowerCut)| {
        format!("{} ({})", lost(cut), if *strategy == "called" { "by call" } else { strategy })
    };
    let least = lossy().min_by_key(|(_, cut)| cut.lost_packets_max);
    let most = lossy().rev().max_by_key(|(_, cut)| cut.lost_packets_max);
    match (least, most) {
        (Some(least), Some(most)) => format!(
            "lost acknowledged packets under {} of {}, in their worst states from {} to {}",
            lossy().count(),
            all.len(),
            told(least),
            told(most),
        ),
        _ => format!("lost nothing under any of {} checkpoint strategies", all.len()),
    }
}

/// `2 of 8 packets`, or the class of what is worse: `unopenable`.
fn lost(cut: &PowerCut) -> String {
    let lost = cut.why.strip_suffix(" acknowledged packets are gone");
    lost.map_or_else(|| cut.words(), |lost| format!("{lost} packets"))
}

/// What the same two levels do without a WAL.
fn rollback_journals() -> String {
    let [normal, full] = ["normal", "full"].map(|level| {
        let told = |journal: &str| {
            let case = format!("sqlite/normal/{journal}/{level}/fsync");
            let cut = campaign().verdicts.iter().find(|cut| cut.case == case)?;
            let name = journal.to_uppercase();
            Some(match (cut.why.as_str(), cut.breaks()) {
                ("", _) => (true, format!("{name} was not seen to lose any")),
                (_, true) => (false, format!("{name} was {} at worst", lost(cut))),
                (_, false) => (false, format!("{name} lost {}", lost(cut))),
            })
        };
        let mut parts: Vec<(bool, String)> =
            ["delete", "truncate", "persist"].into_iter().filter_map(told).collect();
        parts.sort_by_key(|(holds, _)| *holds);
        let parts: Vec<String> = parts.into_iter().map(|(_, told)| told).collect();
        format!("under {}, {}", level.to_uppercase(), all_of(&parts))
    });
    format!("Without a WAL, NORMAL and FULL differ by the journal: {normal}; {full}.")
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
