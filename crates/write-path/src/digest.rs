//! A digest of a set of records that does not depend on their order.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::error::Result;
use crate::operation::Operation;
use crate::record::Record;

/// The count of records and a sum over their hashes.
///
/// Equal sets have equal digests in whatever order they were read. A lost, doubled or altered
/// record changes the count or the sums, which are over each record's SipHash and over its square: no
/// accident brings another set to the same two.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Digest {
    records: u64,
    sums: [u64; 2],
}

impl Digest {
    /// How many records are in the set.
    pub fn records(&self) -> u64 {
        self.records
    }

    /// Adds one record to the set.
    pub fn add(&mut self, record: &Record) {
        self.records += 1;
        for (sum, power) in self.sums.iter_mut().zip(powers(record)) {
            *sum = sum.wrapping_add(power);
        }
    }

    /// Takes one record out of the set, which must hold it.
    pub fn remove(&mut self, record: &Record) {
        self.records -= 1;
        for (sum, power) in self.sums.iter_mut().zip(powers(record)) {
            *sum = sum.wrapping_sub(power);
        }
    }

    /// Digests what is kept of a store of operations, each of which `replay` shows in their order.
    pub(crate) fn of_operations(
        mut replay: impl FnMut(&mut dyn FnMut(Operation)) -> Result<()>,
    ) -> Result<Self> {
        let (mut kept, mut deleted) = (Self::default(), HashSet::new());
        replay(&mut |operation| match operation {
            Operation::Insert(record) => kept.add(&record),
            Operation::Delete(key) => {
                deleted.insert(key);
            }
        })?;
        if !deleted.is_empty() {
            // Records come before their deletions, so those that were deleted are known only now.
            replay(&mut |operation| match operation {
                Operation::Insert(record) if deleted.contains(&record.key()) => {
                    kept.remove(&record);
                }
                Operation::Insert(_) | Operation::Delete(_) => {}
            })?;
        }
        Ok(kept)
    }

    /// Adds every record of another set.
    pub fn merge(&mut self, other: &Self) {
        self.records += other.records;
        for (sum, other_sum) in self.sums.iter_mut().zip(other.sums) {
            *sum = sum.wrapping_add(other_sum);
        }
    }
}

/// The record's hash and its square.
fn powers(record: &Record) -> [u64; 2] {
    let mut hasher = DefaultHasher::new();
    record.hash(&mut hasher);
    let hash = hasher.finish();
    [hash, hash.wrapping_mul(hash)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::Vote;

    fn vote(user: u64) -> Record {
        Record::Vote(Vote { article: 7, user })
    }

    fn digest_of(users: &[u64]) -> Digest {
        let mut digest = Digest::default();
        users.iter().for_each(|&user| digest.add(&vote(user)));
        digest
    }

    #[test]
    fn order_does_not_matter() {
        assert_eq!(digest_of(&[1, 2, 3]), digest_of(&[3, 1, 2]));
    }

    #[test]
    fn a_lost_record_shows_even_when_another_stands_in_for_it() {
        assert_ne!(digest_of(&[1, 2, 3]), digest_of(&[1, 2]));
        assert_ne!(digest_of(&[1, 2, 3]), digest_of(&[1, 2, 2]));
        assert_eq!(digest_of(&[1, 2, 3]).records(), digest_of(&[1, 2, 2]).records());
    }

    #[test]
    fn removing_undoes_adding() {
        let mut digest = digest_of(&[1, 2, 3]);
        digest.remove(&vote(2));
        assert_eq!(digest, digest_of(&[1, 3]));
    }
}
