//! `packet_size`: where the sync stops being the cost, from where a commit with one is as good as without, and what a
//! record takes in the largest packets.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::inquiry::{Inquiry, axis_value};
use super::log_beside_sqlite::{self, is_sqlite, packets_of};
use super::sentence::{finding, nanoseconds_per_record};
use super::sweep::{Sweep, parameter, value};
use crate::compare::{Comparison, Outcome};
use crate::model::FloorShare;
use crate::quantity;

/// Below this share of an ack the floor is not what the ack costs.
const COST_SHARE_MIN: f64 = 0.5;

/// A commit with a sync is as good as without where it is this near, or where the run resolves no difference.
const NEAR_FACTOR: f64 = 1.1;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let sweeps = Sweep::all(inquiry);
    let mut findings: Vec<Finding> = sweeps.iter().filter_map(end_of_the_syncs_cost).collect();
    findings.extend(with_sync_as_good_as_without(inquiry));
    findings.extend(in_largest_packets(&sweeps));
    findings.extend(log_beside_sqlite::over_packet_sizes(inquiry));
    findings
}

/// The first size at which the floors of an ack's syncs take less than half of it.
fn end_of_the_syncs_cost(sweep: &Sweep<'_>) -> Option<Finding> {
    let choice = Choice::most(sweep.cases.iter().copied());
    let shares: Vec<(&RunRecord, f64)> = choice
        .cases()
        .iter()
        .filter_map(|record| Some((*record, share_of_syncs(record)?)))
        .collect();
    let (first, last) = (*shares.first()?, *shares.last()?);
    let told = |shares: &[(&RunRecord, f64)]| {
        let mut texts: Vec<String> = shares
            .iter()
            .map(|(record, share)| format!("{} at {}", quantity::percent(*share), value(record)))
            .collect();
        texts.dedup();
        texts.join(", ")
    };
    let end = shares.iter().position(|(_, share)| *share < COST_SHARE_MIN);
    let (says, behind) = match end {
        None => ("is the cost at every size".to_owned(), vec![first, last]),
        Some(0) => ("is less than half of the ack at every size".to_owned(), vec![first]),
        Some(end) => {
            let size = packets_of(shares[end].0.case.records_per_packet);
            (format!("stops being the cost at {size}"), shares[end - 1..=end].to_vec())
        }
    };
    let says = format!("{says} ({})", told(&behind));
    let sentence = format!(
        "the sync of {} {says}, told by the floors' share of the ack{}",
        sweep.label,
        choice.left_out()
    );
    Some(finding(&sentence, behind.into_iter().map(|(record, _)| record)))
}

fn share_of_syncs(record: &RunRecord) -> Option<f64> {
    match FloorShare::of(record) {
        FloorShare::Share { share, of_syncs, .. } => Some(of_syncs.unwrap_or(share)),
        _ => None,
    }
}

/// From which size WAL with FULL is within reach of WAL with NORMAL, at all larger ones too.
fn with_sync_as_good_as_without(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let of_wal = |synchronous: &'static str, size: f64| {
        inquiry.cases().find(|record| {
            is_sqlite(record)
                && record.case.parameter == Some(size)
                && axis_value(record, "journal_mode") == Some("wal")
                && axis_value(record, "synchronous") == Some(synchronous)
        })
    };
    let (apart, compared): (Vec<Comparison<'_>>, Vec<Comparison<'_>>) = inquiry
        .parameters()
        .into_iter()
        .filter_map(|size| inquiry.judge(of_wal("normal", size)?, of_wal("full", size)?).ok())
        .partition(|comparison| comparison.floors_apart_ns.is_some());
    let is_near = |comparison: &Comparison<'_>| {
        comparison.factor.ratio <= NEAR_FACTOR
            || matches!(comparison.outcome, Outcome::NotResolved(_))
    };
    let last = compared.last()?;
    let near = compared.iter().rev().take_while(|comparison| is_near(comparison)).count();
    let factor = |comparison: &Comparison<'_>| {
        let factor = quantity::factor(comparison.factor.ratio);
        format!("{factor} times at {}", value(comparison.case))
    };
    let factors: Vec<String> = compared.iter().map(factor).collect();
    let says = match near {
        0 => format!(
            "even at {} WAL with NORMAL is more than 10 % ahead of WAL with FULL",
            packets_of(last.case.case.records_per_packet)
        ),
        near => format!(
            "from {} on WAL with FULL is within 10 % or the resolution of WAL with NORMAL",
            packets_of(compared[compared.len() - near].case.case.records_per_packet)
        ),
    };
    let apart: Vec<String> = apart.iter().map(|comparison| value(comparison.case)).collect();
    let apart = match apart.as_slice() {
        [] => String::new(),
        sizes => format!(" (left out: {}, where the disk was in two moods)", sizes.join(", ")),
    };
    let sentence = format!("{says}; NORMAL acks {} as many records/s{apart}", factors.join(", "));
    Some(finding(&sentence, compared.iter().flat_map(|pair| [pair.case, pair.other])))
}

/// What a record takes in each label's largest packets.
fn in_largest_packets(sweeps: &[Sweep<'_>]) -> Option<Finding> {
    let largest = largest_packets(sweeps);
    let size = packets_of(largest.first()?.case.records_per_packet);
    let times: Vec<String> = largest
        .iter()
        .map(|record| format!("{} with {}", nanoseconds_per_record(record), record.case.label))
        .collect();
    Some(finding(&format!("at {size}, a record takes {}", times.join(", ")), largest))
}

/// The cases with the largest packets of all.
fn largest_packets<'evidence>(sweeps: &[Sweep<'evidence>]) -> Vec<&'evidence RunRecord> {
    let largest: Vec<&RunRecord> = sweeps.iter().filter_map(Sweep::largest).collect();
    let size = largest.iter().map(|record| parameter(record)).max_by(f64::total_cmp);
    largest.into_iter().filter(|record| Some(parameter(record)) == size).collect()
}
