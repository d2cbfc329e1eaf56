//! `log_vs_sqlite`: how far the log is ahead at each packet size, where `SQLite` comes closest, what share of the
//! log's acks is the disk's, and what `SQLite` gains by giving up the sync.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::inquiry::Inquiry;
use super::log_beside_sqlite::{
    LogBesideSqlite, compared, is_driven_as_base, is_native_log, is_sqlite, packet_sizes,
    packets_of,
};
use super::sentence::{Names, difference, finding};
use crate::compare::{Comparison, Outcome, ack_syncs, is_counted_without_sync};
use crate::model::FloorShare;
use crate::mood::FloorBeside;
use crate::quantity;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let pairs = compared(inquiry);
    let per_size = pairs.iter().map(|pair| finding(&pair.sentence(), pair.cases()));
    let mut findings: Vec<Finding> = per_size.collect();
    findings.extend(closest(&pairs));
    findings.extend(share_of_floor(inquiry));
    findings
        .extend(packet_sizes(inquiry).into_iter().filter_map(|size| without_sync(inquiry, size)));
    findings
}

/// At which packet size the two are nearest to each other, of those at which all of `SQLite`'s cases could be
/// compared; `None` with fewer than two.
fn closest(pairs: &[LogBesideSqlite<'_>]) -> Option<Finding> {
    let alike = || pairs.iter().filter(|pair| pair.is_driven_as_base);
    let judged = || {
        let whole = alike().filter(|pair| pair.sqlites.is_complete());
        whole.filter_map(|pair| Some((pair, pair.compared.as_ref().ok()?)))
    };
    if judged().count() < 2 {
        return None;
    }
    let distance = |comparison: &Comparison<'_>| comparison.factor.ratio.ln().abs();
    let (pair, comparison) =
        judged().min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b)))?;
    let factor = quantity::factor(comparison.factor.ratio);
    let how = match comparison.outcome {
        Outcome::NotResolved(_) => "where this run resolves no difference".into(),
        Outcome::More | Outcome::Fewer | Outcome::NotJudged => {
            format!("where the log acks {factor} times as many records/s")
        }
    };
    let size = packets_of(pair.records_per_packet);
    let of = if judged().count() < alike().count() {
        ", of the sizes at which the disk's mood let all of SQLite's cases be compared,"
    } else {
        ","
    };
    Some(finding(&format!("the log and SQLite come closest at {size}{of} {how}"), pair.cases()))
}

/// The floor's share of the log's acks at each packet size.
fn share_of_floor(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let shares: Vec<(String, &RunRecord)> = inquiry
        .cases()
        .filter(|record| is_native_log(record) && is_driven_as_base(inquiry, record))
        .filter_map(|record| match FloorShare::of(record) {
            FloorShare::Share { share, .. } => {
                let size = record.case.records_per_packet;
                Some((format!("{} at {size}", quantity::percent(share)), record))
            }
            FloorShare::NoSync | FloorShare::TooFewPieces { .. } | FloorShare::NotMeasured => None,
        })
        .collect();
    if shares.is_empty() {
        return None;
    }
    let (texts, cases): (Vec<String>, Vec<&RunRecord>) = shares.into_iter().unzip();
    let texts = texts.join(", ");
    Some(finding(
        &format!("the floor's share of the log's acks, by records per packet: {texts}"),
        cases,
    ))
}

/// What `SQLite` gains when its acks do not wait for a sync.
fn without_sync(inquiry: &Inquiry<'_>, records_per_packet: u64) -> Option<Finding> {
    let sqlite = || {
        inquiry.cases().filter(move |record| {
            let is_of_size = record.case.records_per_packet == records_per_packet;
            is_sqlite(record) && is_of_size && is_driven_as_base(inquiry, record)
        })
    };
    let without =
        Choice::most(sqlite().filter(|record| is_counted_without_sync(record))).fastest()?;
    // The price of a sync is the mood's: it is told for the one in which the case without a sync ran.
    let syncing = Choice::beside(without, sqlite().filter(|record| ack_syncs(record)));
    let with = syncing.fastest()?;
    let names = Names {
        case: &format!("SQLite without a sync in the ack ({})", without.case.id),
        other: &format!("its best with one ({}{})", with.case.id, beside_floor(with)),
    };
    let difference = difference(&inquiry.judge(without, with), &names);
    let size = packets_of(records_per_packet);
    let left_out = syncing.left_out();
    Some(finding(&format!("at {size}, {difference}{left_out}"), [without, with]))
}

/// What the disk took for a sync beside a case, where it was measured.
fn beside_floor(record: &RunRecord) -> String {
    FloorBeside::of(record).map_or(String::new(), |floor| {
        format!(", beside a floor of {}", quantity::duration_ns(floor.median_ns))
    })
}
