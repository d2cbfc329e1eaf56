//! The cases of a question: the common columns, and those that it declares.

use measure::record::Column;

use super::columns::{self, field};
use super::telling;
use crate::listing::rest;
use crate::model::{QuestionModel, Row};
use crate::table::{Cell, Heading, Kind, Table};

/// The table of a question's cases, group by group; of more than `rows_max` the most telling ones. Empty without cases.
#[must_use]
pub fn cases(model: &QuestionModel, rows_max: usize) -> Table {
    let columns = columns(model);
    let shown = telling::rows(model, rows_max);
    let rate = |row: &Row| row.acked_per_second.median;
    let highest = model.rows().map(rate).fold(0.0, f64::max);
    let cells = |row: &Row| -> Vec<Cell> {
        let cell = |column: &Column| match column {
            Column::Bar => Cell::Bar(rate(row) / highest),
            column => columns::cell(*column, row),
        };
        columns.iter().map(cell).collect()
    };
    let mut table = Table::new(headings(&columns, &model.own_columns));
    for group in &model.groups {
        let rows = group.rows.iter().filter(|row| shown.contains(row.id.as_str()));
        table = table.with_section(Some(group.heading().to_owned()), rows.map(cells).collect());
    }
    let rest = rest(shown.len(), model.rows().count(), "cases, the rest in the files");
    table.without_empty_columns().with_note(legend_of_marks(model)).with_note(rest)
}

/// The common columns, with the question's own before the last two of them.
fn columns(model: &QuestionModel) -> Vec<Column> {
    let [first @ .., power_cut, last] = Column::COMMON;
    let own = model.own_columns.iter().filter(|own| !Column::COMMON.contains(own));
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

fn legend_of_marks(model: &QuestionModel) -> &'static str {
    if model.rows().any(|row| row.twin_of.is_some()) {
        "= the same case, measured again"
    } else {
        ""
    }
}
