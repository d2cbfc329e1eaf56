//! Builds beside the reference build, in memory and beside a sync.

use measure::record::RunRecord;
use report::judgement::Finding;
use report::model::BuildLine;
use report::quantity;

use super::told::{ByVerdict, all_of, counted, least, most};
use crate::subject::{Subject, axis_of, grouped};

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
    let others = memory.iter().copied().filter(|line| line.build != line.reference);
    let builds = grouped(others, |line| &line.build).into_iter();
    let parts: Vec<String> = builds.filter_map(|(_, lines)| in_memory(subject, &lines)).collect();
    let mut sentences: Vec<String> = without_mutexes(subject, &disk, &memory).into_iter().collect();
    if !parts.is_empty() {
        let reference = &first.reference;
        sentences.push(format!("In memory, beside the build {reference}: {}.", parts.join("; ")));
    }
    let findings: Vec<&Finding> = disk.iter().filter_map(|line| line.finding.as_ref()).collect();
    if !findings.is_empty() {
        let ByVerdict { shorter, longer, .. } =
            ByVerdict::of(findings.iter().copied(), |finding| finding);
        let differ = shorter.len() + longer.len();
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

fn options(record: &RunRecord) -> &[String] {
    record.sqlite.as_ref().map_or(&[], |sqlite| sqlite.compile_options.as_slice())
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
    let of_reference = options(subject.evidence.records.iter().find(is_reference)?);
    let is_other = |option: &&String| !ITS_OWN.iter().any(|own| option.starts_with(own));
    let others = |line: &BuildLine| {
        let own = options(subject.evidence.case(&line.case)?);
        let (more, less) = (own.iter(), of_reference.iter());
        let all = more.filter(|it| !of_reference.contains(it)).filter(is_other).count()
            + less.filter(|it| !own.contains(it)).filter(is_other).count();
        own.iter().any(|option| option == NO_MUTEXES).then_some(all)
    };
    let bare = memory.iter().filter_map(|line| Some((others(line)?, line.build.as_str())));
    let (others, build) = bare.min()?;
    let how_far = |lines: &[&BuildLine]| {
        let of_build = lines.iter().filter(|line| line.build == build);
        how_far(of_build.filter_map(|line| Some((line.work.as_str(), line.finding.as_ref()?))))
    };
    let alone = if others == 0 { "alone" } else { "with other flags" };
    Some(format!(
        "{NO_MUTEXES} {alone} (build {build}): in memory {}; where each commit waits for the disk, {}.",
        how_far(memory),
        how_far(disk),
    ))
}

/// `it takes less time in 2 of 7 kinds of work (A by 6.4 % and B by 2.1 %), 1 is equal and 4 are undecided`.
fn how_far<'run>(findings: impl Iterator<Item = (&'run str, &'run Finding)>) -> String {
    let by_verdict = ByVerdict::of(findings, |(_, finding)| finding);
    let ByVerdict { shorter, longer, equal, undecided } = &by_verdict;
    let groups = [shorter, longer, equal, undecided];
    let seen = groups.iter().copied().flatten().map(|(_, finding)| finding.could_have_seen);
    let Some(seen) = seen.max_by(f64::total_cmp) else { return "it was not measured".to_owned() };
    let all = groups.iter().map(|group| group.len()).sum();
    let kinds = counted(all, "kind of work", "kinds of work");
    let rest = [
        (longer, "takes longer", "take longer"),
        (equal, "is equal", "are equal"),
        (undecided, "is undecided", "are undecided"),
    ];
    let rest = rest.into_iter().filter(|(group, ..)| !group.is_empty());
    let rest: Vec<String> =
        rest.map(|(group, one, several)| counted(group.len(), one, several)).collect();
    let rest = if rest.is_empty() { String::new() } else { format!(", {}", all_of(&rest)) };
    if shorter.is_empty() {
        let seen = quantity::percent(1.0 - 1.0 / seen);
        let kinds = if all == 1 { String::new() } else { format!(" (of {kinds}{rest})") };
        return format!("no gain; one of {seen} would have been seen{kinds}");
    }
    let gain = |(work, finding): &(&str, &Finding)| {
        format!("{work} by {}", quantity::percent(1.0 - finding.factor))
    };
    let gains: Vec<String> = shorter.iter().map(gain).collect();
    format!("it takes less time in {} of {kinds} ({}){rest}", gains.len(), all_of(&gains))
}

/// `lean (THREADSAFE=0) takes less time in 5 of 9 kinds of work, 0.927 times at best`: one build's lines.
fn in_memory(subject: Subject<'_>, lines: &[&BuildLine]) -> Option<String> {
    let first = lines.first()?;
    let is_bare = options(subject.evidence.case(&first.case)?).iter().any(|it| it == NO_MUTEXES);
    let flag = if is_bare { format!(" ({NO_MUTEXES})") } else { String::new() };
    let findings: Vec<&Finding> = lines.iter().filter_map(|line| line.finding.as_ref()).collect();
    let works = format!("of {} kinds of work", findings.len());
    let ByVerdict { shorter, longer, .. } = ByVerdict::of(findings, |finding| finding);
    let mut parts = Vec::new();
    if let Some(best) = least(&shorter) {
        let (number, best) = (shorter.len(), quantity::ratio(best.factor));
        parts.push(format!("takes less time in {number} {works} ({best} times as long at best)"));
    }
    if let Some(worst) = most(&longer) {
        let (number, worst) = (longer.len(), quantity::ratio(worst.factor));
        parts.push(format!("takes longer in {number} {works} (up to {worst} times as long)"));
    }
    if parts.is_empty() {
        parts.push(format!("differs in none {works}"));
    }
    Some(format!("{}{flag} {}", first.build, all_of(&parts)))
}
