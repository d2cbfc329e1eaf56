//! `durability_price`: the dearest and the cheapest ack that syncs, what each step of `synchronous` costs, and which
//! cells sync as often yet differ.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::inquiry::{Inquiry, axis_value};
use super::log_beside_sqlite::is_sqlite;
use super::sentence::{Names, cost, difference, finding, floors_per_ack};
use crate::compare::{Comparison, Outcome, ack_syncs};
use crate::quantity;

/// The steps of `PRAGMA synchronous`, ascending (<https://sqlite.org/pragma.html#pragma_synchronous>).
const SYNCHRONOUS: [&str; 4] = ["off", "normal", "full", "extra"];

/// Journal modes that keep no journal on the disk: a crash within a commit can corrupt the
/// database (<https://sqlite.org/pragma.html#pragma_journal_mode>), however often the commit syncs.
const WITHOUT_JOURNAL_ON_DISK: [&str; 2] = ["memory", "off"];

/// Numbers of syncs per commit that differ by less than this are the same.
const SAME_SYNCS: f64 = 0.01;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for parameter in inquiry.parameters() {
        let cells: Vec<&RunRecord> = inquiry
            .cases()
            .filter(|record| is_sqlite(record) && record.case.parameter == Some(parameter))
            .collect();
        let at = inquiry.at(parameter);
        findings.extend(price_range(inquiry, &at, &cells));
        findings.extend(price_range_with_journal(inquiry, &at, &cells));
        findings.extend(steps(inquiry, &at, &cells));
        findings.extend(same_syncs(inquiry, &at, &cells));
    }
    findings
}

/// The dearest and the cheapest cell whose acks sync.
fn price_range<'evidence>(
    inquiry: &Inquiry<'evidence>,
    at: &str,
    cells: &[&'evidence RunRecord],
) -> Option<Finding> {
    let syncing = || cells.iter().copied().filter(|record| ack_syncs(record));
    range(inquiry, &format!("{at}, of the acks that sync"), syncing)
}

/// The same among cells with a journal on the disk, where that makes a difference.
fn price_range_with_journal<'evidence>(
    inquiry: &Inquiry<'evidence>,
    at: &str,
    cells: &[&'evidence RunRecord],
) -> Option<Finding> {
    let syncing = || cells.iter().copied().filter(|record| ack_syncs(record));
    let cheapest = Choice::most(syncing()).fastest()?;
    if has_journal_on_disk(cheapest) {
        return None;
    }
    let journalled = || syncing().filter(|record| has_journal_on_disk(record));
    range(inquiry, &format!("{at}, of those that also keep their journal on the disk"), journalled)
}

fn range<'evidence, Cells: Iterator<Item = &'evidence RunRecord>>(
    inquiry: &Inquiry<'evidence>,
    heading: &str,
    cells: impl Fn() -> Cells,
) -> Option<Finding> {
    let choice = Choice::most(cells());
    let (cheapest, dearest) = choice.extremes()?;
    let names = Names { case: &cheapest.case.id, other: &dearest.case.id };
    let difference = difference(&inquiry.judge(cheapest, dearest), &names);
    let sentence = format!(
        "{heading}, the cheapest is {} and the dearest {}: {difference}{}",
        priced(cheapest),
        priced(dearest),
        choice.left_out()
    );
    Some(finding(&sentence, [cheapest, dearest]))
}

/// What each step of `synchronous` costs in the base's journal mode.
fn steps<'evidence>(
    inquiry: &Inquiry<'evidence>,
    at: &str,
    cells: &[&'evidence RunRecord],
) -> Option<Finding> {
    let step = |synchronous: &&str| {
        cells.iter().copied().find(|record| {
            axis_value(record, "synchronous") == Some(synchronous)
                && inquiry.is_base_but_for(record, &["synchronous"])
        })
    };
    let taken: Vec<&RunRecord> = SYNCHRONOUS.iter().filter_map(step).collect();
    let costs: Vec<String> = taken
        .windows(2)
        .map(|pair| {
            let cost = cost(&inquiry.judge(pair[0], pair[1]));
            format!("{} to {} {cost}", level(pair[0]), level(pair[1]))
        })
        .collect();
    let journal_mode = axis_value(taken.first()?, "journal_mode")?;
    let heading = format!("{at} with journal mode {journal_mode}, a step of synchronous costs");
    (!costs.is_empty()).then(|| finding(&format!("{heading}: {}", costs.join("; ")), taken))
}

