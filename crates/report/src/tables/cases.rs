//! The cases of a question: the common columns, and those that it declares.

use measure::record::{Column, RunRecord};

use super::columns::{self, field};
use super::telling;
use crate::listing::rest;
use crate::model::QuestionModel;
use crate::table::{Cell, Heading, Kind, Table};

/// The table of a question's cases, group by group; of more than `rows_max` the most telling ones. Empty without cases.
#[must_use]
pub fn cases(model: &QuestionModel<'_>, rows_max: usize) -> Table {
    let columns = columns(model);
    let shown = telling::rows(model, rows_max);
    let rate = |row: &RunRecord| row.records_per_second.median;
    let highest = model.rows().map(rate).fold(0.0, f64::max);
    let cells = |row: &RunRecord| -> Vec<Cell> {
        let cell = |column: &Column| match column {
            Column::Bar => Cell::Bar(rate(row) / highest),
            column => columns::cell(*column, row),
        };
        columns.iter().map(cell).collect()
    };
    let mut table = Table::new(headings(&columns, model.own_columns()));
    for (heading, rows) in model.groups() {
        let rows = rows.into_iter().filter(|row| shown.contains(row.case.id.as_str()));
        table = table.with_section(Some(heading.to_owned()), rows.map(cells).collect());
    }
    let rest = rest(shown.len(), model.rows().count(), "cases, the rest in the files");
    table.without_empty_columns().with_note(legend_of_marks(model)).with_note(rest)
}

/// The common columns, with the question's own before the last two of them.
fn columns(model: &QuestionModel<'_>) -> Vec<Column> {
    let [first @ .., power_cut, last] = Column::COMMON;
    let own = model.own_columns().iter().filter(|own| !Column::COMMON.contains(own));
    first.iter().chain(own).chain([&power_cut, &last]).copied().collect()
}

/// What a question declares gives way after everything else, the last declared first; a common column among it too.
fn headings(columns: &[Column], own: &[Column]) -> Vec<Heading> {
    let heading = |column: &Column| {
        let heading = field(*column).heading;
        match own.iter().position(|own| own == column) {
            Some(place) if heading.kind != Kind::Bar => {
                heading.gives_way(u8::MAX - u8::try_from(place).unwrap_or(u8::MAX))
            }
            _ => heading,
        }
    };
    columns.iter().map(heading).collect()
}

fn legend_of_marks(model: &QuestionModel<'_>) -> &'static str {
    if model.rows().any(|row| row.case.repeats_case.is_some()) {
        "= the same case, measured again"
    } else {
        ""
    }
}
