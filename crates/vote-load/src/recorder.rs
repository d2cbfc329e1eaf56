//! What is seen of a load while it runs: latencies, the backlog, and a line for each tenth of a
//! second.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::stats::ClusteredShare;
use measure::timeline::{self, Timeline, TimelineRecord, resident_bytes};
use runner::locks::lock;
use write_path::StorageSizes;

use crate::batches::{Batch, Work};
use crate::limit::LimitCounter;

/// Parts of the measured time whose acked rates make the spread.
pub(crate) const PARTS: u32 = 10;

/// The times of one kind of operation, votes or reads.
#[derive(Debug, Clone, Default)]
pub struct OperationLatencies {
    /// From the moment an operation was due to its ack: one value for each operation, never clamped.
    pub sojourn: LatencyHistogram,
    /// From handing a batch in to its ack: one value for each batch.
    pub remote: LatencyHistogram,
}

/// What happened in about a tenth of a second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeriesLine {
    /// When it ended, from the load's start.
    pub end: Duration,
    /// Operations handed to the clients in it.
    pub handed_operations: u64,
    /// Operations acked in it.
    pub acked_operations: u64,
    /// Operations that were handed to the clients and not acked at its end.
    pub backlog_operations: u64,
    /// The median sojourn of the operations acked in it, in ns; `None` of too few.
    pub sojourn_ns_p50: Option<u64>,
    /// Their 99th percentile.
    pub sojourn_ns_p99: Option<u64>,
    /// The longest.
    pub sojourn_ns_longest: Option<u64>,
    /// The database or the log at its end, in bytes.
    pub database_bytes: u64,
    /// The WAL or journal at its end, in bytes.
    pub journal_bytes: u64,
    /// Resident memory of the process at its end, in bytes.
    pub resident_bytes: Option<u64>,
}

/// The moments of a load.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Clock {
    /// When it starts.
    pub(crate) begin: Instant,
    /// How long it warms up: operations due before that are not measured.
    pub(crate) warm_up: Duration,
    /// How long it is measured then.
    pub(crate) run: Duration,
}

/// Collects what clients and committers see.
#[derive(Debug)]
pub(crate) struct LoadRecorder {
    clock: Clock,
    handed_operations: AtomicU64,
    acked_operations: AtomicU64,
    seen: Mutex<Seen>,
}

/// Everything that was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) writes: OperationLatencies,
    pub(crate) reads: OperationLatencies,
    pub(crate) series: Vec<SeriesLine>,
    /// Operations acked in each part of the measured time.
    pub(crate) acked_by_part: Vec<u64>,
    /// Batches that were acked, by number.
    pub(crate) acked_batches: Vec<u64>,
    pub(crate) last_ack: Option<Instant>,
    /// The share of votes beyond the limit, at the end; `None` without a limit.
    pub(crate) beyond_limit: Option<ClusteredShare>,
    limit: Option<LimitCounter>,
    timeline: Timeline,
    slot: Slot,
}

#[derive(Debug)]
struct Slot {
    end: Instant,
    sojourn: LatencyHistogram,
    handed_before: u64,
    acked_before: u64,
}

impl Clock {
    /// The moment at which the load ends.
    pub(crate) fn end(&self) -> Instant {
        self.begin + self.warm_up + self.run
    }
}

