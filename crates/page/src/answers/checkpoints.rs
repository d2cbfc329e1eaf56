//! Who waits for checkpoints, and which strategy changes that.

use measure::attribution::Cause;
use report::judgement::{ContrastKind, Direction, Finding, Metric, Verdict};
use report::quantity;

use super::told::Told;
use crate::subject::{Case, Subject};

pub(super) fn say(subject: Subject<'_>, run: &[Subject<'_>]) -> Vec<String> {
    let against = subject.findings(|finding, _, _| finding.key.kind == ContrastKind::AgainstBase);
    let Some(base) = against.first().map(|finding| &finding.key.baseline.0) else {
        return Vec::new();
    };
    let case = |id: &str| subject.cases().find(|case| case.record.case.id == id);
    let Some(base) = case(base) else { return Vec::new() };
    let mut sentences = vec![who_waits(&base) + &longest_of_run(run).unwrap_or_default()];
    let makes_some = |finding: &&&Finding| {
        case(&finding.key.case.0)
            .is_some_and(|case| case.row.own.checkpoints.is_some_and(|it| it > 0))
    };
    let best = |metric: Metric| {
        let shorter = against.iter().filter(|finding| {
            finding.key.metric == metric
                && finding.verdict == Verdict::Differs { direction: Direction::Shorter }
        });
        let best = shorter.filter(makes_some).min_by(|a, b| a.factor.total_cmp(&b.factor));
        best.and_then(|finding| Some((*finding, case(&finding.key.case.0)?)))
    };
    sentences.push(match best(Metric::LongestAck) {
        Some(best) => what_helps("the longest ack", best),
        None => {
            "No strategy that makes checkpoints was seen to shorten the longest ack.".to_owned()
        }
    });
    sentences.extend(best(Metric::AckedTime).map(|best| what_helps("a commit", best)));
    sentences
}

fn what_helps(what: &str, (finding, case): (&Finding, Case<'_>)) -> String {
    format!(
        "Of those that make checkpoints, {} shortens {what} most: {}, at a longest ack of {} and a WAL of {}.",
        case.record.case.id,
        Told::of(finding).times_as_long(),
        longest(&case),
        wal(&case),
    )
}

/// An ack that waited so long is what people call a stall.
const STALL_NS: u64 = 100_000_000;

/// The longest acks of all questions, and what they waited for.
fn longest_of_run(run: &[Subject<'_>]) -> Option<String> {
    let mut stalls = 0;
    let mut most: Option<(u64, Cause, String)> = None;
    for subject in run {
        for case in subject.cases() {
            let causes = case.record.attribution.iter().flat_map(|it| &it.causes);
            let Some(slowest) = causes.max_by_key(|cause| cause.longest_ns) else { continue };
            stalls += usize::from(slowest.longest_ns >= STALL_NS);
            if most.as_ref().is_none_or(|(ns, ..)| slowest.longest_ns > *ns) {
                let name = format!("{} of {}", case.record.case.id, subject.key());
                most = Some((slowest.longest_ns, slowest.cause, name));
            }
        }
    }
    let (ns, cause, name) = most?;
    let limit = quantity::duration_ns(STALL_NS as f64);
    let stalls = match stalls {
        0 => format!("No ack whose cause was looked for took {limit}"),
        1 => format!("1 case of this run had an ack of {limit} or more"),
        cases => format!("{cases} cases of this run had an ack of {limit} or more"),
    };
    let longest = quantity::duration_ns(ns as f64);
    Some(format!(" {stalls}: the longest, {longest} ({name}), waited for {}.", in_words(cause)))
}

fn in_words(cause: Cause) -> &'static str {
    match cause {
        Cause::OwnCheckpoint => "a checkpoint that its own commit had begun",
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
    match base.row.own.slowest_waited_for {
        Some((Cause::OwnCheckpoint, share)) => format!(
            "A stall is a checkpoint: with SQLite's automatic ones ({id}), {} of the slowest hundredth of the acks waited for \
             one that their own commit had begun; {took}.",
            quantity::percent(share)
        ),
        Some((_, share)) => format!(
            "With automatic checkpoints ({id}), {} of the slowest hundredth of the acks waited for something else than \
             their own checkpoint; {took}.",
            quantity::percent(share)
        ),
        None => format!("With automatic checkpoints ({id}), of all acks {took}."),
    }
}

fn longest(case: &Case<'_>) -> String {
    case.row.latency.longest_ns.map_or("unknown".into(), |ns| quantity::duration_ns(ns as f64))
}

fn wal(case: &Case<'_>) -> String {
    case.row.own.wal_bytes_max.map_or("unknown".into(), quantity::bytes)
}
