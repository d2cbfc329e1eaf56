//! Who waits for checkpoints, and which strategy changes that.

use measure::attribution::Cause;
use report::judgement::{ContrastKind, Finding, Metric};
use report::load_curve::PointStanding;
use report::quantity;

use super::told::{counted, is_shorter, times_as_long};
use crate::subject::{Case, Subject};

pub(super) fn say(subject: Subject<'_>, run: &[Subject<'_>]) -> Vec<String> {
    let against = subject.findings(|finding, _, _| finding.key.kind == ContrastKind::AgainstBase);
    let case = |id: &str| subject.cases().find(|case| case.record.case.id == id);
    let Some(base) = against.first().and_then(|finding| case(&finding.key.baseline.0)) else {
        return Vec::new();
    };
    let what_helps = |metric: Metric, what: &str| {
        let shorter = against.iter().filter(|it| it.key.metric == metric && is_shorter(it));
        let with_case = shorter.filter_map(|finding| Some((*finding, case(&finding.key.case.0)?)));
        let makes_some =
            with_case.filter(|(_, case)| case.row.own.checkpoints.is_some_and(|it| it > 0));
        let factor = |(finding, _): &(&Finding, Case<'_>)| finding.factor;
        let (finding, case) = makes_some.min_by(|a, b| factor(a).total_cmp(&factor(b)))?;
        Some(format!(
            "Of those that make checkpoints, {} shortens {what} most: {}, at a longest ack of {} and a WAL of {}.",
            case.record.case.id,
            times_as_long(finding),
            longest(&case),
            wal(&case),
        ))
    };
    let none =
        || "No strategy that makes checkpoints was seen to shorten the longest ack.".to_owned();
    let longest_ack = what_helps(Metric::LongestAck, "the longest ack").unwrap_or_else(none);
    let commit = what_helps(Metric::AckedTime, "a commit");
    [who_waits(&base) + &longest_of_run(run), longest_ack].into_iter().chain(commit).collect()
}

/// Whose longest acks are told apart.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Traced,
    Untraced,
    Late,
}

/// The longest ack of a case: its time in ns, its case in words, and what it waited for.
type Longest = (Kind, u64, String, Option<Cause>);

/// The longest acks of all questions: where a cause was looked for, where none was, and where a path fell behind.
fn longest_of_run(run: &[Subject<'_>]) -> String {
    let mut all: Vec<Longest> = Vec::new();
    for subject in run {
        let points = subject.model.curves.iter().flat_map(|curve| &curve.points);
        let late = points.filter(|point| point.standing != PointStanding::KeptUp);
        let late: Vec<&str> = late.map(|point| point.id.as_str()).collect();
        for case in subject.cases() {
            let id = &case.record.case.id;
            let name = format!("{id} of {}", subject.key());
            let causes = case.record.attribution.iter().flat_map(|it| &it.causes);
            let slowest = causes.max_by_key(|cause| cause.longest_ns);
            match (late.contains(&id.as_str()), slowest, case.row.latency.longest_ns) {
                (true, _, Some(ns)) => all.push((Kind::Late, ns, name, None)),
                (false, Some(it), _) => {
                    all.push((Kind::Traced, it.longest_ns, name, Some(it.cause)));
                }
                (false, None, Some(ns)) => all.push((Kind::Untraced, ns, name, None)),
                (_, _, None) => {}
            }
        }
    }
    let told = |(kind, place): (Kind, &str)| {
        let of_kind = || all.iter().filter(move |(of, ..)| *of == kind);
        let (_, ns, name, cause) = of_kind().rev().max_by_key(|(_, ns, ..)| *ns)?;
        let cause =
            cause.map_or_else(String::new, |it| format!(" and waited for {}", in_words(it)));
        let cases = counted(of_kind().count(), "case", "cases");
        Some(format!("{place} ({cases}), {} ({name}){cause}", quantity::duration_ns(*ns as f64)))
    };
    let places = [
        (Kind::Traced, "where its cause was looked for"),
        (Kind::Untraced, "where it was not"),
        (Kind::Late, "where the path fell behind its rate, or the generator was late"),
    ];
    let parts: Vec<String> = places.into_iter().filter_map(told).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!(" The longest ack of the whole run: {}.", parts.join("; "))
}

fn in_words(cause: Cause) -> &'static str {
    match cause {
        Cause::OwnCheckpoint => "a checkpoint that its own commit started",
        Cause::BackgroundCheckpoint => "a checkpoint that another thread made",
        Cause::WalReset => "the beginning of the WAL anew",
        Cause::OwnSync => "its own commit, which the disk or the processor kept",
        Cause::Queue => "those before it in the queue",
        Cause::Driver => "the driver, which was late",
        Cause::Unexplained => {
            "something that was not seen: no checkpoint, queue or stage of its own"
        }
    }
}

fn who_waits(base: &Case<'_>) -> String {
    let id = &base.record.case.id;
    let took = format!("the longest took {}, and the WAL grew to {}", longest(base), wal(base));
    let Some((cause, share)) = base.row.own.slowest_waited_for else {
        return format!("With automatic checkpoints ({id}), of all acks {took}.");
    };
    let (waited_for, automatic) = match cause {
        Cause::OwnCheckpoint => ("a checkpoint that their own commit started", "ones"),
        other => (in_words(other), "checkpoints"),
    };
    let share = if share >= 1.0 { "All".to_owned() } else { quantity::percent(share) };
    format!(
        "{share} of the slowest 1 % of acks waited for {waited_for}, with SQLite's automatic {automatic} ({id}); {took}."
    )
}

fn longest(case: &Case<'_>) -> String {
    case.row.latency.longest_ns.map_or("unknown".into(), |ns| quantity::duration_ns(ns as f64))
}

fn wal(case: &Case<'_>) -> String {
    case.row.own.wal_bytes_max.map_or("unknown".into(), quantity::bytes)
}
