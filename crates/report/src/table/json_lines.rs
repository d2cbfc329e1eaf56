//! A table as JSON Lines: every column but bars, unrounded and typed, under its key.

use serde::{Serialize, Serializer};

use super::cell::Cell;
use super::field::{Heading, Kind};
use super::grid::Table;

impl Table {
    /// An object a line for each row, which holds what the CSV holds; what a row does not have is null.
    #[must_use]
    pub fn json_lines(&self) -> String {
        self.rows().map(|cells| Line { headings: &self.headings, cells }.text() + "\n").collect()
    }
}

struct Line<'table> {
    headings: &'table [Heading],
    cells: &'table [Cell],
}

impl Line<'_> {
    fn text(&self) -> String {
        serde_json::to_string(self).expect("keys are texts, and a text takes every byte")
    }
}

impl Serialize for Line<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let columns = self.headings.iter().zip(self.cells);
        let shown = columns.filter(|(heading, _)| heading.kind != Kind::Bar);
        serializer.collect_map(shown.map(|(heading, cell)| (heading.key, cell.value())))
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Cell, Field, Missing, Table};

    #[test]
    fn a_line_has_the_columns_in_order_and_numbers_are_numbers() {
        let fields = [
            Field::<(&str, f64)>::ids("case", "case", |row| Cell::Id {
                id: row.0.into(),
                mark: "=",
            }),
            Field::figure("time_ns", "time", |row| Cell::Nanoseconds(row.1)),
            Field::figure("acks", "acks", |_| Cell::Count(u64::MAX)),
            Field::words("digest_ok", "digest", |_| Cell::Flag(true)),
            Field::figure("a", "a", |_| Cell::Missing(Missing::NotMeasured)),
        ];
        let table = Table::of(&fields, &[("=a\"b\n", 0.1 + 0.2), ("c", f64::INFINITY)]);
        let expected = "{\"case\":\"=a\\\"b\\n\",\"time_ns\":0.30000000000000004,\"acks\":18446744073709551615,\
                        \"digest_ok\":true,\"a\":null}\n\
                        {\"case\":\"c\",\"time_ns\":null,\"acks\":18446744073709551615,\"digest_ok\":true,\"a\":null}\n";
        assert_eq!(table.json_lines(), expected);
    }
}
