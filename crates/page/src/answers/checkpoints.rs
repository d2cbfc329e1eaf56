//! Who waits for checkpoints, and which strategy changes that.

use measure::attribution::Cause;
use report::judgement::{ContrastKind, Finding, Metric};
use report::load_curve::PointStanding;
use report::quantity;

use super::told::{ByVerdict, counted, least, times_as_long};
use crate::subject::{Case, Subject};

pub(super) fn say(subject: Subject<'_>, run: &[Subject<'_>]) -> Vec<String> {
    let against = subject.findings(|finding, _, _| finding.key.kind == ContrastKind::AgainstBase);
    let Some(base) = against.first().map(|finding| &finding.key.baseline.0) else {
        return Vec::new();
    };
    let case = |id: &str| subject.cases().find(|case| case.record.case.id == id);
    let Some(base) = case(base) else { return Vec::new() };
    let mut sentences = vec![who_waits(&base) + &longest_of_run(run).unwrap_or_default()];
    let makes_some = |finding: &&Finding| {
        case(&finding.key.case.0)
            .is_some_and(|case| case.row.own.checkpoints.is_some_and(|it| it > 0))
    };
    let best = |metric: Metric| {
        let candidates = against.iter().copied().filter(makes_some);
        let candidates = candidates.filter(|finding| finding.key.metric == metric);
        let best = least(&ByVerdict::of(candidates, |finding| finding).shorter)?;
        Some((best, case(&best.key.case.0)?))
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
        times_as_long(finding),
        longest(&case),
        wal(&case),
    )
}

/// The longest acks of some cases of a run.
#[derive(Default)]
struct Longest {
    cases: usize,
    most: Option<(u64, String, Option<Cause>)>,
}

impl Longest {
    fn add(&mut self, ns: u64, name: &str, cause: Option<Cause>) {
        self.cases += 1;
        if self.most.as_ref().is_none_or(|(most, ..)| ns > *most) {
            self.most = Some((ns, name.to_owned(), cause));
        }
    }

    /// `Where causes were looked for (12 cases), it took 34 ms (auto1000/400 of ...) and waited for ...`.
    fn told(&self, where_: &str) -> Option<String> {
        let (ns, name, cause) = self.most.as_ref()?;
        let cause =
            cause.map_or_else(String::new, |it| format!(" and waited for {}", in_words(it)));
        let cases = counted(self.cases, "case", "cases");
        let took = quantity::duration_ns(*ns as f64);
        Some(format!("{where_} ({cases}), {took} ({name}){cause}"))
    }
}

/// The longest acks of all questions: where a cause was looked for, where none was, and where a path fell behind.
fn longest_of_run(run: &[Subject<'_>]) -> Option<String> {
    let [mut traced, mut others, mut behind] = [(); 3].map(|()| Longest::default());
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
                (true, _, Some(ns)) => behind.add(ns, &name, None),
                (false, Some(it), _) => traced.add(it.longest_ns, &name, Some(it.cause)),
                (false, None, Some(ns)) => others.add(ns, &name, None),
                (_, _, None) => {}
            }
        }
    }
    let parts = [
        traced.told("where its cause was looked for"),
        others.told("where it was not"),
        behind.told("where the path fell behind its rate, or the generator was late"),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!(" The longest ack of the whole run: {}.", parts.join("; ")))
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
    match base.row.own.slowest_waited_for {
        Some((Cause::OwnCheckpoint, share)) => format!(
            "{} of the slowest 1 % of acks waited for a checkpoint that their own commit started, with SQLite's automatic \
             ones ({id}); {took}.",
            share_in_words(share)
        ),
        Some((cause, share)) => format!(
            "{} of the slowest 1 % of acks waited for {}, with SQLite's automatic checkpoints ({id}); {took}.",
            share_in_words(share),
            in_words(cause)
        ),
        None => format!("With automatic checkpoints ({id}), of all acks {took}."),
    }
}

fn share_in_words(share: f64) -> String {
    if share >= 1.0 { "All".to_owned() } else { quantity::percent(share) }
}

fn longest(case: &Case<'_>) -> String {
    case.row.latency.longest_ns.map_or("unknown".into(), |ns| quantity::duration_ns(ns as f64))
}

fn wal(case: &Case<'_>) -> String {
    case.row.own.wal_bytes_max.map_or("unknown".into(), quantity::bytes)
}
