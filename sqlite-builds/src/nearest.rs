//! Ordering names by how near they are to a mistyped one.

/// `names`, those first that need the fewest edits to become `expected`; equals keep their order.
pub(crate) fn nearest_first(
    expected: &str,
    names: impl Iterator<Item = &'static str>,
) -> Vec<&'static str> {
    let mut names: Vec<_> = names.collect();
    names.sort_by_cached_key(|name| strsim::levenshtein(expected, name));
    names
}
