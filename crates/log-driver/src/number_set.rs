//! A set of messages' numbers: a bit for each.

/// A set of numbers that are dense from some first one on.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NumberSet {
    /// By number / 64.
    words: std::collections::BTreeMap<u64, u64>,
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
        self.words.get(&(number / 64)).is_some_and(|word| word & (1 << (number % 64)) != 0)
    }

    pub(crate) fn len(&self) -> u64 {
        self.count
    }

    /// The numbers that another set does not have.
    pub(crate) fn without<'set>(&'set self, other: &'set Self) -> impl Iterator<Item = u64> + 'set {
        let numbers = self.words.iter().flat_map(|(high, word)| {
            (0..64).filter(move |low| word & (1 << low) != 0).map(move |low| high * 64 + low)
        });
        numbers.filter(|number| !other.contains(*number))
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
        assert_eq!(set.without(&other).collect::<Vec<_>>(), [0, 64, 1 << 40]);
    }
}
