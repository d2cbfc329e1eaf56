//! A table as plain text for a terminal: which columns stay, how wide they are, and their lines.

use super::cell::Cell;
use super::field::{Heading, Kind, Rank};
use super::grid::Table;
use crate::terminal::Terminal;
use crate::wrap;

/// A text has so many columns at most: more are not read.
pub(super) const COLUMNS_MAX: usize = 12;

/// Rows stand in from the left by so much.
pub(super) const INDENT: usize = 2;

/// Ids are whole, or shortened to this, before a column gives way for them.
const ID_FAIR: usize = 24;

/// Less of an id than this tells nothing.
const ID_MIN: usize = 12;

/// The gaps between columns, each with what ids keep: whole with room, whole without, shortened.
const TRIES: [(usize, usize); 3] = [(2, usize::MAX), (1, usize::MAX), (1, ID_FAIR)];

impl Table {
    /// Aligned text: the headings, the rows section by section, and the notes. Columns for which there is no room are
    /// left out, the least important ones first, and named in a note; ids lose their middle. Every line ends with a line
    /// feed. Empty without rows.
    #[must_use]
    pub fn text(&self, terminal: Terminal) -> String {
        if self.is_empty() {
            return String::new();
        }
        let mut table = self.for_people();
        let mut left_out = Vec::new();
        while table.headings.len() > COLUMNS_MAX && give_way(&mut table, &mut left_out) {}
        let (gap, widths) = loop {
            let within = |(gap, ids_min): (usize, usize)| {
                let (widths, fit) = widths(&table, terminal.columns, gap, ids_min);
                fit.then_some((gap, widths))
            };
            if let Some(fitting) = TRIES.into_iter().find_map(within) {
                break fitting;
            }
            if !give_way(&mut table, &mut left_out) {
                break (1, widths(&table, terminal.columns, 1, ID_MIN).0);
            }
        };
        let line = |cell: &dyn Fn(usize) -> String| {
            let kinds = table.headings.iter().map(|heading| heading.kind);
            let cells = kinds.zip(&widths).enumerate();
            let cells = cells.map(|(column, (kind, width))| (cell(column), *width, kind));
            aligned(cells, gap) + "\n"
        };
        let mut text = line(&|column| table.headings[column].text.to_owned());
        for section in &table.sections {
            if let Some(heading) = &section.heading {
                text += &(terminal.heading(heading) + "\n");
            }
            for row in &section.rows {
                text += &line(&|column| cell_within(&row[column], widths[column]));
            }
        }
        let mut notes = table.all_notes();
        if !left_out.is_empty() {
            notes.push(format!("no room for {}", left_out.join(", ")));
        }
        if notes.is_empty() {
            return text;
        }
        text + &wrap::hanging("", &notes.join("; "), terminal.columns)
    }
}

/// The rank of the columns that matter least; `None` where all stay.
pub(super) fn least<'all>(headings: impl Iterator<Item = &'all Heading>) -> Option<Rank> {
    headings.map(|heading| heading.rank).min().filter(|rank| *rank < Rank::Stays)
}

/// Takes out the columns that matter least; `false` where all stay.
fn give_way(table: &mut Table, left_out: &mut Vec<String>) -> bool {
    let Some(least) = least(table.headings.iter()) else { return false };
    let gone = table.headings.iter().filter(|heading| heading.rank == least);
    left_out.extend(gone.map(|heading| heading.text.to_owned()));
    table.keep(|_, heading| heading.rank != least);
    true
}

/// The widths of the columns where ids keep at least `ids_min` characters each, and whether they fit.
fn widths(table: &Table, columns_max: usize, gap: usize, ids_min: usize) -> (Vec<usize>, bool) {
    let width = |text: &str| text.chars().count();
    let natural = |(column, heading): (usize, &Heading)| {
        let cells = table.rows().map(|row| width(&row[column].in_words()));
        cells.chain([width(heading.text)]).max().unwrap_or_default()
    };
    let mut widths: Vec<usize> = table.headings.iter().enumerate().map(natural).collect();
    let all = INDENT + gap * widths.len().saturating_sub(1) + widths.iter().sum::<usize>();
    for _ in columns_max..all {
        // The widest gives first, so that a narrow one keeps its width.
        let ids = widths.iter_mut().zip(&table.headings);
        let ids = ids.filter(|(_, heading)| heading.kind == Kind::Id).map(|(width, _)| width);
        match ids.max() {
            Some(widest) if *widest > ids_min => *widest -= 1,
            _ => return (widths, false),
        }
    }
    (widths, true)
}

/// A cell in as many characters: ids alone are shortened.
fn cell_within(cell: &Cell, width: usize) -> String {
    let text = cell.in_words();
    match cell {
        Cell::Id { id, mark } if text.chars().count() > width => {
            let mark = if mark.is_empty() { String::new() } else { format!(" {mark}") };
            let room = width.saturating_sub(mark.chars().count());
            shortened(id, room, "..") + &mark
        }
        _ => text,
    }
}

/// A text that fits, without its middle, where `gap` stands: what tells ids apart stands at both ends, the build and the
/// packet size.
#[must_use]
pub fn shortened(text: &str, columns: usize, gap: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.len() <= columns {
        return text.to_owned();
    }
    let kept = columns.saturating_sub(gap.chars().count());
    let end = kept / 2;
    let begin: String = letters[..kept - end].iter().collect();
    let end: String = letters[letters.len() - end..].iter().collect();
    format!("{begin}{gap}{end}")
}

/// Cells of these widths in a line, without a line feed: words and bars stand to the left, figures to the right.
pub(super) fn aligned(cells: impl Iterator<Item = (String, usize, Kind)>, gap: usize) -> String {
    let cells = cells.map(|(cell, width, kind)| match kind {
        Kind::Id | Kind::Text | Kind::Bar => format!("{cell:<width$}"),
        Kind::Figure => format!("{cell:>width$}"),
    });
    let line = cells.collect::<Vec<_>>().join(&" ".repeat(gap));
    format!("{}{}", " ".repeat(INDENT), line.trim_end())
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
    fn a_long_id_keeps_both_ends() {
        let short = |id, columns| shortened(id, columns, "..");
        assert_eq!(short("wal-full/400", 12), "wal-full/400");
        assert_eq!(short("single-thread-events-unindexed/16", 14), "single..xed/16");
        assert_eq!(shortened("wal-normal-fdatasync/400", 11, "…"), "wal-n…c/400");
        assert_eq!(shortened("ééééééé", 5, "…").chars().count(), 5);
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
