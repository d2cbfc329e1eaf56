//! Builds beside the reference build, in memory and beside a sync.

use report::judgement::{Finding, Verdict};
use report::listing::distinct;
use report::model::BuildLine;
use report::quantity;

use super::told::{all_of, is_longer, is_shorter, others_counted};
use crate::subject::{Subject, axis_of};

/// The compile option that takes the mutexes away.
const NO_MUTEXES: &str = "THREADSAFE=0";

/// Options that come with it, and it itself.
const ITS_OWN: [&str; 3] = ["THREADSAFE=", "MUTEX_", "MAX_WORKER_THREADS="];

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let is_on_disk = |line: &&BuildLine| {
        let record = subject.evidence.case(&line.case);
        record.is_some_and(|record| axis_of(record, "place") == "disk")
    };
    let lines = &subject.model.builds;
    let (disk, memory): (Vec<&BuildLine>, Vec<&BuildLine>) = lines.iter().partition(is_on_disk);
    let others = memory.iter().filter(|line| line.build != line.reference);
    let parts = distinct(others.map(|line| line.build.as_str())).into_iter();
    let parts: Vec<String> = parts.map(|build| in_memory(subject, &of(build, &memory))).collect();
    let mut sentences: Vec<String> = without_mutexes(subject, &disk, &memory).into_iter().collect();
    if let (Some(first), false) = (lines.first(), parts.is_empty()) {
        let reference = &first.reference;
        sentences.push(format!("In memory, beside the build {reference}: {}.", parts.join("; ")));
    }
    let findings = findings(&disk);
    if !findings.is_empty() {
        let differs = |finding: &&&Finding| matches!(finding.verdict, Verdict::Differs { .. });
        sentences.push(format!(
            "Where each commit waits for the disk, {} of {} builds differ from it; a gain of {} would have been seen.",
            findings.iter().filter(differs).count(),
            findings.len(),
            gain_seen(&findings)
        ));
    }
    sentences
}

fn of<'run>(build: &str, lines: &[&'run BuildLine]) -> Vec<&'run BuildLine> {
    lines.iter().copied().filter(|line| line.build == build).collect()
}

fn findings<'run>(lines: &[&'run BuildLine]) -> Vec<&'run Finding> {
    lines.iter().filter_map(|line| line.finding.as_ref()).collect()
}

/// The least gain that each of these would have shown.
fn gain_seen(findings: &[&Finding]) -> String {
    let seen = findings.iter().map(|finding| finding.could_have_seen);
    quantity::percent(1.0 - 1.0 / seen.max_by(f64::total_cmp).unwrap_or(1.0))
}

fn options<'run>(subject: Subject<'run>, case: &str) -> Option<&'run [String]> {
    Some(subject.evidence.case(case)?.sqlite.as_ref()?.compile_options.as_slice())
}

/// What the option that takes the mutexes away brings by itself, in the build that has least beside it.
fn without_mutexes(
    subject: Subject<'_>,
    disk: &[&BuildLine],
    memory: &[&BuildLine],
) -> Option<String> {
    let reference = &memory.first()?.reference;
    let builds = subject.evidence.records.iter().filter_map(|record| record.sqlite.as_ref());
    let of_reference = &builds.into_iter().find(|it| it.build == *reference)?.compile_options;
    let is_other = |option: &&String| !ITS_OWN.iter().any(|own| option.starts_with(own));
    let others = memory.iter().filter_map(|line| {
        let own = options(subject, &line.case)?;
        let more = own.iter().filter(|it| !of_reference.contains(it)).filter(is_other).count();
        let less = of_reference.iter().filter(|it| !own.contains(it)).filter(is_other).count();
        let has_none = own.iter().any(|option| option == NO_MUTEXES);
        has_none.then_some((more + less, line.build.as_str()))
    });
    let (others, build) = others.min()?;
    let alone = if others == 0 { "alone" } else { "with other flags" };
    Some(format!(
        "{NO_MUTEXES} {alone} (build {build}): in memory {}; where each commit waits for the disk, {}.",
        how_far(&of(build, memory)),
        how_far(&of(build, disk)),
    ))
}

/// `it takes less time in 2 of 7 kinds of work (A by 6.4 % and B by 2.1 %), 1 is equal and 4 are undecided`.
fn how_far(lines: &[&BuildLine]) -> String {
    let findings = findings(lines);
    let all = findings.len();
    if all == 0 {
        return "it was not measured".to_owned();
    }
    let gain = |line: &&BuildLine| {
        let finding = line.finding.as_ref().filter(|finding| is_shorter(finding))?;
        Some(format!("{} by {}", line.work, quantity::percent(1.0 - finding.factor)))
    };
    let gains: Vec<String> = lines.iter().filter_map(gain).collect();
    let rest = others_counted(&findings).into_iter().filter(|(number, _)| *number > 0);
    let rest: Vec<String> = rest.map(|(_, told)| told).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(", {}", all_of(&rest)) };
    let kinds = if all == 1 { "1 kind of work" } else { &format!("{all} kinds of work") };
    if gains.is_empty() {
        let kinds = if all == 1 { String::new() } else { format!(" (of {kinds}{rest})") };
        return format!("no gain; one of {} would have been seen{kinds}", gain_seen(&findings));
    }
    format!("it takes less time in {} of {kinds} ({}){rest}", gains.len(), all_of(&gains))
}

/// `lean (THREADSAFE=0) takes less time in 5 of 9 kinds of work, 0.927 times at best`; of one build.
fn in_memory(subject: Subject<'_>, lines: &[&BuildLine]) -> String {
    let case = lines.first().map_or("", |line| line.case.as_str());
    let options = options(subject, case).unwrap_or_default();
    let is_bare = options.iter().any(|option| option == NO_MUTEXES);
    let flag = if is_bare { format!(" ({NO_MUTEXES})") } else { String::new() };
    let findings = findings(lines);
    let works = format!("of {} kinds of work", findings.len());
    let factors = |is: fn(&Finding) -> bool| -> Vec<f64> {
        findings.iter().filter(|it| is(it)).map(|finding| finding.factor).collect()
    };
    let (shorter, longer) = (factors(is_shorter), factors(is_longer));
    let mut parts = Vec::new();
    if let Some(best) = shorter.iter().copied().min_by(f64::total_cmp) {
        let (number, best) = (shorter.len(), quantity::ratio(best));
        parts.push(format!("takes less time in {number} {works} ({best} times as long at best)"));
    }
    if let Some(worst) = longer.iter().copied().max_by(f64::total_cmp) {
        let (number, worst) = (longer.len(), quantity::ratio(worst));
        parts.push(format!("takes longer in {number} {works} (up to {worst} times as long)"));
    }
    if parts.is_empty() {
        parts.push(format!("differs in none {works}"));
    }
    let build = lines.first().map_or("", |line| line.build.as_str());
    format!("{build}{flag} {}", all_of(&parts))
}