/// For each number of syncs, the fastest and the slowest cell with it, where the run can tell them apart;
/// else that it cannot. Nothing where no two cells sync as often.
fn same_syncs<'evidence>(
    inquiry: &Inquiry<'evidence>,
    at: &str,
    cells: &[&'evidence RunRecord],
) -> Vec<Finding> {
    let compared: Vec<(f64, Comparison<'_>)> = numbers_of_syncs(cells)
        .into_iter()
        .filter_map(|number| {
            let same =
                || cells.iter().copied().filter(move |record| syncs_so_often(record, number));
            let (fast, slow) = Choice::most(same()).extremes()?;
            Some((number, inquiry.judge(fast, slow).ok()?))
        })
        .collect();
    let differing: Vec<Finding> = compared
        .iter()
        .filter(|(_, comparison)| comparison.outcome == Outcome::More)
        .map(|(number, comparison)| same_syncs_yet(at, *number, comparison))
        .collect();
    let is_judged = compared.iter().all(|(_, comparison)| comparison.outcome != Outcome::NotJudged);
    if differing.is_empty() && !compared.is_empty() && is_judged {
        let sentence =
            format!("{at}, no two cells that sync as often differ beyond the resolution");
        let cases = compared.iter().flat_map(|(_, pair)| [pair.case, pair.other]);
        return vec![finding(&sentence, cases)];
    }
    differing
}

fn same_syncs_yet(at: &str, number: f64, comparison: &Comparison<'_>) -> Finding {
    let (fast, slow) = (comparison.case, comparison.other);
    let names = Names { case: &fast.case.id, other: &slow.case.id };
    let difference = difference(&Ok(*comparison), &names);
    let number = quantity::short(number);
    let times = if number == "1" { "once".into() } else { format!("{number} times") };
    finding(&format!("{at}, both sync {times} per commit, yet {difference}"), [fast, slow])
}

/// The numbers of syncs per commit that occur among acks that sync, ascending.
fn numbers_of_syncs(cells: &[&RunRecord]) -> Vec<f64> {
    let syncing = cells.iter().filter(|record| ack_syncs(record));
    let mut numbers: Vec<f64> = syncing.filter_map(|record| syncs(record)).collect();
    numbers.sort_unstable_by(f64::total_cmp);
    numbers.dedup_by(|a, b| (*a - *b).abs() < SAME_SYNCS);
    numbers
}

fn syncs_so_often(record: &RunRecord, number: f64) -> bool {
    syncs(record).is_some_and(|syncs| (syncs - number).abs() < SAME_SYNCS)
}

/// A cell with what its ack costs: `wal-full/1 (2.91 k/s, 1.20 floors)`.
fn priced(record: &RunRecord) -> String {
    let rate = quantity::rate(record.records_per_second.median);
    let floors = floors_per_ack(record).map_or(String::new(), |floors| format!(", {floors}"));
    format!("{} ({rate}{floors})", record.case.id)
}

/// A level of `synchronous` with what its ack costs: `full (4.10 floors)`.
fn level(record: &RunRecord) -> String {
    let name = axis_value(record, "synchronous").unwrap_or(&record.case.id);
    floors_per_ack(record).map_or(name.to_owned(), |floors| format!("{name} ({floors})"))
}

fn has_journal_on_disk(record: &RunRecord) -> bool {
    axis_value(record, "journal_mode").is_some_and(|mode| !WITHOUT_JOURNAL_ON_DISK.contains(&mode))
}

fn syncs(record: &RunRecord) -> Option<f64> {
    record.sync_audit.as_ref().map(|audit| audit.syncs_per_commit)
}
