//! A table as Markdown (GitHub's tables).

use super::cell::Cell;
use super::field::{Heading, Kind};
use super::grid::{Section, Table};

impl Table {
    /// Every column but bars; a section begins with a bold line; then the notes. Ends with a line feed. Empty without
    /// rows.
    #[must_use]
    pub fn markdown(&self) -> String {
        let (rows, notes) = (self.markdown_rows(), self.all_notes());
        if rows.is_empty() || notes.is_empty() {
            return rows;
        }
        format!("{rows}\n{}\n", escaped(&notes.join("; ")))
    }

    /// The same without the notes.
    #[must_use]
    pub fn markdown_rows(&self) -> String {
        if self.is_empty() {
            return String::new();
        }
        let Self { headings, sections, .. } = self.for_pages();
        let rule = |heading: &Heading| match heading.kind {
            Kind::Id | Kind::Text | Kind::Bar => "---".to_owned(),
            Kind::Figure => "---:".to_owned(),
        };
        let mut text = line(headings.iter().map(|heading| escaped(heading.text)));
        text += &line(headings.iter().map(rule));
        for Section { heading, rows } in &sections {
            if let Some(heading) = heading {
                let blanks = headings.iter().skip(1).map(|_| String::new());
                text += &line([format!("**{}**", escaped(heading))].into_iter().chain(blanks));
            }
            text.extend(rows.iter().map(|row| line(row.iter().map(cell))));
        }
        text
    }
}

fn line(cells: impl Iterator<Item = String>) -> String {
    format!("| {} |\n", cells.collect::<Vec<_>>().join(" | "))
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Id { id, mark } => {
            let mark = if mark.is_empty() { String::new() } else { format!(" {}", escaped(mark)) };
            format!("`{}`{mark}", one_line(&id.replace('|', "\\|")))
        }
        other => escaped(&other.in_words()),
    }
}

/// What would end a cell or a line, or begin emphasis.
fn escaped(text: &str) -> String {
    one_line(&text.replace('|', "\\|").replace('*', "\\*"))
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\r'], " ")
}

#[cfg(test)]
mod tests {
    use crate::table::{Cell, Field, Missing, Table};

    #[test]
    fn ids_are_code_and_nothing_ends_a_cell_early() {
        let fields = [
            Field::<&str>::ids("case", "case", |id| Cell::Id { id: (*id).to_owned(), mark: "*" }),
            Field::words("why", "why", |_| Cell::text("a|b\nc")),
            Field::figure("time_ns", "time", |_| Cell::Missing(Missing::TooFew)),
        ];
        let heading = Some("as it comes".to_owned());
        let table = Table::of(&fields, &[]);
        let rows = Table::of(&fields, &["x|y/1"]).rows().cloned().collect();
        let expected = "| case | why | time |\n| --- | --- | ---: |\n| **as it comes** |  |  |\n\
                        | `x\\|y/1` \\* | a\\|b c | - |\n\n-: too few values\n";
        assert_eq!(table.with_section(heading, rows).markdown(), expected);
    }
}
