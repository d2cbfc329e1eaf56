//! What happened when: one slot for every 100 ms of a case.

use std::time::{Duration, Instant};

use procfs::process::Process;
use serde::{Deserialize, Serialize};

/// How long one slot of a timeline is.
pub const SLOT: Duration = Duration::from_millis(100);

/// Sizes at one moment; a size that does not apply to an engine is null.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StorageSizes {
    /// The database file, or all of a log's segments, in bytes.
    pub database_bytes: Option<u64>,
    /// The WAL file in bytes.
    pub wal_bytes: Option<u64>,
    /// Pages on the freelist.
    pub freelist_pages: Option<u64>,
    /// Resident memory of the process in bytes; see [`resident_bytes`].
    pub resident_bytes: Option<u64>,
    /// Bytes that the block device has written since the case began.
    pub device_bytes: Option<u64>,
}

/// What happened in one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slot {
    /// Packets acknowledged in this slot.
    pub acks: u64,
    /// Operations acknowledged in this slot.
    pub operations: u64,
    /// The longest ack latency among them in ns; 0 when there was no ack. A stall shows in the slot
    /// in which it ended, after empty ones.
    pub longest_ack_ns: u64,
    /// Time spent on work after acks (a checkpoint, a deferred persist) that ended in this slot, in
    /// ns.
    pub deferred_ns: u64,
    /// The last sizes known at the slot's end; null before the first sample.
    pub sizes: Option<StorageSizes>,
}

/// The slots of one case from its first to its last event, [`SLOT`] each.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRecord {
    /// A slot's length in ms.
    pub slot_ms: u64,
    /// The slots in order; one in which nothing happened is there too.
    pub slots: Vec<Slot>,
}

/// Collects a timeline while a case runs. An ack costs a comparison and three additions.
#[derive(Clone, Debug)]
pub struct Timeline {
    slot_end: Instant,
    current: Slot,
    slots: Vec<Slot>,
}

impl Timeline {
    /// A timeline whose first slot begins now.
    #[must_use]
    pub fn starting(now: Instant) -> Self {
        Self { slot_end: now + SLOT, current: Slot::default(), slots: Vec::new() }
    }

    /// Notes an ack of `operations` at `now`. A moment before the current slot counts to the
    /// current slot, so that several threads' acks may come in any order.
    pub fn ack(&mut self, now: Instant, latency_ns: u64, operations: u64) {
        self.advance(now);
        self.current.acks += 1;
        self.current.operations += operations;
        self.current.longest_ack_ns = self.current.longest_ack_ns.max(latency_ns);
    }

    /// Notes work after an ack that took `deferred_ns` and ended at `now`.
    pub fn deferred(&mut self, now: Instant, deferred_ns: u64) {
        self.advance(now);
        self.current.deferred_ns += deferred_ns;
    }

    /// Notes sizes at `now`.
    pub fn sample(&mut self, now: Instant, sizes: StorageSizes) {
        self.advance(now);
        self.current.sizes = Some(sizes);
    }

    /// The timeline up to now; the last slot may be shorter than the others.
    #[must_use]
    pub fn finish(mut self) -> TimelineRecord {
        self.slots.push(self.current);
        TimelineRecord { slot_ms: SLOT.as_millis() as u64, slots: self.slots }
    }

    fn advance(&mut self, now: Instant) {
        while now >= self.slot_end {
            let next = Slot { sizes: self.current.sizes, ..Slot::default() };
            self.slots.push(std::mem::replace(&mut self.current, next));
            self.slot_end += SLOT;
        }
    }
}

/// The resident memory of this process in bytes; `None` where procfs does not tell.
#[must_use]
pub fn resident_bytes() -> Option<u64> {
    let pages = Process::myself().and_then(|process| process.statm()).ok()?.resident;
    Some(pages * procfs::page_size())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn events_fall_into_their_slots_and_a_stall_leaves_empty_ones() {
        let start = Instant::now();
        let after = |milliseconds| start + Duration::from_millis(milliseconds);
        let sizes = StorageSizes { wal_bytes: Some(7), ..StorageSizes::default() };
        let mut timeline = Timeline::starting(start);
        timeline.ack(after(0), 5, 400);
        timeline.ack(after(99), 3, 400);
        timeline.sample(after(100), sizes);
        timeline.ack(after(350), 250_000_000, 1);
        timeline.deferred(after(360), 9_000_000);
        let record = timeline.finish();
        let first = Slot { acks: 2, operations: 800, longest_ack_ns: 5, ..Slot::default() };
        let empty = Slot { sizes: Some(sizes), ..Slot::default() };
        let stalled = Slot {
            acks: 1,
            operations: 1,
            longest_ack_ns: 250_000_000,
            deferred_ns: 9_000_000,
            ..empty
        };
        assert_eq!(record.slot_ms, 100);
        assert_eq!(record.slots, [first, empty, empty, stalled]);
    }

    #[test]
    fn this_process_has_resident_memory() {
        assert!(resident_bytes().unwrap() > 100_000);
    }

    proptest! {
        #[test]
        fn no_ack_is_lost(acks in prop::collection::vec((0..3_000_u64, 0..1_000_u64), 0..100)) {
            let start = Instant::now();
            let mut timeline = Timeline::starting(start);
            for (milliseconds, operations) in &acks {
                timeline.ack(start + Duration::from_millis(*milliseconds), 1, *operations);
            }
            let slots = timeline.finish().slots;
            let last = acks.iter().map(|ack| ack.0).max().unwrap_or(0);
            prop_assert_eq!(slots.len() as u64, last / 100 + 1);
            prop_assert_eq!(slots.iter().map(|slot| slot.acks).sum::<u64>(), acks.len() as u64);
            let operations: u64 = acks.iter().map(|ack| ack.1).sum();
            prop_assert_eq!(slots.iter().map(|slot| slot.operations).sum::<u64>(), operations);
        }
    }
}
