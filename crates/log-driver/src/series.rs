//! The time series of a run, slice by slice.

use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use measure::device::{DeviceMeter, UnwrittenBytes, WrittenBytes};
use measure::timeline::resident_bytes;

use crate::error::DriverError;
use crate::plan::Plan;
use crate::shared::{Counters, Shared};
use crate::slice::{Counts, Depths, Slice};
use crate::topology::MESSAGES;

/// Collects the slices.
pub(crate) struct Series {
    length: Duration,
    begun: Instant,
    slice_begun: Instant,
    meter: DeviceMeter,
    has_wal: bool,
    before: Totals,
    pub(crate) slices: Vec<Slice>,
}

/// What has been counted since the beginning.
#[derive(Clone, Copy, Default)]
struct Totals {
    counts: Counts,
    commit_ns: u64,
    checkpoint_ns: u64,
    checkpointed_frames: u64,
    written: WrittenBytes,
}

impl Series {
    pub(crate) fn begin(
        plan: &Plan,
        directory: &Path,
        begun: Instant,
    ) -> Result<Self, DriverError> {
        let meter = DeviceMeter::of(directory).map_err(|source| DriverError::Io {
            doing: "looking for the device of",
            path: directory.to_owned(),
            source,
        })?;
        let before = Totals { written: meter.read(), ..Totals::default() };
        let (length, has_wal) = (plan.slice, plan.store.has_wal());
        Ok(Self { length, begun, slice_begun: begun, meter, has_wal, before, slices: Vec::new() })
    }

    pub(crate) fn is_slice_over(&self) -> bool {
        self.slice_begun.elapsed() >= self.length
    }

    /// Closes a slice, however long it has become.
    pub(crate) fn add(&mut self, shared: &Shared<'_>) -> &Slice {
        let now = Instant::now();
        let counters = &shared.counters;
        let (before, totals) = (self.before, Totals::now(counters, &self.meter));
        let counts = totals.counts;
        let depths = shared.to_database.depths();
        let sizes = shared.noted_sizes();
        let unwritten = UnwrittenBytes::now();
        let of_wal = |now: u64, then: u64| self.has_wal.then(|| now - then);
        let slice = Slice {
            end_seconds: (now - self.begun).as_secs_f64(),
            seconds: (now - self.slice_begun).as_secs_f64(),
            counts: counts.since(&before.counts),
            waiting_messages: counts.inserted.saturating_sub(counts.deleted),
            depths: Depths {
                messages: depths[MESSAGES],
                acks: depths.get(MESSAGES + 1).copied(),
                deliveries: shared.to_sink.depths()[0],
            },
            resident_bytes: resident_bytes(),
            database_bytes: sizes.database_bytes,
            journal_bytes: sizes.journal_bytes,
            freelist_pages: sizes.freelist_pages,
            insert_ns_max: counters.insert_ns_max.swap(0, Ordering::Relaxed),
            delete_ns_max: counters.delete_ns_max.swap(0, Ordering::Relaxed),
            commit_ns: Some(totals.commit_ns - before.commit_ns),
            checkpoint_ns: of_wal(totals.checkpoint_ns, before.checkpoint_ns),
            checkpointed_frames: of_wal(totals.checkpointed_frames, before.checkpointed_frames),
            device_bytes_written: totals.written.since(&before.written).device_bytes_written,
            dirty_bytes: unwritten.map(|bytes| bytes.dirty),
            writeback_bytes: unwritten.map(|bytes| bytes.writeback),
        };
        self.before = totals;
        self.slice_begun = now;
        self.slices.push(slice);
        self.slices.last().expect("one was just added")
    }
}

impl Totals {
    fn now(counters: &Counters, meter: &DeviceMeter) -> Self {
        Self {
            counts: counts_of(counters),
            commit_ns: read(&counters.commit_ns),
            checkpoint_ns: read(&counters.checkpoint_ns),
            checkpointed_frames: read(&counters.checkpointed_frames),
            written: meter.read(),
        }
    }
}

/// What has been counted since the beginning.
pub(crate) fn counts_of(counters: &Counters) -> Counts {
    Counts {
        handed_in: read(&counters.handed_in),
        turned_away: read(&counters.turned_away),
        inserted: read(&counters.inserted),
        deleted: read(&counters.deleted),
        redelivered: read(&counters.redelivered),
        delivered: read(&counters.delivered),
        refused: read(&counters.refused),
        given_up: read(&counters.given_up),
    }
}

fn read(counter: &AtomicU64) -> u64 {
    counter.load(Ordering::Relaxed)
}
