//! The first document's claims about checkpoints.

use measure::attribution::Cause;
use measure::record::{GrowthPoint, RunRecord};

use super::{Judgement, TestedClaim, Verdict};
use crate::compare::{Comparison, Outcome};
use crate::findings::{Inquiry, axis_value, has_company};
use crate::quantity;

pub(super) const SOURCE: &str =
    "soup-write-performance, \"Checkpointing\" (ekmartin/thesis, base-post.md)";

/// The claims in the order of the document.
pub(super) const CLAIMS: [TestedClaim; 6] = [
    TestedClaim {
        claim: "an automatic checkpoint stalls the commit that triggers it, for up to 300 ms",
        source: SOURCE,
        takes: "the automatic checkpoint at saturation, with its slowest acks attributed",
        judge: stall,
    },
    TestedClaim {
        claim: "moving the checkpoint behind the ack gives 42 k votes per second for 25 k",
        source: SOURCE,
        takes: "the automatic checkpoint and one after the ack, both at saturation",
        judge: behind_the_ack,
    },
    TestedClaim {
        claim: "under constant writes a passive checkpoint from a thread of its own is a no-op",
        source: SOURCE,
        takes: "a passive checkpoint in the background at saturation",
        judge: no_op,
    },
    TestedClaim {
        claim: "with such a thread the WAL grows without bound",
        source: SOURCE,
        takes: "a passive checkpoint in the background and the automatic one, both at saturation",
        judge: without_bound,
    },
    TestedClaim {
        claim: "a checkpoint takes the longer the larger the database is: a few milliseconds, later \
                hundreds",
        source: SOURCE,
        takes: "the automatic checkpoint on two sizes of the store",
        judge: longer_with_size,
    },
    TestedClaim {
        claim: "a larger WAL slows writes too, not only reads",
        source: SOURCE,
        takes: "writes without any checkpoint, at saturation, in steps",
        judge: larger_wal,
    },
];

/// The longest stall that the document saw.
const STALL_CLAIMED_NS: f64 = 300e6;

/// Checkpoints stall acks if they are behind so many of the slowest.
const STALLED_SHARE: f64 = 0.5;

/// 42 k for 25 k.
const GAIN_CLAIMED: f64 = 42.0 / 25.0;

/// How much larger something must be to have grown, and not only varied.
pub(super) const GROWN: f64 = 1.25;

/// How many times the WAL of the automatic checkpoint counts as one that grows without bound.
const UNBOUND: f64 = 4.0;

/// A store or WAL of less than this is too small to tell that size does not matter.
pub(super) const LARGE_BYTES: u64 = 1 << 30;

fn stall(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let automatic = closed(inquiry, is_automatic)?;
    let attribution = automatic.attribution.as_ref()?;
    let p50_ns = automatic.ack_latency_ns.p50? as f64;
    let of_checkpoints = attribution.causes.iter().find(|it| it.cause == Cause::OwnCheckpoint)?;
    let longest_ns = of_checkpoints.longest_ns as f64;
    let share = of_checkpoints.acks as f64 / attribution.slowest.max(1) as f64;
    let verdict = if share < STALLED_SHARE {
        Verdict::DoesNotHold
    } else if longest_ns >= STALL_CLAIMED_NS {
        Verdict::Holds
    } else {
        Verdict::NotAtThisScale
    };
    let shown = format!(
        "the longest ack that a checkpoint stalled took {}, {} times the median; {} of the slowest {} \
         acks were stalled by one",
        quantity::duration_ns(longest_ns),
        quantity::factor(longest_ns / p50_ns),
        quantity::percent(share),
        attribution.slowest
    );
    Some(Judgement::of(shown, verdict, &[automatic]))
}

fn behind_the_ack(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let automatic = closed(inquiry, is_automatic)?;
    let after_ack = closed(inquiry, |record| {
        strategy_is(record, "passive after the ack, every 100000") && !has_limit(record)
    })?;
    let comparison = inquiry.judge_drained(after_ack, automatic).ok()?;
    let shown = format!(
        "with the debt charged, {} of votes behind the ack and {} in the commit: a factor of {} ({} to \
         {}), where {} was claimed",
        quantity::rate(after_ack.drained_records_per_second.median),
        quantity::rate(automatic.drained_records_per_second.median),
        quantity::factor(comparison.factor.ratio),
        quantity::factor(comparison.factor.low),
        quantity::factor(comparison.factor.high),
        quantity::factor(GAIN_CLAIMED)
    );
    Some(Judgement::of(shown, gain_verdict(&comparison), &[after_ack, automatic]))
}

/// Half of the claimed gain is enough: another machine has another share of it.
fn gain_verdict(comparison: &Comparison<'_>) -> Verdict {
    let is_more = comparison.outcome == Outcome::More;
    if is_more && comparison.factor.ratio >= 1.0 + (GAIN_CLAIMED - 1.0) / 2.0 {
        Verdict::Holds
    } else if is_more {
        Verdict::NotAtThisScale
    } else {
        Verdict::DoesNotHold
    }
}

fn no_op(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let background = closed(inquiry, is_passive_background)?;
    let Some(checkpoints) = &background.checkpoints else {
        let shown = "the thread called no checkpoint".to_owned();
        return Some(Judgement::of(shown, Verdict::Holds, &[background]));
    };
    let shown = format!(
        "{} calls copied {} frames into the database; something was in the way of {}",
        quantity::count(checkpoints.count),
        quantity::count(checkpoints.frames_copied),
        quantity::count(checkpoints.hindered)
    );
    let is_no_op = checkpoints.frames_copied == 0;
    let verdict = if is_no_op { Verdict::Holds } else { Verdict::DoesNotHold };
    Some(Judgement::of(shown, verdict, &[background]))
}

