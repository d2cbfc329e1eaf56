//! A table whose rows are shown one by one, as they come.

use super::bar;
use super::field::{Field, Kind};
use super::fitting::INDENT;
use super::text::aligned;

/// Lines of equal columns, whose widths are set before the first row is known.
pub struct Lines<'fields, R> {
    fields: &'fields [Field<R>],
}

/// Figures and words take at least as many characters, and ids more; a longer cell pushes what stands behind it.
const FIGURE_COLUMNS: usize = 9;
const TEXT_COLUMNS: usize = 14;
const ID_COLUMNS: usize = 22;

const GAP: &str = "  ";

impl<'fields, R> Lines<'fields, R> {
    /// Lines of these columns.
    #[must_use]
    pub fn of(fields: &'fields [Field<R>]) -> Self {
        Self { fields }
    }

    /// The headings, without a line feed.
    #[must_use]
    pub fn headings(&self) -> String {
        self.joined(|field| field.heading.text.to_owned())
    }

    /// A row, without a line feed.
    #[must_use]
    pub fn line(&self, row: &R) -> String {
        self.joined(|field| (field.cell)(row).in_words())
    }

    fn joined(&self, cell: impl Fn(&Field<R>) -> String) -> String {
        let cells = self.fields.iter().map(|field| {
            let kind = field.heading.kind;
            let least = match kind {
                Kind::Id => ID_COLUMNS,
                Kind::Text => TEXT_COLUMNS,
                Kind::Figure => FIGURE_COLUMNS,
                Kind::Bar => bar::COLUMNS,
            };
            aligned(&cell(field), least.max(field.heading.text.chars().count()), kind)
        });
        let line = cells.collect::<Vec<_>>().join(GAP);
        format!("{}{}", " ".repeat(INDENT), line.trim_end())
    }
}

#[cfg(test)]
mod tests {
    use crate::table::{Cell, Field, Lines};

    #[test]
    fn rows_stand_below_their_headings() {
        let fields = [
            Field::<f64>::words("stage", "", |_| Cell::text("search")),
            Field::figure("rate_per_second", "rate", |rate| Cell::Rate(*rate)),
        ];
        let lines = Lines::of(&fields);
        assert_eq!(lines.headings(), "                       rate");
        assert_eq!(lines.line(&12_500.0), "  search          12.5 k/s");
    }
}
