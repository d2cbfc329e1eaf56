//! A judged question's contrasts as a table.

use std::collections::BTreeSet;

use super::column::Align;
use super::comparisons;
use super::grid::{self, Heading};
use crate::judged::{Answer, Judged, JudgedRow, cells};
use crate::judgement::{ContrastKey, ContrastKind, Metric, Verdict};
use crate::wrap::hanging;

/// A terminal shows so many; the rest is in `findings.json` and in the summary.
const ROWS_MAX: usize = 24;

/// What stands where a figure does not exist.
const NONE: &str = "-";

const HEADINGS: [Heading; 6] = [
    ("case", Align::Left),
    ("baseline", Align::Left),
    ("times as long", Align::Right),
    ("95 %", Align::Right),
    ("verdict", Align::Left),
    ("could have seen", Align::Right),
];

/// The table for a terminal of so many columns, the most important rows where there are many, and why others
/// could not be judged. Empty without contrasts; else ends with a line feed.
#[must_use]
pub fn contrasts_text(judged: &Judged, answer: &Answer, columns: usize) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let shown = most_important(judged, answer);
    let rows: Vec<[String; HEADINGS.len()]> = shown.iter().map(|row| text_cells(row)).collect();
    let mut text = grid::text(&HEADINGS, rows, columns);
    if shown.len() < judged.rows.len() {
        let all = judged.rows.len();
        let rest = format!("{} of {all} contrasts; the rest is in findings.json", shown.len());
        text += &hanging("  ", &rest, columns);
    }
    for line in not_judged_lines(&reasons(judged)) {
        text += &hanging("  ", &line, columns);
    }
    for line in comparisons::lines(judged) {
        text += &hanging("  ", &line, columns);
    }
    text
}

fn text_cells(row: &JudgedRow) -> [String; HEADINGS.len()] {
    let mut cells = cells_of(row, "not judged");
    cells[1] += of_time(row);
    cells
}

/// A line for each reason, or one for all where a filter left out most cases.
fn not_judged_lines(reasons: &[(String, usize)]) -> Vec<String> {
    match reasons {
        [(first, _), ..] if reasons.len() > REASONS_MAX => {
            let contrasts = reasons.iter().map(|(_, contrasts)| contrasts).sum();
            let contrasts = counted(contrasts, "contrast");
            vec![format!(
                "not judged: {contrasts}, such as: {first}; findings.json has the reason of each"
            )]
        }
        _ => reasons
            .iter()
            .map(|(reason, contrasts)| {
                format!("not judged: {reason} ({})", counted(*contrasts, "contrast"))
            })
            .collect(),
    }
}

/// Every contrast as a Markdown table; empty without contrasts.
#[must_use]
pub fn contrasts_markdown(judged: &Judged) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let rows: Vec<[String; HEADINGS.len()]> = judged
        .rows
        .iter()
        .map(|row| {
            let why = match row {
                JudgedRow::Judged(_) => String::new(),
                JudgedRow::NotJudged { why, .. } => format!("not judged: {why}"),
            };
            let [case, baseline, rest @ ..] = cells_of(row, &why);
            let [factor, interval, verdict, seen] = rest;
            let baseline = format!("`{baseline}`{}", of_time(row));
            [format!("`{case}`"), baseline, factor, interval, verdict, seen]
        })
        .collect();
    let further: String =
        comparisons::lines(judged).iter().map(|line| format!("- {line}\n")).collect();
    let further = if further.is_empty() { further } else { further + "\n" };
    format!("**Contrasts**\n\n{}\n{further}{LEGEND}\n", grid::markdown(&HEADINGS, &rows))
}

const LEGEND: &str = "Times as long: the case's time per packet over the baseline's, at the run's nominal yardsticks, \
    or measured in turns. Differs: the 99 % interval lies beyond the smallest effect of interest; equal: the 90 % \
    interval lies inside; could have seen: the smallest factor that 4 of 5 such runs would call a difference. \
    `findings.json` has all three intervals, the standard error and what it was shrunk towards.";

