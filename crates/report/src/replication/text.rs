//! What a person reads of two compared runs.

use std::collections::BTreeMap;

use super::two_runs::{HalfWidths, Replicates, TwoRuns, WhyNotCheckable};
use crate::claims::ChangedVerdict;
use crate::judged::cells;
use crate::judgement::{ContrastKey, Finding, Findings, Replicated, Shortfall};
use crate::quantity;
use crate::table::{Cell, Field, Table};
use crate::terminal::{Marking, Terminal};
use crate::wrap::hanging;

/// A contrast in both runs.
struct Both<'runs> {
    first: &'runs Finding,
    second: &'runs Finding,
    z: f64,
}

fn fields<'runs>() -> [Field<Both<'runs>>; 7] {
    [
        Field::ids("case", "case", |both| Cell::id(&both.first.key.case.0)),
        Field::ids("baseline", "baseline", |both| Cell::id(&both.first.key.baseline.0)),
        Field::figure("first", "first", |both| Cell::Ratio(both.first.factor)),
        Field::words("first_verdict", "verdict", |both| Cell::text(cells::verdict(both.first))),
        Field::figure("second", "second", |both| Cell::Ratio(both.second.factor)),
        Field::words("second_verdict", "verdict", |both| Cell::text(cells::verdict(both.second))),
        Field::figure("z", "standard errors apart", |both| Cell::Number {
            value: both.z,
            decimals: 1,
        }),
    ]
}

/// Where the two disagree, a line each; then how many agree, and how wide the intervals are.
#[must_use]
pub fn text(runs: &TwoRuns, outcome: &Replicates, columns: usize) -> String {
    if let Replicates::NotCheckable(_) = outcome {
        return hanging("", &said(outcome), columns);
    }
    let mut text = String::new();
    let table = Table::of(&fields(), &disagreeing(runs));
    if !table.is_empty() {
        text += &(table.text(Terminal { columns, marking: Marking::Plain }) + "\n");
    }
    for warning in &runs.warnings {
        text += &hanging("warning: ", warning, columns);
    }
    text += &hanging("", &counts(runs), columns);
    for widths in runs.half_widths() {
        text += &hanging("", &half_widths(&widths), columns);
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
    let number = changed.len();
    format!(
        "{number} of {} claims with another verdict in the second run{told}",
        runs.claims.in_both
    )
}

/// The contrasts that are more than 2 standard errors apart, or of opposite verdicts.
fn disagreeing(runs: &TwoRuns) -> Vec<Both<'_>> {
    let (first, second) = (by_key(&runs.first), by_key(&runs.second));
    let row = |contrast: &Replicated| {
        let (first, second) = (first.get(&contrast.key)?, second.get(&contrast.key)?);
        Some(Both { first, second, z: contrast.z })
    };
    let both = runs.replication.both.iter();
    both.filter(|contrast| !contrast.is_within() || contrast.is_opposite())
        .filter_map(row)
        .collect()
}

fn by_key(findings: &Findings) -> BTreeMap<&ContrastKey, &Finding> {
    findings.rows().iter().map(|finding| (&finding.key, finding)).collect()
}

fn counts(runs: &TwoRuns) -> String {
    let replication = &runs.replication;
    let share = replication.within_share().map_or("-".to_owned(), quantity::percent);
    let alone = replication.only_first.len() + replication.only_second.len();
    let alone = match alone {
        0 => String::new(),
        alone => format!("; {alone} judged in one run only"),
    };
    let not_judged = match runs.first.not_judged().len() + runs.second.not_judged().len() {
        0 => String::new(),
        rows => format!("; {rows} not judged"),
    };
    format!(
        "{} of {} contrasts within 2 standard errors ({share}); {} of opposite verdicts{alone}{not_judged}",
        replication.within(),
        replication.both.len(),
        replication.opposite().count(),
    )
}

fn half_widths(widths: &HalfWidths) -> String {
    let percent = |width: Option<f64>| width.map_or("-".to_owned(), quantity::percent);
    format!(
        "median half-width at 95 %, {}: {} in the first run, {} in the second",
        cells::class(widths.class),
        percent(widths.first),
        percent(widths.second)
    )
}

fn said(outcome: &Replicates) -> String {
    match outcome {
        Replicates::Holds => "The second run replicates the first.".to_owned(),
        Replicates::Fails(shortfalls) => {
            let shortfalls: Vec<String> = shortfalls.iter().map(shortfall).collect();
            format!("The second run does not replicate the first: {}.", shortfalls.join("; "))
        }
        Replicates::NotCheckable(WhyNotCheckable::NothingInCommon) => {
            "Not checked: expected contrasts that both runs have judged, got none. Run one question in blocks twice, \
             each time with at least 4 blocks."
                .to_owned()
        }
        Replicates::NotCheckable(WhyNotCheckable::SameMeasurement) => {
            "Not checked: expected two runs, got one and the same measurement in both. Name two runs below \
             target/durabench/runs."
                .to_owned()
        }
    }
}

fn shortfall(shortfall: &Shortfall) -> String {
    match shortfall {
        Shortfall::NothingInCommon => "no contrast is in both".to_owned(),
        Shortfall::Opposite { expected_max, got } => {
            format!("expected at most {expected_max} of opposite verdicts, got {}", got.len())
        }
        Shortfall::Apart { expected_min, got } => format!(
            "expected at least {} within 2 standard errors, got {}",
            quantity::percent(*expected_min),
            quantity::percent(*got)
        ),
    }
}
