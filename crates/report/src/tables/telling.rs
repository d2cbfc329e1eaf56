//! Which rows tell the most, where a table has more than are read.

use std::collections::BTreeSet;

use measure::record::RunRecord;

use crate::judged::{Judged, JudgedRow};
use crate::judgement::{ContrastKey, ContrastKind, Verdict};
use crate::listing::most_important;
use crate::model::QuestionModel;

/// How much a row tells, those that tell most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Tells {
    /// The answer speaks of it.
    Cited,
    /// It is the question's base, or at an end of the rates.
    Extreme,
    /// It differs from what it is compared with.
    Differs,
    /// None of these.
    Rest,
    /// It repeats another.
    Twin,
}

/// The ids of the rows that tell most, at most so many.
pub(super) fn rows<'run>(model: &'run QuestionModel<'_>, rows_max: usize) -> BTreeSet<&'run str> {
    let (cited, differing) = (cited(&model.judged), differing(&model.judged));
    let extremes = extremes(model);
    let tells = |row: &RunRecord| match row.case.id.as_str() {
        _ if row.case.repeats_case.is_some() => Tells::Twin,
        id if cited.contains(id) => Tells::Cited,
        id if extremes.contains(id) => Tells::Extreme,
        id if differing.contains(id) => Tells::Differs,
        _ => Tells::Rest,
    };
    let shown = most_important(model.rows(), rows_max, |a, b| tells(a).cmp(&tells(b)));
    shown.into_iter().map(|row| row.case.id.as_str()).collect()
}

fn cited(judged: &Judged) -> BTreeSet<&str> {
    judged.cited.iter().flat_map(both).collect()
}

fn both(key: &ContrastKey) -> [&str; 2] {
    [&key.case.0, &key.baseline.0]
}

fn differing(judged: &Judged) -> BTreeSet<&str> {
    let rows = judged.rows.iter();
    let differs = |row: &&JudgedRow| {
        let verdict = row.finding().map(|finding| finding.verdict);
        matches!(verdict, Some(Verdict::Differs { .. })) && row.key().kind != ContrastKind::NullPair
    };
    rows.filter(differs).map(|row| row.key().case.0.as_str()).collect()
}

/// The first row, and those with the lowest and the highest rate.
fn extremes<'run>(model: &QuestionModel<'run>) -> BTreeSet<&'run str> {
    let by_rate = |a: &&RunRecord, b: &&RunRecord| {
        a.records_per_second.median.total_cmp(&b.records_per_second.median)
    };
    let ends = [model.rows().next(), model.rows().min_by(by_rate), model.rows().max_by(by_rate)];
    ends.into_iter().flatten().map(|row| row.case.id.as_str()).collect()
}