fn cells_of(row: &JudgedRow, not_judged: &str) -> [String; HEADINGS.len()] {
    let ContrastKey { case, baseline, .. } = row.key();
    let [factor, interval, verdict, seen] = match row.finding() {
        Some(finding) => [
            cells::factor(finding),
            cells::interval(finding),
            cells::verdict(finding),
            cells::ratio(finding.could_have_seen),
        ],
        None => [NONE, NONE, not_judged, NONE].map(str::to_owned),
    };
    [case.0.clone(), baseline.0.clone(), factor, interval, verdict, seen]
}

/// What stands behind the baseline where another time is compared than the usual one: `, longest ack`.
fn of_time(row: &JudgedRow) -> &'static str {
    match row.key().metric {
        Metric::AckedTime | Metric::ReadTime => "",
        Metric::AckedTimePerRecord => ", per record",
        Metric::DrainedTime => ", drained",
        Metric::LongestAck => ", longest ack",
        Metric::CpuTime => ", processor",
    }
}

/// The rows that a terminal shows, in the question's order: those that the answer cites, null pairs that differ, then
/// what differs most, what is undecided, what was not judged, what is equal, and the cases of sets.
fn most_important<'judged>(judged: &'judged Judged, answer: &Answer) -> Vec<&'judged JudgedRow> {
    let cited: BTreeSet<&ContrastKey> = answer.cited.iter().collect();
    let mut ranked: Vec<(usize, &JudgedRow)> = judged.rows.iter().enumerate().collect();
    let rank = |row: &JudgedRow| {
        let Some(finding) = row.finding() else { return (4, 0.0) };
        let size = -finding.log_factor().abs();
        match finding.verdict {
            _ if cited.contains(&finding.key) => (0, size),
            // What was chosen has a line of its own.
            _ if matches!(
                finding.key.kind,
                ContrastKind::BestOfSet { .. } | ContrastKind::WorstOfSet { .. }
            ) =>
            {
                (6, size)
            }
            Verdict::Differs { .. } if finding.key.kind == ContrastKind::NullPair => (1, size),
            Verdict::Differs { .. } => (2, size),
            Verdict::Undecided => (3, size),
            Verdict::EqualWithin { .. } => (5, size),
        }
    };
    ranked.sort_by(|(_, a), (_, b)| {
        let ((a, of_a), (b, of_b)) = (rank(a), rank(b));
        a.cmp(&b).then(of_a.total_cmp(&of_b))
    });
    ranked.truncate(ROWS_MAX);
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, row)| row).collect()
}

/// So many reasons have a line each.
const REASONS_MAX: usize = 4;

/// Each reason once, with how many contrasts have it.
fn reasons(judged: &Judged) -> Vec<(String, usize)> {
    let mut reasons: Vec<(String, usize)> = Vec::new();
    for (_, why) in judged.not_judged() {
        let why = why.to_string();
        match reasons.iter_mut().find(|(reason, _)| *reason == why) {
            Some((_, contrasts)) => *contrasts += 1,
            None => reasons.push((why, 1)),
        }
    }
    reasons
}

fn counted(number: usize, what: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {what}{plural}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn many_reasons_are_one_line() {
        let reasons = |count: usize| -> Vec<(String, usize)> {
            (0..count).map(|number| (format!("case {number} was not measured"), 2)).collect()
        };
        let few = not_judged_lines(&reasons(REASONS_MAX));
        assert_eq!(few.len(), REASONS_MAX);
        assert_eq!(few[1], "not judged: case 1 was not measured (2 contrasts)");
        let many = not_judged_lines(&reasons(REASONS_MAX + 1));
        let line = "not judged: 10 contrasts, such as: case 0 was not measured; findings.json has the reason of each";
        assert_eq!(many, [line]);
        assert!(not_judged_lines(&[]).is_empty());
    }
}
