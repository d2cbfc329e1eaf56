//! Contrasts as rows.

use log_driver::{Contrast, Contrasted};
use report::table::{Cell, Field, Missing};

/// A contrast and what it showed.
pub(super) struct Row {
    pub(super) contrast: Contrast,
    pub(super) contrasted: Contrasted,
}

/// The columns.
pub(super) const FIELDS: [Field<Row>; 9] = [
    Field::words("asks", "question", |row| Cell::text(row.contrast.asks)),
    Field::words("change", "change", |row| Cell::text(row.contrast.change)),
    Field::words("metric", "figure", |row| Cell::text(row.contrast.metric.name())),
    Field::figure("base", "without", |row| figure(&row.contrasted.base)),
    Field::figure("changed", "with", |row| figure(&row.contrasted.changed)),
    Field::figure("factor", "factor", |row| Cell::Ratio(row.contrasted.factor)),
    Field::figure("factor_low", "low", |row| end(row, |(low, _)| low)),
    Field::figure("factor_high", "high", |row| end(row, |(_, high)| high)),
    Field::words("verdict", "verdict", |row| Cell::text(row.contrasted.verdict.to_string())),
];

/// The median over the rounds.
fn figure(rounds: &[f64]) -> Cell {
    Cell::known(measure::stats::median(rounds), Cell::Short)
}

fn end(row: &Row, of: fn((f64, f64)) -> f64) -> Cell {
    Cell::of(row.contrasted.interval.map(of), Cell::Ratio, Missing::TooFew)
}
