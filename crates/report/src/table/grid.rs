//! Rows of cells under headings, as text or as Markdown. The first two columns are ids of cases.

use super::column::Align;

/// The gap between columns of text.
const GAP: usize = 2;

/// Rows of text stand in from the left by so much.
const INDENT: usize = 2;

/// Less of two ids than this tells nothing.
const IDS_MIN: usize = 24;

/// A heading, and where the cells below it stand.
pub(crate) type Heading = (&'static str, Align);

/// Aligned text, a line for the headings and one for each row. Where the lines would be wider than `columns_max`, the
/// ids lose their middle: they stand whole in the files.
pub(crate) fn text<const COLUMNS: usize>(
    headings: &[Heading; COLUMNS],
    mut rows: Vec<[String; COLUMNS]>,
    columns_max: usize,
) -> String {
    shorten_ids(headings, &mut rows, columns_max);
    let widths = widths(headings, &rows);
    let line = |cells: [&str; COLUMNS]| {
        let cells =
            cells.iter().zip(headings).zip(widths).map(|((cell, (_, align)), width)| match align {
                Align::Left => format!("{cell:<width$}"),
                Align::Right => format!("{cell:>width$}"),
            });
        let line = cells.collect::<Vec<_>>().join(&" ".repeat(GAP));
        format!("{}{}\n", " ".repeat(INDENT), line.trim_end())
    };
    let body = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    line(headings.map(|(heading, _)| heading)) + &body.collect::<String>()
}

fn widths<const COLUMNS: usize>(
    headings: &[Heading; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> [usize; COLUMNS] {
    std::array::from_fn(|column| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].0.chars().count()]).max().unwrap_or_default()
    })
}

fn shorten_ids<const COLUMNS: usize>(
    headings: &[Heading; COLUMNS],
    rows: &mut [[String; COLUMNS]],
    columns_max: usize,
) {
    let widths = widths(headings, rows);
    let [one, other, others @ ..] = widths.as_slice() else { return };
    let taken = INDENT + others.iter().sum::<usize>() + GAP * COLUMNS.saturating_sub(1);
    let room = columns_max.saturating_sub(taken).max(IDS_MIN);
    if one + other <= room {
        return;
    }
    // The narrower column keeps its width where that is less than its half.
    let of_one = (room / 2).max(room.saturating_sub(*other)).min(*one);
    for row in rows {
        if let [one, other, ..] = row.as_mut_slice() {
            *one = shortened(one, of_one);
            *other = shortened(other, room - of_one);
        }
    }
}

/// What tells ids apart stands at both ends: the build, and the packet size.
fn shortened(id: &str, columns: usize) -> String {
    let letters: Vec<char> = id.chars().collect();
    if letters.len() <= columns {
        return id.to_owned();
    }
    let kept = columns.saturating_sub(2);
    let end = kept / 2;
    let begin: String = letters[..kept - end].iter().collect();
    let end: String = letters[letters.len() - end..].iter().collect();
    format!("{begin}..{end}")
}

/// The same as a Markdown table (GitHub's).
pub(crate) fn markdown<const COLUMNS: usize>(
    headings: &[Heading; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> String {
    let line = |cells: [&str; COLUMNS]| {
        let cells = cells.map(|cell| cell.replace('|', "\\|"));
        format!("| {} |\n", cells.join(" | "))
    };
    let rules = headings.map(|(_, align)| match align {
        Align::Left => "---",
        Align::Right => "---:",
    });
    let body = rows.iter().map(|row| line(row.each_ref().map(String::as_str)));
    line(headings.map(|(heading, _)| heading)) + &line(rules) + &body.collect::<String>()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_id_keeps_both_ends() {
        assert_eq!(shortened("wal-full/400", 12), "wal-full/400");
        assert_eq!(shortened("single-thread-events-unindexed/16", 14), "single..xed/16");
    }

    #[test]
    fn ids_alone_give_way_to_a_narrow_terminal() {
        let headings = [("case", Align::Left), ("baseline", Align::Left), ("factor", Align::Right)];
        let row = || ["a-rather-long-case/400", "short/400", "1.046"].map(str::to_owned);
        let line =
            |columns| text(&headings, vec![row()], columns).lines().last().unwrap().to_owned();
        assert_eq!(line(80), "  a-rather-long-case/400  short/400   1.046");
        assert_eq!(line(38), "  a-rather..ase/400  short/400   1.046");
        assert_eq!(line(10), "  a-rathe..se/400  short/400   1.046");
    }
}
