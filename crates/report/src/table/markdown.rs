//! A table as Markdown (GitHub's tables).

use super::cell::Cell;
use super::field::{Kind, Rank};
use super::grid::Table;

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
        let shown: Vec<usize> = (0..self.headings.len())
            .filter(|column| self.headings[*column].kind != Kind::Bar)
            .filter(|column| self.headings[*column].rank != Rank::FileOnly)
            .collect();
        let rule = |column: &usize| match self.headings[*column].kind {
            Kind::Id | Kind::Text | Kind::Bar => "---".to_owned(),
            Kind::Figure => "---:".to_owned(),
        };
        let mut text = line(shown.iter().map(|column| escaped(self.headings[*column].text)));
        text += &line(shown.iter().map(rule));
        for section in &self.sections {
            if let Some(heading) = &section.heading {
                let blanks = shown.iter().skip(1).map(|_| String::new());
                text += &line([format!("**{}**", escaped(heading))].into_iter().chain(blanks));
            }
            for row in &section.rows {
                text += &line(shown.iter().map(|column| cell(&row[*column])));
            }
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
