//! Who waits for checkpoints, and which strategy changes that.

use measure::attribution::Cause;
use report::judgement::{ContrastKind, Direction, Finding, Verdict};
use report::quantity;

use super::told::Told;
use crate::subject::{Case, Subject};

pub(super) fn say(subject: Subject<'_>) -> Vec<String> {
    let against = subject.findings(|finding, _, _| finding.key.kind == ContrastKind::AgainstBase);
    let Some(base) = against.first().map(|finding| &finding.key.baseline.0) else {
        return Vec::new();
    };
    let case = |id: &str| subject.cases().find(|case| case.record.case.id == id);
    let Some(base) = case(base) else { return Vec::new() };
    let mut sentences = vec![who_waits(&base)];
    let shorter =
        |finding: &&&Finding| finding.verdict == Verdict::Differs { direction: Direction::Shorter };
    let best = against.iter().filter(shorter).min_by(|a, b| a.factor.total_cmp(&b.factor));
    if let Some((finding, best)) =
        best.and_then(|finding| Some((finding, case(&finding.key.case.0)?)))
    {
        sentences.push(format!(
            "The least time takes {}: a commit takes {}, its longest ack took {}, and its WAL grew to {}.",
            best.record.case.id,
            Told::of(finding).times_as_long(),
            longest(&best),
            wal(&best),
        ));
    }
    sentences
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
