//! The table as Markdown (GitHub's tables).

use super::column::{Align, COLUMNS, Column};
use crate::model::{QuestionModel, Row};

/// The rows of a question as a Markdown table with every column; a group begins with a bold line. Ends
/// with a line feed.
#[must_use]
pub fn markdown(model: &QuestionModel) -> String {
    let headings = COLUMNS.iter().map(|column| column.heading.to_owned());
    let rules = COLUMNS.iter().map(|column| match column.align {
        Align::Left => "---".to_owned(),
        Align::Right => "---:".to_owned(),
    });
    let mut table = line(headings) + &line(rules);
    for group in &model.groups {
        let heading = format!("**{}**", group.heading());
        let blanks = COLUMNS.iter().skip(1).map(|_| String::new());
        table += &line(std::iter::once(heading).chain(blanks));
        for row in &group.rows {
            table += &line(COLUMNS.iter().map(|column| cell(column, row)));
        }
    }
    table
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn cell(column: &Column, row: &Row) -> String {
    let text = (column.cell)(row);
    match (column.align, &row.twin_of) {
        (Align::Right, _) => text,
        (Align::Left, None) => format!("`{text}`"),
        (Align::Left, Some(case)) => format!("`{text}` (A/A of `{case}`)"),
    }
}
