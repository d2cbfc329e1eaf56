//! A table as CSV: every column but bars, unrounded, under its key.

use std::borrow::Cow;

use super::cell::Cell;
use super::field::{Heading, Kind};
use super::grid::Table;

impl Table {
    /// A line for the keys of the columns, and one for each row. Notes and headings of sections are not in it.
    #[must_use]
    pub fn csv(&self) -> String {
        let rows = self.rows().map(|row| line(&self.headings, row));
        keys(&self.headings) + &rows.collect::<String>()
    }
}

/// The first line.
pub(super) fn keys(headings: &[Heading]) -> String {
    let shown = headings.iter().filter(|heading| heading.kind != Kind::Bar);
    record(shown.map(|heading| heading.key.to_owned()))
}

/// The line of a row.
pub(super) fn line(headings: &[Heading], row: &[Cell]) -> String {
    let shown = headings.iter().zip(row).filter(|(heading, _)| heading.kind != Kind::Bar);
    record(shown.map(|(_, cell)| match cell {
        Cell::Id { .. } | Cell::Text(_) => no_formula(&cell.unrounded()).into_owned(),
        figure => figure.unrounded(),
    }))
}

/// The fields as one line of RFC 4180, quoted where they must be.
fn record(fields: impl Iterator<Item = String>) -> String {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer
        .write_record(fields)
        .expect("a vector takes every byte, and a first record has any length");
    let bytes = writer.into_inner().expect("a vector takes every byte");
    String::from_utf8(bytes).expect("every field is text")
}

/// A text that a spreadsheet would take for a formula, with the sign that makes it a text there.
fn no_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Cell, Field, Missing, Table};

    fn of(id: &str, change: f64) -> String {
        let fields = [
            Field::<(&str, f64)>::ids("case", "case", |row| Cell::id(row.0)),
            Field::figure("change_per_second", "change", |row| Cell::Growth(row.1)),
            Field::figure("acks", "acks", |_| Cell::Missing(Missing::NotMeasured)),
        ];
        Table::of(&fields, &[(id, change)]).with_note("not in it").csv()
    }

    #[test]
    fn fields_are_quoted_where_they_must_be() {
        assert_eq!(of("a, \"b\"/1", 0.5), "case,change_per_second,acks\n\"a, \"\"b\"\"/1\",0.5,\n");
        assert_eq!(of("a\nb", 1.0), "case,change_per_second,acks\n\"a\nb\",1,\n");
    }

    #[test]
    fn no_text_is_a_formula_and_a_number_below_zero_stays_one() {
        for formula in ["=1+1", "+1", "-1", "@x", "\tx"] {
            let line = of(formula, -2.0);
            assert!(line.contains(&format!("'{formula},-2,")), "{line}");
        }
    }
}
