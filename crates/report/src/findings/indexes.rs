//! `indexes`: what each shape of table is against appending to a plain one, which is the dearest, and what each
//! further index costs.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::deviations::Deviations;
use super::inquiry::{Inquiry, acked, axis_value};
use super::log_beside_sqlite::is_sqlite;
use super::sentence::{Names, difference, finding};
use super::sweep::{Sweep, parameter, series};

/// The axis that tells the table's shape.
const TABLE: &str = "table";

/// Axes that set apart what is compared: on the disk with syncs, and in memory without.
const GROUNDS: [&str; 4] = ["place", "journal_mode", "synchronous", "records_per_packet"];

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        grounds(inquiry).iter().filter_map(|cases| shapes(inquiry, cases)).collect();
    if inquiry.swept_axis().is_some_and(|axis| axis.contains("index")) {
        findings.extend(Sweep::all(inquiry).iter().filter_map(|sweep| slope(inquiry, sweep)));
    }
    findings
}

/// `SQLite`'s cases, those together that share the ground.
fn grounds<'evidence>(inquiry: &Inquiry<'evidence>) -> Vec<Vec<&'evidence RunRecord>> {
    let ground =
        |record: &RunRecord| GROUNDS.map(|axis| axis_value(record, axis).map(str::to_owned));
    let mut grounds: Vec<Vec<&RunRecord>> = Vec::new();
    for record in inquiry.cases().filter(|record| is_sqlite(record)) {
        match grounds.iter_mut().find(|cases| ground(cases[0]) == ground(record)) {
            Some(cases) => cases.push(record),
            None => grounds.push(vec![record]),
        }
    }
    grounds
}

/// What each shape is against the base's, and the dearest of all.
fn shapes<'evidence>(
    inquiry: &Inquiry<'evidence>,
    cases: &[&'evidence RunRecord],
) -> Option<Finding> {
    let base = *cases.iter().find(|record| inquiry.is_base_but_for(record, &GROUNDS))?;
    let called = |record: &RunRecord| record.case.id.clone();
    let deviations = Deviations::against(inquiry, base, cases.iter().copied(), called);
    let against = deviations.sentence()?;
    let choice = Choice::beside(base, cases.iter().copied());
    let dearest = choice.slowest()?;
    let place = axis_value(base, "place").map_or(String::new(), |place| format!("{place}: "));
    let names = Names { case: &format!("the plain {}", base.case.id), other: &dearest.case.id };
    let dearest = difference(&inquiry.judge(base, dearest), &names);
    let table = axis_value(base, TABLE).unwrap_or(&base.case.label);
    let sentence = format!(
        "{place}against {} ({table}): {against}; the dearest: {dearest}{}",
        base.case.id,
        choice.left_out()
    );
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// What a further index costs, from the fewest to the most.
fn slope(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let choice = Choice::most(sweep.cases.iter().copied());
    let (fewest, most) = (*choice.cases().first()?, *choice.cases().last()?);
    let indexes = parameter(most) - parameter(fewest);
    if indexes <= 0.0 {
        return None;
    }
    let time = |record: &RunRecord| 1e9 / acked(record);
    let names = Names {
        case: &format!("{} with {} indexes", sweep.label, parameter(fewest)),
        other: &format!("with {}", parameter(most)),
    };
    let sentence = format!(
        "{}; each further index adds {:.0} ns to a record (ns per record: {}){}",
        difference(&inquiry.judge(fewest, most), &names),
        (time(most) - time(fewest)) / indexes,
        series(choice.cases(), |record| Some(format!("{:.0}", time(record)))),
        choice.left_out()
    );
    Some(finding(&sentence, choice.cases().iter().copied()))
}
