//! Rows: as many as a text has lines for, the most important ones, and how often each stands there.

use std::cmp::Ordering;

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

/// The rows that come first in an order of importance, at most so many, in the order in which they were given; of equally
/// important ones those given first.
pub(crate) fn most_important<T>(
    rows: impl IntoIterator<Item = T>,
    rows_max: usize,
    order: impl Fn(&T, &T) -> Ordering,
) -> Vec<T> {
    let mut ranked: Vec<(usize, T)> = rows.into_iter().enumerate().collect();
    ranked.sort_by(|(_, one), (_, other)| order(one, other));
    ranked.truncate(rows_max);
    ranked.sort_by_key(|(place, _)| *place);
    ranked.into_iter().map(|(_, row)| row).collect()
}

/// `3 of 7 points, the rest in the files`; empty where all are shown.
pub(crate) fn rest(shown: usize, all: usize, what: &str) -> String {
    if shown < all { format!("{shown} of {all} {what}") } else { String::new() }
}

/// The values in the order of their first occurrence, and how often each occurs.
#[must_use]
pub fn counted<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<(T, usize)> {
    let mut counted: Vec<(T, usize)> = Vec::new();
    for value in values {
        match counted.iter_mut().find(|(known, _)| *known == value) {
            Some((_, times)) => *times += 1,
            None => counted.push((value, 1)),
        }
    }
    counted
}

/// The values in the order of their first occurrence, each once.
#[must_use]
pub fn distinct<T: PartialEq>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    counted(values).into_iter().map(|(value, _)| value).collect()
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
