//! The table as Markdown (GitHub's tables).

use super::column::{Align, Column, Columns};
use super::marks;
use crate::model::{QuestionModel, Row};

/// The mark behind an id, kept from being taken for emphasis.
const OTHER_MOOD: &str = " \\*";

/// The rows of a question as a Markdown table with every column; a group begins with a bold line. Ends
/// with a line feed.
#[must_use]
pub fn markdown(model: &QuestionModel) -> String {
    let columns = Columns::of(model).columns;
    let headings = columns.iter().map(|column| column.heading.to_owned());
    let rules = columns.iter().map(|column| match column.align {
        Align::Left => "---".to_owned(),
        Align::Right => "---:".to_owned(),
    });
    let mut table = line(headings) + &line(rules);
    for group in &model.groups {
        let heading = format!("**{}**", group.heading());
        let blanks = columns.iter().skip(1).map(|_| String::new());
        table += &line(std::iter::once(heading).chain(blanks));
        for row in &group.rows {
            table += &line(columns.iter().map(|column| cell(column, row)));
        }
    }
    table
}

/// What the marks in the table mean, as a paragraph; empty where it has none.
#[must_use]
pub fn legend(model: &QuestionModel) -> String {
    marks::other_mood_legend(model).map_or(String::new(), |legend| format!("\\{legend}.\n"))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let cells: Vec<String> = cells.map(|cell| cell.replace('|', "\\|")).collect();
    format!("| {} |\n", cells.join(" | "))
}

fn cell(column: &Column, row: &Row) -> String {
    let text = (column.cell)(row);
    if column.align == Align::Right {
        return text;
    }
    let twin = row.twin_of.as_ref().map_or(String::new(), |case| format!(" (A/A of `{case}`)"));
    let other_mood = row.other_mood_floor_ns.map_or(String::new(), |_| OTHER_MOOD.to_owned());
    format!("`{text}`{twin}{other_mood}")
}