impl LoadRecorder {
    /// A recorder that also counts the votes whose sojourn is beyond a limit in ns, if there is one.
    pub(crate) fn starting(clock: Clock, limit_ns: Option<u64>) -> Self {
        Self {
            clock,
            handed_operations: AtomicU64::new(0),
            acked_operations: AtomicU64::new(0),
            seen: Mutex::new(Seen {
                writes: OperationLatencies::default(),
                reads: OperationLatencies::default(),
                series: Vec::new(),
                acked_by_part: vec![0; PARTS as usize],
                acked_batches: Vec::new(),
                last_ack: None,
                beyond_limit: None,
                limit: limit_ns.map(LimitCounter::new),
                timeline: Timeline::starting(clock.begin),
                slot: Slot {
                    end: clock.begin + timeline::SLOT,
                    sojourn: LatencyHistogram::new(),
                    handed_before: 0,
                    acked_before: 0,
                },
            }),
        }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Notes that a batch was handed to the clients.
    pub(crate) fn handed(&self, batch: &Batch) {
        self.handed_operations.fetch_add(batch.operations() as u64, Ordering::Relaxed);
    }

    /// Operations handed to the clients and not acked.
    pub(crate) fn backlog(&self) -> u64 {
        // In this order, so that an ack between the two readings cannot make it negative.
        let acked = self.acked_operations.load(Ordering::Acquire);
        self.handed_operations.load(Ordering::Acquire).saturating_sub(acked)
    }

    /// Notes that a batch, handed in at `sent`, was acked.
    pub(crate) fn acked(&self, batch: &Batch, sent: Instant, acked: Instant) {
        self.acked_operations.fetch_add(batch.operations() as u64, Ordering::Release);
        self.seen().note_ack(&self.clock, batch, sent, acked);
    }

    /// Closes the present slot if it is over, with the sizes that are stored now, and returns its
    /// line.
    pub(crate) fn line_if_due<E>(
        &self,
        now: Instant,
        sizes: impl FnOnce() -> Result<StorageSizes, E>,
    ) -> Result<Option<SeriesLine>, E> {
        if now < self.seen().slot.end {
            return Ok(None);
        }
        let sizes = sizes()?;
        let handed = self.handed_operations.load(Ordering::Relaxed);
        let acked = self.acked_operations.load(Ordering::Relaxed);
        Ok(Some(self.seen().close_slot(&self.clock, now, [handed, acked], sizes)))
    }

    /// Ends recording.
    pub(crate) fn finish(self) -> (Seen, TimelineRecord) {
        let mut seen = self.seen.into_inner().unwrap_or_else(PoisonError::into_inner);
        let timeline =
            std::mem::replace(&mut seen.timeline, Timeline::starting(self.clock.begin)).finish();
        seen.beyond_limit = seen.limit.take().map(LimitCounter::share);
        (seen, timeline)
    }

    /// What was seen is whole between any two notes, so a panic elsewhere leaves it fit.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }
}

impl Seen {
    fn note_ack(&mut self, clock: &Clock, batch: &Batch, sent: Instant, acked: Instant) {
        let acked_at = acked.saturating_duration_since(clock.begin);
        let acked_ns = acked_at.as_nanos() as u64;
        let warm_up_ns = clock.warm_up.as_nanos() as u64;
        let latencies = match batch.work {
            Work::Write(_) => &mut self.writes,
            Work::Read(_) => &mut self.reads,
        };
        for due_ns in &batch.due_ns {
            let sojourn_ns = acked_ns.saturating_sub(*due_ns);
            self.slot.sojourn.record_ns(sojourn_ns);
            if *due_ns >= warm_up_ns {
                latencies.sojourn.record_ns(sojourn_ns);
            }
        }
        if let (Some(limit), Work::Write(_)) = (&mut self.limit, &batch.work) {
            let measured = batch.due_ns.iter().filter(|due_ns| **due_ns >= warm_up_ns);
            limit.note(acked, measured.map(|due_ns| acked_ns.saturating_sub(*due_ns)));
        }
        if sent >= clock.begin + clock.warm_up {
            latencies.remote.record_ns(acked.saturating_duration_since(sent).as_nanos() as u64);
        }
        let oldest_ns = acked_ns.saturating_sub(batch.due_ns.first().copied().unwrap_or(acked_ns));
        self.timeline.ack(acked, oldest_ns, batch.operations() as u64);
        if let Some(part) = part(clock, acked_at) {
            self.acked_by_part[part] += batch.operations() as u64;
        }
        self.acked_batches.push(batch.number);
        self.last_ack = self.last_ack.max(Some(acked));
    }

    fn close_slot(
        &mut self,
        clock: &Clock,
        now: Instant,
        [handed, acked]: [u64; 2],
        sizes: StorageSizes,
    ) -> SeriesLine {
        let resident_bytes = resident_bytes();
        let sojourn = std::mem::take(&mut self.slot.sojourn);
        let line = SeriesLine {
            end: now.saturating_duration_since(clock.begin),
            handed_operations: handed - self.slot.handed_before,
            acked_operations: acked - self.slot.acked_before,
            backlog_operations: handed.saturating_sub(acked),
            sojourn_ns_p50: sojourn.quantile(0.5),
            sojourn_ns_p99: sojourn.quantile(0.99),
            sojourn_ns_longest: sojourn.longest(),
            database_bytes: sizes.database_bytes,
            journal_bytes: sizes.journal_bytes,
            resident_bytes,
        };
        self.slot.handed_before = handed;
        self.slot.acked_before = acked;
        while self.slot.end <= now {
            self.slot.end += timeline::SLOT;
        }
        self.timeline.sample(
            now,
            timeline::StorageSizes {
                database_bytes: Some(sizes.database_bytes),
                wal_bytes: Some(sizes.journal_bytes),
                freelist_pages: sizes.freelist_pages,
                resident_bytes,
                device_bytes: None,
            },
        );
        self.series.push(line);
        line
    }
}

/// The part of the measured time in which a moment lies.
fn part(clock: &Clock, at: Duration) -> Option<usize> {
    let measured = at.checked_sub(clock.warm_up)?;
    let part = (measured.as_secs_f64() / clock.run.as_secs_f64() * f64::from(PARTS)) as usize;
    (part < PARTS as usize).then_some(part)
}
