//! A table as plain text for a terminal.

use super::cell::Cell;
use super::field::Kind;
use super::fitting::{Fitting, INDENT, cell_within};
use super::grid::Table;
use crate::terminal::Terminal;
use crate::wrap;

impl Table {
    /// Aligned text: the headings, the rows section by section, and the notes. Columns for which there is no room are
    /// left out, the least important ones first, and named in a note; ids lose their middle. Every line ends with a line
    /// feed. Empty without rows.
    #[must_use]
    pub fn text(&self, terminal: Terminal) -> String {
        if self.is_empty() {
            return String::new();
        }
        let fitting = Fitting::of(self, terminal.columns);
        let mut text = line(&fitting, |column| fitting.table.headings[column].text.to_owned());
        for section in &fitting.table.sections {
            if let Some(heading) = &section.heading {
                text += &(terminal.heading(heading) + "\n");
            }
            for row in &section.rows {
                text += &line(&fitting, |column| cell(row, column, &fitting));
            }
        }
        let notes = fitting.notes();
        if notes.is_empty() { text } else { text + &wrap::hanging("", &notes, terminal.columns) }
    }
}

fn cell(row: &[Cell], column: usize, fitting: &Fitting) -> String {
    cell_within(&row[column], fitting.widths[column])
}

fn line(fitting: &Fitting, cell: impl Fn(usize) -> String) -> String {
    let cells = fitting.table.headings.iter().enumerate().map(|(column, heading)| {
        let (cell, width) = (cell(column), fitting.widths[column]);
        aligned(&cell, width, heading.kind)
    });
    let line = cells.collect::<Vec<_>>().join(&" ".repeat(fitting.gap));
    format!("{}{}\n", " ".repeat(INDENT), line.trim_end())
}

/// Words and bars stand to the left, figures to the right.
pub(super) fn aligned(cell: &str, width: usize, kind: Kind) -> String {
    match kind {
        Kind::Id | Kind::Text | Kind::Bar => format!("{cell:<width$}"),
        Kind::Figure => format!("{cell:>width$}"),
    }
}

impl Fitting {
    /// The notes as one paragraph.
    fn notes(&self) -> String {
        let mut notes = self.table.all_notes();
        if !self.left_out.is_empty() {
            notes.push(format!("no room for {}", self.left_out.join(", ")));
        }
        notes.join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::{Field, Heading, Missing};
    use crate::terminal::Marking;

    fn plain(columns: usize) -> Terminal {
        Terminal { columns, marking: Marking::Plain }
    }

    struct Row {
        case: &'static str,
        baseline: &'static str,
        rate: Option<f64>,
    }

    const FIELDS: [Field<Row>; 3] = [
        Field::ids("case", "case", |row| Cell::id(row.case)),
        Field::ids("baseline", "baseline", |row| Cell::id(row.baseline)),
        Field::figure("acked_per_second", "acked", |row| Cell::known(row.rate, Cell::Rate)),
    ];

    fn table() -> Table {
        let row = |case, rate| Row { case, baseline: "short/400", rate };
        Table::of(&FIELDS, &[row("a-rather-long-case/400", Some(1e5)), row("b/1", None)])
    }

    #[test]
    fn figures_stand_to_the_right_and_a_dash_has_its_reason() {
        let expected = "  case                    baseline     acked\n\
                        \x20 a-rather-long-case/400  short/400  100 k/s\n\
                        \x20 b/1                     short/400        -\n\
                        rates; -: not measured\n";
        assert_eq!(table().with_note("rates").text(plain(80)), expected);
        assert_eq!(Table::of(&FIELDS, &[]).with_note("rates").text(plain(80)), "");
    }

    #[test]
    fn ids_lose_their_middle_where_nothing_else_can_give_way() {
        let line = |columns| table().text(plain(columns)).lines().nth(1).unwrap().to_owned();
        assert_eq!(line(46), "  a-rather-long-case/400  short/400  100 k/s");
        assert_eq!(line(36), "  a-rathe..ase/400 short/400 100 k/s");
        assert_eq!(line(10), "  a-rat..e/400 short/400 100 k/s");
    }

    #[test]
    fn the_least_important_columns_give_way_and_are_named() {
        let of = |key, rank| {
            Field::<u64>::new(Heading::figure(key, key).gives_way(rank), |row| Cell::Count(*row))
        };
        let stays = Field::<u64>::figure("stays", "stays", |row| Cell::Count(*row));
        let table = Table::of(&[of("second", 2), of("first", 1), stays], &[7]);
        assert_eq!(table.text(plain(80)), "  second  first  stays\n       7      7      7\n");
        assert_eq!(table.text(plain(19)), "  second  stays\n       7      7\nno room for first\n");
    }

    #[test]
    fn more_than_twelve_columns_are_not_shown_however_much_room_there_is() {
        let fields: Vec<Field<u64>> = (0..15)
            .map(|rank| {
                let heading = Heading::figure("key", "n").gives_way(rank);
                Field::new(heading, |row: &u64| Cell::Count(*row))
            })
            .collect();
        let text = Table::of(&fields, &[7]).text(plain(500));
        assert_eq!(text.lines().next().unwrap().split_whitespace().count(), 12);
        assert!(text.ends_with("no room for n, n, n\n"), "{text}");
    }

    #[test]
    fn a_column_that_no_row_fills_is_left_out() {
        let fields = [
            Field::<u64>::figure("a", "a", |row| Cell::Count(*row)),
            Field::figure("b", "b", |_| Cell::Missing(Missing::DoesNotApply)),
        ];
        let table = Table::of(&fields, &[7]).without_empty_columns();
        assert_eq!(table.text(plain(80)), "  a\n  7\n");
    }
}
