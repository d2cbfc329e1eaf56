//! The time series of a run, slice by slice.

use std::path::Path;
use std::time::{Duration, Instant};

use measure::device::{DeviceMeter, UnwrittenBytes, WrittenBytes};
use measure::record::{QueueDepths, QueueSlice};
use measure::timeline::resident_bytes;

use crate::error;
use crate::plan::Plan;
use crate::shared::{Shared, Tally};
use crate::topology::MESSAGES;

/// Collects the slices.
pub(crate) struct Series {
    length: Duration,
    begun: Instant,
    slice_begun: Instant,
    meter: DeviceMeter,
    has_wal: bool,
    /// What had been counted, and what the device had written, when the slice began.
    before: (Tally, WrittenBytes),
    pub(crate) slices: Vec<QueueSlice>,
}

impl Series {
    pub(crate) fn begin(plan: &Plan, directory: &Path, begun: Instant) -> anyhow::Result<Self> {
        let looking = error::file("looking for the device of", directory);
        let meter = DeviceMeter::of(directory).map_err(looking)?;
        let before = (Tally::default(), meter.read());
        let (length, has_wal) = (plan.slice, plan.store.has_wal());
        Ok(Self { length, begun, slice_begun: begun, meter, has_wal, before, slices: Vec::new() })
    }

    pub(crate) fn is_slice_over(&self) -> bool {
        self.slice_begun.elapsed() >= self.length
    }

    /// Closes a slice, however long it has become.
    pub(crate) fn add(&mut self, shared: &Shared<'_>) -> &QueueSlice {
        let now = Instant::now();
        let tally = {
            let mut tally = shared.tally();
            let so_far = *tally;
            (tally.insert_ns_max, tally.delete_ns_max) = (0, 0);
            so_far
        };
        let written = self.meter.read();
        let (before, written_before) = std::mem::replace(&mut self.before, (tally, written));
        let depths = shared.to_database.depths();
        let unwritten = UnwrittenBytes::now();
        let of_wal = |now: u64, then: u64| self.has_wal.then(|| now - then);
        let (checkpointed, then) = (tally.checkpointed, before.checkpointed);
        let slice = QueueSlice {
            end_seconds: (now - self.begun).as_secs_f64(),
            seconds: (now - self.slice_begun).as_secs_f64(),
            counts: tally.counts.since(&before.counts),
            waiting_messages: tally.counts.inserted.saturating_sub(tally.counts.deleted),
            depths: QueueDepths {
                messages: depths[MESSAGES],
                acks: depths.get(MESSAGES + 1).copied(),
                deliveries: shared.to_sink.depths()[0],
            },
            resident_bytes: resident_bytes(),
            database_bytes: tally.sizes.database_bytes,
            journal_bytes: tally.sizes.journal_bytes,
            freelist_pages: tally.sizes.freelist_pages,
            insert_ns_max: tally.insert_ns_max,
            delete_ns_max: tally.delete_ns_max,
            commit_ns: Some(tally.commit_ns - before.commit_ns),
            checkpoint_ns: of_wal(checkpointed.nanoseconds, then.nanoseconds),
            checkpointed_frames: of_wal(checkpointed.frames, then.frames),
            device_bytes_written: written.since(&written_before).device_bytes_written,
            dirty_bytes: unwritten.map(|bytes| bytes.dirty),
            writeback_bytes: unwritten.map(|bytes| bytes.writeback),
        };
        self.slice_begun = now;
        self.slices.push(slice);
        self.slices.last().expect("one was just added")
    }
}
