//! Ids that lose their middle.

/// Less of an id than this tells nothing.
pub(super) const ID_MIN: usize = 12;

/// What tells ids apart stands at both ends: the build, and the packet size.
pub(super) fn shortened(id: &str, columns: usize) -> String {
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

#[cfg(test)]
mod tests {
    use super::shortened;

    #[test]
    fn a_long_id_keeps_both_ends() {
        assert_eq!(shortened("wal-full/400", 12), "wal-full/400");
        assert_eq!(shortened("single-thread-events-unindexed/16", 14), "single..xed/16");
    }
}
