//! How wide the intervals of a run's contrasts are, class by class.

use std::collections::BTreeMap;

use measure::stats::median;

use crate::judged::{Judged, cells};
use crate::judgement::{Class, Finding};
use crate::table::{Cell, Field, Table};

/// The contrasts of one class.
struct Line {
    class: Class,
    /// Half of each one's 95 % interval, relative.
    half_widths: Vec<f64>,
}

const FIELDS: [Field<Line>; 5] = [
    Field::words("class", "where", |line| Cell::text(cells::class(line.class))),
    Field::figure("contrasts", "contrasts", |line| Cell::Count(line.half_widths.len() as u64)),
    Field::figure("half_width_p50", "median half-width", |line| {
        Cell::known(median(&line.half_widths), Cell::Share)
    }),
    Field::figure("half_width_largest", "largest", |line| {
        Cell::Share(line.half_widths.iter().copied().fold(0.0, f64::max))
    }),
    Field::figure("smallest_effect", "smallest effect of interest", |line| {
        Cell::Share(line.class.smallest_effect() - 1.0)
    }),
];

/// A line for each class that a judged contrast has; empty without any.
#[must_use]
pub fn half_widths(run: &[Judged]) -> Table {
    let mut classes: BTreeMap<Class, Vec<f64>> = BTreeMap::new();
    for finding in run.iter().flat_map(Judged::findings) {
        classes.entry(finding.class).or_default().push(Finding::half_width(finding));
    }
    let lines: Vec<Line> =
        classes.into_iter().map(|(class, half_widths)| Line { class, half_widths }).collect();
    Table::of(&FIELDS, &lines).with_note("half-width: half of a contrast's 95 % interval, relative")
}
