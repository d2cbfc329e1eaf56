//! What a person reads of two compared runs.

use super::matched::{Replicated, Replicates};
use super::two_runs::{HalfWidths, TwoRuns};
use crate::claims::ChangedVerdict;
use crate::judged::cells;
use crate::quantity;
use crate::table::{Cell, Field, Table};
use crate::terminal::{Marking, Terminal};
use crate::wrap::hanging;

const FIELDS: [Field<Replicated>; 7] = [
    Field::ids("case", "case", |both| Cell::id(&both.first.key.case.0)),
    Field::ids("baseline", "baseline", |both| Cell::id(&both.first.key.baseline.0)),
    Field::figure("first", "first", |both| Cell::Ratio(both.first.factor)),
    Field::words("first_verdict", "verdict", |both| Cell::text(cells::verdict(&both.first))),
    Field::figure("second", "second", |both| Cell::Ratio(both.second.factor)),
    Field::words("second_verdict", "verdict", |both| Cell::text(cells::verdict(&both.second))),
    Field::figure("z", "standard errors apart", |both| Cell::Number {
        value: both.z(),
        decimals: 1,
    }),
];

/// Where the two disagree, a line each; then how many agree, and how wide the intervals are.
#[must_use]
pub fn text(runs: &TwoRuns, outcome: &Replicates, columns: usize) -> String {
    if let Replicates::NotCheckable(_) = outcome {
        return hanging("", &said(outcome), columns);
    }
    let mut text = String::new();
    let table = Table::of(&FIELDS, runs.disagreeing());
    if !table.is_empty() {
        text += &(table.text(Terminal { columns, marking: Marking::Plain }) + "\n");
    }
    for unlike in &runs.unlike {
        text += &hanging("warning: ", &unlike.in_words(["first run", "second run"]), columns);
    }
    text += &hanging("", &counts(runs), columns);
    for widths in &runs.half_widths {
        text += &hanging("", &half_widths(widths), columns);
    }
    if runs.claims.in_both > 0 {
        text += &hanging("", &claims(runs), columns);
    }
    text + &hanging("", &said(outcome), columns)
}

fn claims(runs: &TwoRuns) -> String {
    let changed = |claim: &ChangedVerdict| {
        let (first, second) = (claim.first.in_words(), claim.second.in_words());
        format!("{} ({first}, then {second})", claim.key)
    };
    let changed: Vec<String> = runs.claims.changed.iter().map(changed).collect();
    let told = if changed.is_empty() { String::new() } else { format!(": {}", changed.join(", ")) };
    let (number, all) = (changed.len(), runs.claims.in_both);
    format!("{number} of {all} claims with another verdict in the second run{told}")
}

fn counts(runs: &TwoRuns) -> String {
    let replication = &runs.replication;
    let share = replication.within_share().map_or("-".to_owned(), quantity::percent);
    let mut counts = format!(
        "{} of {} contrasts within 2 standard errors ({share}); {} of opposite verdicts",
        replication.within(),
        replication.both.len(),
        replication.opposite()
    );
    for (number, what) in
        [(replication.alone, "judged in one run only"), (runs.not_judged, "not judged")]
    {
        if number > 0 {
            counts += &format!("; {number} {what}");
        }
    }
    counts
}

fn half_widths(widths: &HalfWidths) -> String {
    let percent = |width: Option<f64>| width.map_or("-".to_owned(), quantity::percent);
    let (class, [first, second]) = (cells::class(widths.class), widths.of_runs.map(percent));
    format!("median half-width at 95 %, {class}: {first} in the first run, {second} in the second")
}

fn said(outcome: &Replicates) -> String {
    match outcome {
        Replicates::Holds => "The second run replicates the first.".to_owned(),
        Replicates::Fails(shortfalls) => {
            format!("The second run does not replicate the first: {}.", shortfalls.join("; "))
        }
        Replicates::NotCheckable(why) => format!("Not checked: {why}"),
    }
}
