//! `checkpoint_interval`: which interval acks and drains most, whether waiting longer helps, how long the longest acks
//! are, and how large the WAL grows.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::deviations::Deviations;
use super::extremes::Extremes;
use super::inquiry::{Inquiry, is_same};
use super::log_beside_sqlite::{self, is_sqlite};
use super::sentence::{Names, difference_of, finding};
use super::sweep::{Sweep, parameter, value};
use crate::extra::{WAL_BYTES_MAX, bytes};
use crate::quantity;

/// The interval that stands for no automatic checkpoint.
const OFF: f64 = 0.0;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let sweeps = Sweep::all(inquiry);
    let of_sqlite = |sweep: &&Sweep<'_>| sweep.cases.iter().all(|record| is_sqlite(record));
    let of_label = |sweep: &Sweep<'_>| {
        [
            acked(inquiry, sweep),
            drained(inquiry, sweep),
            longer_intervals(inquiry, sweep),
            tail(sweep),
            wal_high_water(sweep),
        ]
    };
    let mut findings: Vec<Finding> =
        sweeps.iter().filter(of_sqlite).flat_map(of_label).flatten().collect();
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

fn acked(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let called = |record: &RunRecord| interval(sweep, record);
    let extremes = Extremes::of(inquiry, &sweep.cases, sweep.base, called)?;
    let sentence = format!("acked, intervals of {}, {}", sweep.label, extremes.text);
    Some(finding(&sentence, extremes.cases))
}

/// The best interval once the last checkpoint is charged.
fn drained(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let base = sweep.base?;
    let rate = |record: &RunRecord| record.drained_records_per_second.median;
    // What the disk's mood keeps from being compared is no candidate.
    let compared = sweep.cases.iter().filter_map(|record| {
        inquiry.judge_drained(record, base).ok().filter(|_| !is_same(record, base))
    });
    let best = compared.max_by(|a, b| rate(a.case).total_cmp(&rate(b.case)))?;
    let names = Names { case: &interval(sweep, best.case), other: &interval(sweep, base) };
    let sentence = format!(
        "with the debt charged, the best other interval of {}: {}",
        sweep.label,
        difference_of("drains", &Ok(best), &names)
    );
    Some(finding(&sentence, [best.case, base]))
}

/// Whether intervals longer than the base's help.
fn longer_intervals(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let base = sweep.base?;
    let longer = sweep.cases.iter().copied().filter(|record| {
        parameter(record) == OFF || (parameter(record) > parameter(base) && parameter(base) != OFF)
    });
    let deviations = Deviations::against(inquiry, base, longer, |record| interval(sweep, record));
    let sentence = format!(
        "waiting longer than {} with {}: {}",
        interval(sweep, base),
        sweep.label,
        deviations.sentence()?
    );
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// The 99th percentile and the longest ack over the interval, in one mood of the disk.
fn tail(sweep: &Sweep<'_>) -> Option<Finding> {
    let choice = match sweep.base {
        Some(base) => Choice::beside(base, in_order(sweep).into_iter()),
        None => Choice::most(in_order(sweep).into_iter()),
    };
    let by_interval = |figure: fn(&RunRecord) -> Option<u64>| {
        let texts = choice.cases().iter().filter_map(|record| {
            let time = quantity::duration_ns(figure(record)? as f64);
            Some(format!("{time} at {}", interval(sweep, record)))
        });
        texts.collect::<Vec<_>>().join(", ")
    };
    let longest = by_interval(|record| record.ack_latency_ns.encoded.max);
    let p99 = by_interval(|record| record.ack_latency_ns.p99);
    let p99 = if p99.is_empty() { p99 } else { format!("; p99: {p99}") };
    (choice.cases().len() > 1).then(|| {
        let (label, left_out) = (sweep.label, choice.left_out());
        let sentence = format!("the longest ack of {label}: {longest}{p99}{left_out}");
        finding(&sentence, choice.cases().iter().copied())
    })
}

/// How large the WAL grew.
fn wal_high_water(sweep: &Sweep<'_>) -> Option<Finding> {
    let of = |record: &RunRecord| bytes(record, WAL_BYTES_MAX).or(record.space.wal_bytes_max);
    let sized: Vec<&RunRecord> =
        in_order(sweep).into_iter().filter(|record| of(record).is_some()).collect();
    let sizes: Vec<String> = sized
        .iter()
        .filter_map(|record| {
            Some(format!("{} at {}", quantity::bytes(of(record)?), interval(sweep, record)))
        })
        .collect();
    (sizes.len() > 1).then(|| {
        finding(&format!("the WAL of {} grew to {}", sweep.label, sizes.join(", ")), sized)
    })
}

/// Ascending by how long the WAL may grow: off comes last.
fn in_order<'evidence>(sweep: &Sweep<'evidence>) -> Vec<&'evidence RunRecord> {
    let (off, on): (Vec<&RunRecord>, Vec<&RunRecord>) =
        sweep.cases.iter().copied().partition(|record| parameter(record) == OFF);
    on.into_iter().chain(off).collect()
}

fn interval(sweep: &Sweep<'_>, record: &RunRecord) -> String {
    let base =
        if sweep.base.is_some_and(|base| is_same(base, record)) { " (the base)" } else { "" };
    match parameter(record) {
        OFF => format!("off{base}"),
        _ => format!("{} pages{base}", value(record)),
    }
}
