//! A table whose rows are shown one by one, as they come.

use super::cell::BAR_COLUMNS;
use super::field::{Field, Kind, Rank};
use super::text::{COLUMNS_MAX, INDENT, aligned, least};

/// Lines of equal columns, whose widths are set before the first row is known.
pub struct Lines<R> {
    fields: Vec<Field<R>>,
}

/// Figures and words take at least as many characters, and ids more; a longer cell pushes what stands behind it.
const FIGURE_COLUMNS: usize = 8;
const TEXT_COLUMNS: usize = 12;
const ID_COLUMNS: usize = 20;

const GAP: usize = 2;

/// A line has so many characters, whatever its terminal: it stands in a file as well.
const LINE_MAX: usize = 120;

impl<R> Lines<R> {
    /// Lines of these columns; of more than there is room for those that do not give way.
    #[must_use]
    pub fn of(fields: &[Field<R>]) -> Self {
        let mut fields = fields.to_vec();
        fields.retain(|field| field.heading.rank != Rank::FileOnly);
        let width = |fields: &[Field<R>]| {
            let cells: usize = fields.iter().map(width).sum();
            INDENT + cells + GAP * fields.len().saturating_sub(1)
        };
        while fields.len() > COLUMNS_MAX || width(&fields) > LINE_MAX {
            let Some(least) = least(fields.iter().map(|field| &field.heading)) else { break };
            fields.retain(|field| field.heading.rank != least);
        }
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
        let cells = self.fields.iter().map(|it| (cell(it), width(it), it.heading.kind));
        aligned(cells, GAP)
    }
}

fn width<R>(field: &Field<R>) -> usize {
    let least = match field.heading.kind {
        Kind::Id => ID_COLUMNS,
        Kind::Text => TEXT_COLUMNS,
        Kind::Figure => FIGURE_COLUMNS,
        Kind::Bar => BAR_COLUMNS,
    };
    least.max(field.heading.text.chars().count())
}

#[cfg(test)]
mod tests {
    use crate::table::{Cell, Field, Heading, Lines};

    #[test]
    fn rows_stand_below_their_headings() {
        let fields = [
            Field::<f64>::words("stage", "", |_| Cell::text("search")),
            Field::figure("rate_per_second", "rate", |rate| Cell::Rate(*rate)),
        ];
        let lines = Lines::of(&fields);
        assert_eq!(lines.headings(), "                    rate");
        assert_eq!(lines.line(&12_500.0), "  search        12.5 k/s");
    }

    #[test]
    fn what_gives_way_is_left_out_and_what_the_file_has_alone_too() {
        let figure = |heading: Heading| Field::<u64>::new(heading, |row: &u64| Cell::Count(*row));
        let mut fields: Vec<Field<u64>> =
            (0..14).map(|rank| figure(Heading::figure("n", "n").gives_way(rank))).collect();
        fields.push(figure(Heading::figure("file", "file").file_only()));
        let lines = Lines::of(&fields);
        assert!(!lines.headings().contains("file"), "{}", lines.headings());
        assert_eq!(lines.line(&7).split_whitespace().count(), 12);
        assert!(lines.line(&7).len() <= 120);
    }
}
