//! `vote`: what the first document claimed of its paths, and what this machine shows of it.
//!
//! The document ran on other hardware, so that a claim about a rate is held against a ratio between two paths of the
//! same run; the rates are told beside it.

use measure::record::RunRecord;

use super::Finding;
use super::inquiry::{Inquiry, acked, axis_value};
use super::sentence::finding;
use crate::compare::{Comparison, Outcome};
use crate::mood::FloorBeside;
use crate::quantity;

/// What became of a claim.
enum Verdict {
    Holds,
    Fails,
    /// The machine is too small to tell, or the run was not complete enough.
    NotAtThisScale,
}

/// A claim that one path acks so many times what another does.
struct RatioClaim {
    /// What was claimed, with the published figures.
    claim: &'static str,
    /// The path that acks more.
    path: &'static str,
    /// The path that it is held against.
    against: &'static str,
    /// The published ratio, from its least to its largest reading.
    published: [f64; 2],
    /// Processors that the paths need to show it.
    processors: u64,
}

/// How far a measured ratio may lie outside of the published ones.
const RATIO_TOLERANCE: f64 = 1.5;

/// The first document's ratios (soup-write-performance, and `ekmartin/thesis` at 41c886c). Where it
/// gives two readings of a rate, the ratio has a range.
const RATIOS: [RatioClaim; 4] = [
    RatioClaim {
        claim: "SQLite takes 25 to 28 k votes/s where the log takes 500 to 577 k",
        path: "soup-log",
        against: "arm-a",
        published: [500.0 / 28.0, 577.0 / 25.0],
        processors: 1,
    },
    RatioClaim {
        claim: "42 to 45 k votes/s with the checkpoint behind the ack, 25 to 28 k without",
        path: "arm-b-100k",
        against: "arm-a",
        published: [42.0 / 28.0, 45.0 / 25.0],
        processors: 1,
    },
    RatioClaim {
        claim: "100 to 110 k votes/s behind Soup's log without syncs, 25 to 28 k with them",
        path: "arm-c",
        against: "arm-a",
        published: [100.0 / 28.0, 110.0 / 25.0],
        processors: 1,
    },
    RatioClaim {
        claim: "about 300 k votes/s on four shards, 100 to 110 k on one",
        path: "arm-c-x4",
        against: "arm-c",
        published: [300.0 / 110.0, 303.0 / 100.0],
        // Each shard has a thread.
        processors: 4,
    },
];

/// What "easily handles half a million" is held against.
const HALF_A_MILLION: f64 = 500e3;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let ratios = RATIOS.iter().filter_map(|claim| claim.held_against(inquiry));
    let others = [half_a_million(inquiry), memory_only(inquiry)].into_iter().flatten();
    let mut findings: Vec<Finding> = ratios.chain(others).collect();
    findings.extend(floor(inquiry));
    findings
}

impl RatioClaim {
    fn held_against(&self, inquiry: &Inquiry<'_>) -> Option<Finding> {
        let (path, against) = (path(inquiry, self.path)?, path(inquiry, self.against)?);
        let rates = format!(
            "{} acks {}, {} {}",
            self.path,
            quantity::rate(acked(path)),
            self.against,
            quantity::rate(acked(against))
        );
        let processors = path.environment.processor.usable.unwrap_or(u64::MAX);
        let (verdict, reason) = match inquiry.judge(path, against) {
            _ if processors < self.processors => (
                Verdict::NotAtThisScale,
                format!("{rates}; {} threads share {processors} processors", self.processors),
            ),
            Err(why) => (Verdict::NotAtThisScale, format!("{rates}; they are {why}")),
            Ok(comparison) => self.verdict(&comparison, &rates),
        };
        Some(told(self.claim, &verdict, &reason, [path, against]))
    }

    fn verdict(&self, comparison: &Comparison<'_>, rates: &str) -> (Verdict, String) {
        let [least, most] = self.published;
        let ratio = comparison.factor.ratio;
        let within = (least / RATIO_TOLERANCE..=most * RATIO_TOLERANCE).contains(&ratio);
        let is_more = matches!(comparison.outcome, Outcome::More);
        let verdict = if within && is_more { Verdict::Holds } else { Verdict::Fails };
        let reason = format!(
            "{rates}; the ratio is {} ({} to {}), the published one {} to {}",
            quantity::factor(ratio),
            quantity::factor(comparison.factor.low),
            quantity::factor(comparison.factor.high),
            quantity::factor(least),
            quantity::factor(most)
        );
        (verdict, reason)
    }
}

/// The only claim about a rate alone: the machine may only be slower than the author's.
fn half_a_million(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let log = path(inquiry, "soup-log")?;
    let rate = acked(log);
    let verdict = if rate >= HALF_A_MILLION { Verdict::Holds } else { Verdict::NotAtThisScale };
    let reason = format!("soup-log acks {} at merged packets", quantity::rate(rate));
    Some(told("Soup's log easily handles half a million votes/s", &verdict, &reason, [log]))
}

/// The control: if the log costs nothing, half a million is not the log's ceiling.
fn memory_only(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let (memory, log) = (path(inquiry, "memory-only")?, path(inquiry, "soup-log")?);
    let rates = format!(
        "memory-only acks {}, soup-log {}",
        quantity::rate(acked(memory)),
        quantity::rate(acked(log))
    );
    let (verdict, reason) = match inquiry.judge(memory, log) {
        Err(why) => (Verdict::NotAtThisScale, format!("{rates}; they are {why}")),
        Ok(comparison) => {
            let ratio = format!("{rates}: {} times", quantity::factor(comparison.factor.ratio));
            match comparison.outcome {
                Outcome::More => (Verdict::Fails, ratio),
                Outcome::Fewer | Outcome::NotResolved(_) => (Verdict::Holds, ratio),
                Outcome::NotJudged => (Verdict::NotAtThisScale, format!("{ratio}, not judged")),
            }
        }
    };
    let claim = "with the log as without it (MemoryOnly)";
    Some(told(claim, &verdict, &reason, [memory, log]))
}

/// What every ack stood on.
fn floor(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let floors: Vec<(f64, &RunRecord)> = inquiry
        .cases()
        .filter_map(|record| Some((FloorBeside::of(record)?.median_ns, record)))
        .collect();
    let least = floors.iter().min_by(|a, b| a.0.total_cmp(&b.0))?;
    let most = floors.iter().max_by(|a, b| a.0.total_cmp(&b.0))?;
    let sentence = format!(
        "the disk's floor under these acks lay between {} and {}; the author's disk is not known by its floor",
        quantity::duration_ns(least.0),
        quantity::duration_ns(most.0)
    );
    Some(finding(&sentence, [least.1, most.1]))
}

/// The case of a named path.
fn path<'evidence>(inquiry: &Inquiry<'evidence>, label: &str) -> Option<&'evidence RunRecord> {
    inquiry.cases().find(|record| {
        axis_value(record, "path") == Some(label) && record.case.records_per_packet > 1
    })
}

fn told<'record>(
    claim: &str,
    verdict: &Verdict,
    reason: &str,
    cases: impl IntoIterator<Item = &'record RunRecord>,
) -> Finding {
    let verdict = match verdict {
        Verdict::Holds => "holds",
        Verdict::Fails => "does not hold",
        Verdict::NotAtThisScale => "not at this scale",
    };
    finding(&format!("claim \"{claim}\": {verdict}: {reason}"), cases)
}
