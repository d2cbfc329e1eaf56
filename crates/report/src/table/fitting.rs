//! How wide the columns of a text are, and which of them stay.

use super::cell::Cell;
use super::field::{Kind, Rank};
use super::grid::Table;
use super::shortened::{ID_MIN, shortened};

/// A text has so many columns at most: more are not read.
pub(super) const COLUMNS_MAX: usize = 12;

/// Rows stand in from the left by so much.
pub(super) const INDENT: usize = 2;

/// The gap between columns, and the one where room is short.
const GAPS: [usize; 2] = [2, 1];

/// Ids are whole, or shortened to this, before a column gives way for them.
const ID_FAIR: usize = 24;

/// A table whose columns fit.
pub(super) struct Fitting {
    pub(super) table: Table,
    /// In characters, column by column.
    pub(super) widths: Vec<usize>,
    pub(super) gap: usize,
    /// The headings of those that gave way.
    pub(super) left_out: Vec<String>,
}

impl Fitting {
    /// The table within `columns_max` characters, as far as its columns may give way.
    pub(super) fn of(table: &Table, columns_max: usize) -> Self {
        let mut table = table.for_people();
        let mut left_out = Vec::new();
        while table.headings.len() > COLUMNS_MAX && give_way(&mut table, &mut left_out) {}
        loop {
            let natural = natural_widths(&table);
            let fair = [(GAPS[0], usize::MAX), (GAPS[1], usize::MAX), (GAPS[1], ID_FAIR)];
            let fit = fair.into_iter().find_map(|(gap, ids_min)| {
                Some((gap, within(&table, &natural, columns_max, gap, ids_min)?))
            });
            if let Some((gap, widths)) = fit {
                return Self { table, widths, gap, left_out };
            }
            if !give_way(&mut table, &mut left_out) {
                let gap = GAPS[1];
                let widths = within(&table, &natural, columns_max, gap, ID_MIN);
                let widths = widths.unwrap_or_else(|| shortest(&table, &natural));
                return Self { table, widths, gap, left_out };
            }
        }
    }
}

/// Takes out the columns of the rank that matters least; `false` where all stay.
fn give_way(table: &mut Table, left_out: &mut Vec<String>) -> bool {
    let ranks = || table.headings.iter().map(|heading| heading.rank);
    let Some(least @ Rank::GivesWay(_)) = ranks().min() else { return false };
    let kept: Vec<bool> = ranks().map(|rank| rank != least).collect();
    let gone = table.headings.iter().filter(|heading| heading.rank == least);
    left_out.extend(gone.map(|heading| heading.text.to_owned()));
    table.keep(&kept);
    true
}

fn natural_widths(table: &Table) -> Vec<usize> {
    let width = |text: &str| text.chars().count();
    let of = |column: usize| {
        let cells = table.rows().map(|row| width(&row[column].in_words()));
        cells.chain([width(table.headings[column].text)]).max().unwrap_or_default()
    };
    (0..table.headings.len()).map(of).collect()
}

/// Widths that fit, where ids keep at least `ids_min` characters each.
fn within(
    table: &Table,
    natural: &[usize],
    columns_max: usize,
    gap: usize,
    ids_min: usize,
) -> Option<Vec<usize>> {
    let is_id = |column: usize| table.headings[column].kind == Kind::Id;
    let gaps = gap * natural.len().saturating_sub(1);
    let mut widths = natural.to_vec();
    let mut excess = (INDENT + gaps + natural.iter().sum::<usize>()).saturating_sub(columns_max);
    // The widest gives first, so that a narrow one keeps its width.
    while excess > 0 {
        let widest = (0..widths.len()).filter(|column| is_id(*column));
        let widest = widest.max_by_key(|column| widths[*column])?;
        if widths[widest] <= ids_min {
            return None;
        }
        widths[widest] -= 1;
        excess -= 1;
    }
    Some(widths)
}

fn shortest(table: &Table, natural: &[usize]) -> Vec<usize> {
    let width = |(column, width): (usize, &usize)| match table.headings[column].kind {
        Kind::Id => (*width).min(ID_MIN),
        _ => *width,
    };
    natural.iter().enumerate().map(width).collect()
}

/// A cell in as many characters: ids alone are shortened.
pub(super) fn cell_within(cell: &Cell, width: usize) -> String {
    let text = cell.in_words();
    match cell {
        Cell::Id { id, mark } if text.chars().count() > width => {
            let mark = if mark.is_empty() { String::new() } else { format!(" {mark}") };
            let room = width.saturating_sub(mark.chars().count());
            shortened(id, room) + &mark
        }
        _ => text,
    }
}