fn without_bound(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let background = closed(inquiry, is_passive_background)?;
    let automatic = closed(inquiry, is_automatic)?;
    let (wal, bounded) = (background.space.wal_bytes_max?, automatic.space.wal_bytes_max?);
    let resets = background.extra.get("wal_resets").copied().unwrap_or_default();
    let verdict = match (wal as f64 >= UNBOUND * bounded as f64, resets < 1.0) {
        (true, true) => Verdict::Holds,
        (true, false) | (false, true) => Verdict::NotAtThisScale,
        (false, false) => Verdict::DoesNotHold,
    };
    let shown = format!(
        "the WAL grew to {}, where automatic checkpoints kept it at {}, and \
         resets while packets came: {resets}",
        quantity::bytes(wal),
        quantity::bytes(bounded)
    );
    Some(Judgement::of(shown, verdict, &[background, automatic]))
}

fn longer_with_size(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let mut sizes: Vec<(u64, u64, &RunRecord)> = inquiry
        .cases()
        .filter(|record| is_closed(record) && is_indexed(record) && is_automatic(record))
        .filter_map(|record| {
            let checkpoints = record.checkpoints.as_ref()?;
            Some((record.space.database_bytes?, checkpoints.p50_ns, record))
        })
        .collect();
    sizes.sort_by_key(|(bytes, ..)| *bytes);
    let [(small, small_ns, at_small), .., (large, large_ns, at_large)] = sizes[..] else {
        return None;
    };
    let factor = large_ns as f64 / small_ns.max(1) as f64;
    let verdict = if factor >= GROWN {
        Verdict::Holds
    } else if large < LARGE_BYTES {
        Verdict::NotAtThisScale
    } else {
        Verdict::DoesNotHold
    };
    let shown = format!(
        "a checkpoint of the automatic 1,000 frames took {} at {} and {} at {}, the median: {} times as \
         long",
        quantity::duration_ns(small_ns as f64),
        quantity::bytes(small),
        quantity::duration_ns(large_ns as f64),
        quantity::bytes(large),
        quantity::factor(factor)
    );
    Some(Judgement::of(shown, verdict, &[at_small, at_large]))
}

fn larger_wal(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let unchecked = closed(inquiry, is_without_checkpoints)?;
    let points: Vec<&GrowthPoint> = unchecked.growth.as_ref()?.iter().collect();
    let third = points.len() / 3;
    let (first, last) = (points.get(..third)?, points.get(points.len() - third..)?);
    let ((first_wal, first_ns), (last_wal, last_ns)) = (write_ns(first)?, write_ns(last)?);
    let factor = last_ns / first_ns;
    let verdict = if factor >= GROWN {
        Verdict::Holds
    } else if last_wal < LARGE_BYTES {
        Verdict::NotAtThisScale
    } else {
        Verdict::DoesNotHold
    };
    let shown = format!(
        "a vote took {} with a WAL of {}, and {} with one of {}: {} times as long",
        quantity::duration_ns(first_ns),
        quantity::bytes(first_wal),
        quantity::duration_ns(last_ns),
        quantity::bytes(last_wal),
        quantity::factor(factor)
    );
    Some(Judgement::of(shown, verdict, &[unchecked]))
}

/// The WAL's size at the end of some steps, and what a vote took in them: the median step.
fn write_ns(steps: &[&GrowthPoint]) -> Option<(u64, f64)> {
    let mut rates: Vec<f64> = steps.iter().map(|step| step.operations_per_second).collect();
    rates.sort_unstable_by(f64::total_cmp);
    let median = *rates.get(rates.len() / 2)?;
    (median > 0.0).then_some((steps.last()?.wal_bytes, 1e9 / median))
}

/// The case on the table with the index, as fast as it acks and on the largest store.
fn closed<'evidence>(
    inquiry: &Inquiry<'evidence>,
    is_wished: impl Fn(&RunRecord) -> bool,
) -> Option<&'evidence RunRecord> {
    inquiry
        .cases()
        .filter(|record| is_closed(record) && is_indexed(record) && is_wished(record))
        .max_by_key(|record| record.space.database_bytes)
}

/// Whether packets came as fast as they were acked, with nobody else at the store.
fn is_closed(record: &RunRecord) -> bool {
    axis_value(record, "driver") == Some("closed loop") && !has_company(record)
}

fn is_indexed(record: &RunRecord) -> bool {
    axis_value(record, "table") == Some("indexed")
}

fn has_limit(record: &RunRecord) -> bool {
    axis_value(record, "journal_size_limit") != Some("-1")
}

fn strategy_is(record: &RunRecord, beginning: &str) -> bool {
    axis_value(record, "checkpoint_strategy").is_some_and(|value| value.starts_with(beginning))
}

fn is_automatic(record: &RunRecord) -> bool {
    strategy_is(record, "automatic") && axis_value(record, "wal_autocheckpoint") == Some("1000")
}

fn is_without_checkpoints(record: &RunRecord) -> bool {
    strategy_is(record, "automatic") && axis_value(record, "wal_autocheckpoint") == Some("0")
}

fn is_passive_background(record: &RunRecord) -> bool {
    let is_alone =
        !axis_value(record, "checkpoint_strategy").is_some_and(|it| it.contains("the rest"));
    is_alone && strategy_is(record, "passive in the background")
}
