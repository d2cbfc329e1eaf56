//! How far the packets are, as another thread may know it.

use std::sync::atomic::{AtomicU64, Ordering};

/// How far the packets are, as another thread may know it: what is acked must be found, and what was never
/// made must not.
#[derive(Debug)]
pub struct Progress {
    made: AtomicU64,
    acked: AtomicU64,
}

impl Progress {
    /// So many records were made, and all of them are acked.
    pub fn of_acked(records: u64) -> Self {
        Self { made: AtomicU64::new(records), acked: AtomicU64::new(records) }
    }

    /// Notes records that may be handed in from now on.
    pub fn made(&self, records: u64) {
        self.made.fetch_add(records, Ordering::Release);
    }

    /// Notes records that are acked.
    pub fn acked(&self, records: u64) {
        self.acked.fetch_add(records, Ordering::Release);
    }

    /// Records that had been made by now.
    pub fn records_made(&self) -> u64 {
        self.made.load(Ordering::Acquire)
    }

    /// Records that are acked by now.
    pub fn records_acked(&self) -> u64 {
        self.acked.load(Ordering::Acquire)
    }
}
