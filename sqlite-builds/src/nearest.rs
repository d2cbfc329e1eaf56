//! Ordering names by how near they are to a mistyped one.

/// `names`, those first that need the fewest edits to become `expected`; equals keep their order.
pub(crate) fn nearest_first(
    expected: &str,
    names: impl Iterator<Item = &'static str>,
) -> Vec<&'static str> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_cached_key(|name| edits(expected, name));
    names
}

/// The Levenshtein distance: insertions, deletions and replacements of letters.
fn edits(from: &str, to: &str) -> usize {
    let to: Vec<char> = to.chars().collect();
    let mut row: Vec<usize> = (0..=to.len()).collect();
    for (above, letter) in from.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = above + 1;
        for (column, other) in to.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *other);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[to.len()]
}
