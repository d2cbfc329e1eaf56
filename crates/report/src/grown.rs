//! A case in steps, during which its store grew: the first tenth of its steps beside the last.

use measure::record::{GrowthPoint, RunRecord};

/// So much of a run's steps counts as its beginning, and as much as its end.
const END_SHARE: usize = 10;

/// The beginning and the end of a case that has several steps; neither is empty.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Grown<'record> {
    /// The case.
    pub record: &'record RunRecord,
    pub(crate) first: &'record [GrowthPoint],
    pub(crate) last: &'record [GrowthPoint],
}

impl<'record> Grown<'record> {
    /// `None` of a case without steps, or with a single one.
    pub(crate) fn of(record: &'record RunRecord) -> Option<Self> {
        let steps = record.growth.as_deref().filter(|steps| steps.len() > 1)?;
        let count = steps.len().div_ceil(END_SHARE);
        Some(Self { record, first: &steps[..count], last: &steps[steps.len() - count..] })
    }

    /// The database's size in bytes where it begins and where it ends.
    pub(crate) fn database_bytes(&self) -> [u64; 2] {
        [self.first[0].database_bytes, self.last[self.last.len() - 1].database_bytes]
    }

    /// A time in ns at both ends, each that of the step in the middle.
    pub(crate) fn medians_ns(&self, of: fn(&GrowthPoint) -> Option<u64>) -> Option<[u64; 2]> {
        self.both(|steps| {
            let mut times: Vec<u64> = steps.iter().filter_map(of).collect();
            times.sort_unstable();
            times.get(times.len() / 2).copied()
        })
    }

    /// The longest time in ns at both ends.
    pub(crate) fn longest_ns(&self, of: fn(&GrowthPoint) -> Option<u64>) -> Option<[u64; 2]> {
        self.both(|steps| steps.iter().filter_map(of).max())
    }

    /// Operations per second at both ends, each the mean over its steps.
    pub(crate) fn per_second(&self) -> [f64; 2] {
        [self.first, self.last].map(|steps| {
            let all: f64 = steps.iter().map(|step| step.operations_per_second).sum();
            all / steps.len() as f64
        })
    }

    fn both(&self, of: impl Fn(&[GrowthPoint]) -> Option<u64>) -> Option<[u64; 2]> {
        Some([of(self.first)?, of(self.last)?])
    }
}
