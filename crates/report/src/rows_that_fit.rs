//! As many rows as a text has lines for.

/// More rows than any table has.
const ALL: usize = 10_000;

/// The text with the most rows in its tables that still has at most `lines_max` lines; where none has, that with the
/// fewest. `text` makes it with tables of at most so many rows each.
pub(crate) fn rows_that_fit(lines_max: usize, text: impl Fn(usize) -> String) -> String {
    let fits = |text: &String| text.lines().count() <= lines_max;
    let whole = text(ALL);
    if fits(&whole) {
        return whole;
    }
    // More rows never make fewer lines, and no text of so many lines has a table of more rows.
    let (mut best, mut at_least, mut below) = (text(1), 1, lines_max + 1);
    while below - at_least > 1 {
        let middle = at_least.midpoint(below);
        let tried = text(middle);
        if fits(&tried) {
            (best, at_least) = (tried, middle);
        } else {
            below = middle;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::rows_that_fit;

    #[test]
    fn rows_are_as_many_as_lines_allow() {
        let text = |fixed: usize, rows: usize| {
            move |rows_max: usize| "line\n".repeat(fixed + rows.min(rows_max))
        };
        let lines = |fixed, rows| rows_that_fit(60, text(fixed, rows)).lines().count();
        assert_eq!([lines(10, 20), lines(10, 500), lines(59, 500)], [30, 60, 60]);
        assert_eq!(lines(70, 500), 71);
    }
}
