//! The table as plain text for a terminal.

use super::column::{Align, Column, Columns, Room};
use super::marks;
use crate::model::{Conclusion, FloorShare, QuestionModel, Row};
use crate::terminal::Terminal;
use crate::wrap;

/// The gap between columns, and the one where room is short.
const GAPS: [usize; 2] = [2, 1];

/// Rows stand under their group's heading.
const INDENT: &str = "  ";

/// The columns that are shown, and how they are laid out.
struct Layout {
    columns: Vec<Shown>,
    gap: usize,
    left_out: Vec<&'static str>,
}

/// A column with its width in characters.
struct Shown {
    column: &'static Column,
    width: usize,
}

/// The rows of a question as text, group by group, and a legend. Columns that the terminal has no room
/// for are left out, the least important ones first, and named in the legend. Ends with a line feed.
#[must_use]
pub fn text(model: &QuestionModel, terminal: Terminal) -> String {
    let layout = Layout::fitting(model, terminal.columns);
    let headings = |shown: &Shown| shown.column.heading.to_owned();
    let mut text = layout.line(headings);
    for group in &model.groups {
        text += &(terminal.heading(group.heading()) + "\n");
        for row in &group.rows {
            text += &layout.line(|shown| cell(shown.column, row));
        }
    }
    text + &wrap::hanging("", &legend(model, &layout), terminal.columns)
}

impl Layout {
    fn fitting(model: &QuestionModel, columns_max: usize) -> Self {
        let columns = Columns::of(model).columns.iter();
        let mut shown: Vec<Shown> =
            columns.map(|column| Shown { column, width: width(column, model) }).collect();
        let mut left_out = Vec::new();
        loop {
            let cells: usize = shown.iter().map(|shown| shown.width).sum();
            let gaps = shown.len() - 1;
            let fits = |gap: &usize| INDENT.len() + cells + gaps * gap <= columns_max;
            let gap = GAPS.into_iter().find(fits);
            let next = shown.iter().map(|shown| shown.column.room).min();
            match (gap, next) {
                (None, Some(room @ Room::Dispensable(_))) => {
                    left_out.extend(
                        shown
                            .extract_if(.., |shown| shown.column.room == room)
                            .map(|shown| shown.column.heading),
                    );
                }
                (gap, _) => return Self { columns: shown, gap: gap.unwrap_or(GAPS[1]), left_out },
            }
        }
    }

    fn line(&self, cell: impl Fn(&Shown) -> String) -> String {
        let cells = self.columns.iter().map(|shown| {
            let (cell, width) = (cell(shown), shown.width);
            match shown.column.align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            }
        });
        let line = cells.collect::<Vec<_>>().join(&" ".repeat(self.gap));
        format!("{INDENT}{}\n", line.trim_end())
    }
}

fn width(column: &Column, model: &QuestionModel) -> usize {
    let cells = model.rows().map(|row| cell(column, row).chars().count());
    cells.chain([column.heading.chars().count()]).max().unwrap_or(0)
}

fn cell(column: &Column, row: &Row) -> String {
    let text = (column.cell)(row);
    if column.align == Align::Right {
        return text;
    }
    let twin = row.twin_of.as_ref().map(|_| marks::TWIN);
    let other_mood = row.other_mood_floor_ns.map(|_| marks::OTHER_MOOD);
    [Some(text.as_str()), twin, other_mood].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn legend(model: &QuestionModel, layout: &Layout) -> String {
    let mut legend = Columns::of(model).legend.to_owned();
    if model.rows().any(|row| row.twin_of.is_some()) {
        legend += "; = A/A twin";
    }
    let is_by_twins = matches!(model.conclusion, Conclusion::ByTwins { .. });
    let is_uncompared = |row: &Row| matches!(row.floor_share, FloorShare::TooFewPieces { .. });
    if is_by_twins && model.rows().any(is_uncompared) {
        legend += "; n of m: pieces with a steady floor, too few";
    }
    if let Some(other_mood) = marks::other_mood_legend(model) {
        legend += &format!("; {other_mood}");
    }
    if !layout.left_out.is_empty() {
        legend += &format!("; no room for {}", layout.left_out.join(", "));
    }
    legend
}
