//! Builds beside the reference build, in memory and beside a sync.

use measure::record::RunRecord;
use report::judgement::{Direction, Finding, Verdict};
use report::model::BuildLine;
use report::quantity;

use super::told::{all_of, counted};
use crate::subject::{Subject, axis_of};

/// The compile option that takes the mutexes away.
const NO_MUTEXES: &str = "THREADSAFE=0";

/// Options that come with it, and it itself.
const ITS_OWN: [&str; 3] = ["THREADSAFE=", "MUTEX_", "MAX_WORKER_THREADS="];

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let lines = &subject.model.builds;
    let Some(first) = lines.first() else { return Vec::new() };
    let is_on_disk = |line: &&BuildLine| {
        let record = subject.evidence.case(&line.case);
        record.is_some_and(|record| axis_of(record, "place") == "disk")
    };
    let (disk, memory): (Vec<&BuildLine>, Vec<&BuildLine>) = lines.iter().partition(is_on_disk);
    let mut builds: Vec<&str> = Vec::new();
    for line in &memory {
        if !builds.contains(&line.build.as_str()) && line.build != line.reference {
            builds.push(&line.build);
        }
    }
    let parts: Vec<String> =
        builds.iter().filter_map(|build| in_memory(subject, build, &memory)).collect();
    let mut sentences: Vec<String> = without_mutexes(subject, &disk, &memory).into_iter().collect();
    if !parts.is_empty() {
        let reference = &first.reference;
        sentences.push(format!("In memory, beside the build {reference}: {}.", parts.join("; ")));
    }
    let findings: Vec<&Finding> = disk.iter().filter_map(|line| line.finding.as_ref()).collect();
    if !findings.is_empty() {
        let differ = findings.iter().filter(|finding| differs(finding)).count();
        let seen = findings.iter().map(|finding| finding.could_have_seen);
        let seen = seen.max_by(f64::total_cmp).unwrap_or(1.0);
        sentences.push(format!(
            "Where each commit waits for the disk, {differ} of {} builds differ from it; a gain of {} would have been seen.",
            findings.len(),
            quantity::percent(1.0 - 1.0 / seen)
        ));
    }
    sentences
}

fn options(record: &RunRecord) -> Option<&[String]> {
    Some(record.sqlite.as_ref()?.compile_options.as_slice())
}

/// What the option that takes the mutexes away brings by itself, in the build that has least beside it.
fn without_mutexes(
    subject: Subject<'_>,
    disk: &[&BuildLine],
    memory: &[&BuildLine],
) -> Option<String> {
    let reference = &memory.first()?.reference;
    let is_reference = |record: &&RunRecord| {
        record.sqlite.as_ref().is_some_and(|sqlite| sqlite.build == *reference)
    };
    let of_reference = options(subject.evidence.records.iter().find(is_reference)?)?;
    let is_other = |option: &&String| !ITS_OWN.iter().any(|own| option.starts_with(own));
    let others = |line: &BuildLine| {
        let own = options(subject.evidence.case(&line.case)?)?;
        let (more, less) = (own.iter(), of_reference.iter());
        let all = more.filter(|it| !of_reference.contains(it)).filter(is_other).count()
            + less.filter(|it| !own.contains(it)).filter(is_other).count();
        own.iter().any(|option| option == NO_MUTEXES).then_some(all)
    };
    let bare = memory.iter().filter_map(|line| Some((others(line)?, line.build.as_str())));
    let (others, build) = bare.min()?;
    let own = |lines: &[&BuildLine]| -> Vec<(String, Finding)> {
        let of_build = lines.iter().filter(|line| line.build == build);
        of_build.filter_map(|line| Some((line.work.clone(), line.finding.clone()?))).collect()
    };
    let alone = if others == 0 { "alone" } else { "with other flags" };
    Some(format!(
        "{NO_MUTEXES} {alone} (build {build}): in memory {}; where each commit waits for the disk, {}.",
        how_far(&own(memory)),
        how_far(&own(disk)),
    ))
}

/// `it takes less time in 2 of 7 kinds of work (A by 6.4 % and B by 2.1 %), 1 is equal and 4 are undecided`.
fn how_far(findings: &[(String, Finding)]) -> String {
    let all = findings.len();
    let of = |is: fn(Verdict) -> bool| -> Vec<&(String, Finding)> {
        findings.iter().filter(|(_, finding)| is(finding.verdict)).collect()
    };
    let shorter = of(|it| it == Verdict::Differs { direction: Direction::Shorter });
    let longer = of(|it| it == Verdict::Differs { direction: Direction::Longer }).len();
    let equal = of(|it| matches!(it, Verdict::EqualWithin { .. })).len();
    let undecided = of(|it| it == Verdict::Undecided).len();
    let seen = findings.iter().map(|(_, finding)| finding.could_have_seen);
    let Some(seen) = seen.max_by(f64::total_cmp) else { return "it was not measured".to_owned() };
    let kinds = if all == 1 { "1 kind of work" } else { &format!("{all} kinds of work") };
    let gain = |(work, finding): &&(String, Finding)| {
        format!("{work} by {}", quantity::percent(1.0 - finding.factor))
    };
    let gains: Vec<String> = shorter.iter().map(gain).collect();
    let rest = [
        (longer, counted(longer, "takes longer", "take longer")),
        (equal, counted(equal, "is equal", "are equal")),
        (undecided, counted(undecided, "is undecided", "are undecided")),
    ];
    let rest: Vec<String> =
        rest.into_iter().filter(|(number, _)| *number > 0).map(|(_, told)| told).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(", {}", all_of(&rest)) };
    if gains.is_empty() {
        let seen = quantity::percent(1.0 - 1.0 / seen);
        let kinds = if all == 1 { String::new() } else { format!(" (of {kinds}{rest})") };
        return format!("no gain; one of {seen} would have been seen{kinds}");
    }
    format!("it takes less time in {} of {kinds} ({}){rest}", gains.len(), all_of(&gains))
}

/// `lean (THREADSAFE=0) takes less time in 5 of 9 kinds of work, 0.927 times at best`.
fn in_memory(subject: Subject<'_>, build: &str, lines: &[&BuildLine]) -> Option<String> {
    let of_build: Vec<&&BuildLine> = lines.iter().filter(|line| line.build == build).collect();
    let record = subject.evidence.case(&of_build.first()?.case)?;
    let options = record.sqlite.as_ref().map(|sqlite| sqlite.compile_options.as_slice());
    let is_bare = options.unwrap_or_default().iter().any(|option| option == NO_MUTEXES);
    let flag = if is_bare { format!(" ({NO_MUTEXES})") } else { String::new() };
    let findings: Vec<&Finding> =
        of_build.iter().filter_map(|line| line.finding.as_ref()).collect();
    let way = |direction| {
        let is_it = move |finding: &&&Finding| finding.verdict == Verdict::Differs { direction };
        findings.iter().filter(is_it).map(|finding| finding.factor).collect::<Vec<f64>>()
    };
    let (shorter, longer) = (way(Direction::Shorter), way(Direction::Longer));
    let works = format!("of {} kinds of work", findings.len());
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
    Some(format!("{build}{flag} {}", all_of(&parts)))
}

fn differs(finding: &Finding) -> bool {
    matches!(finding.verdict, Verdict::Differs { .. })
}
