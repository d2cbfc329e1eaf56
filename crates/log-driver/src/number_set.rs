//! A set of messages' numbers: a bit for each.

use std::collections::BTreeMap;

/// A set of numbers that are dense from some first one on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NumberSet {
    /// By number / 64.
    words: BTreeMap<u64, u64>,
    count: u64,
}

impl NumberSet {
    /// Adds a number; `false` if it was there.
    pub(crate) fn insert(&mut self, number: u64) -> bool {
        let word = self.words.entry(number / 64).or_default();
        let bit = 1 << (number % 64);
        let is_new = *word & bit == 0;
        *word |= bit;
        self.count += u64::from(is_new);
        is_new
    }

    pub(crate) fn contains(&self, number: u64) -> bool {
        self.word(number / 64) & (1 << (number % 64)) != 0
    }

    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    pub(crate) fn first(&self) -> Option<u64> {
        let (high, word) = self.words.first_key_value()?;
        Some(high * 64 + u64::from(word.trailing_zeros()))
    }

    /// The numbers of both sets.
    pub(crate) fn with(&self, other: &Self) -> Self {
        let high = self.words.keys().chain(other.words.keys());
        high.map(|high| (*high, self.word(*high) | other.word(*high))).collect()
    }

    /// The numbers that another set does not have.
    pub(crate) fn without(&self, other: &Self) -> Self {
        self.words.iter().map(|(high, word)| (*high, word & !other.word(*high))).collect()
    }

    fn word(&self, high: u64) -> u64 {
        self.words.get(&high).copied().unwrap_or(0)
    }
}

impl FromIterator<(u64, u64)> for NumberSet {
    fn from_iter<Words: IntoIterator<Item = (u64, u64)>>(words: Words) -> Self {
        let words: BTreeMap<u64, u64> = words.into_iter().filter(|(_, word)| *word != 0).collect();
        let count = words.values().map(|word| u64::from(word.count_ones())).sum();
        Self { words, count }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_counts_once() {
        let mut set = NumberSet::default();
        let inserted = [0, 63, 64, 64, 1 << 40].map(|number| set.insert(number));
        assert_eq!(inserted, [true, true, true, false, true]);
        assert_eq!(set.len(), 4);
        assert!(set.contains(64) && !set.contains(65));
        let mut other = NumberSet::default();
        other.insert(63);
        let rest = set.without(&other);
        assert_eq!((rest.len(), rest.first(), rest.contains(63)), (3, Some(0), false));
        assert_eq!(rest.without(&rest).first(), None);
        assert_eq!(rest.with(&other), set);
    }
}
