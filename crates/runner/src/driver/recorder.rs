//! What a driver notes of a case: every ack, the stages of it, and the timeline.

use std::sync::Arc;
use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval};
use measure::device::DeviceMeter;
use measure::latency::{LatencyHistogram, Stages};
use measure::nanoseconds;
use measure::timeline::{self, Timeline, TimelineRecord, resident_bytes};
use write_path::{StorageSizes, WritePath};

use super::tail::{Tail, TailRecorder, TraceLevel};
use crate::error::RunnerError;
use crate::progress::Progress;

/// One acknowledged packet, or one answered query.
#[derive(Debug, Clone, Copy)]
pub struct Ack {
    /// When it was due or handed in.
    pub handed_in: Instant,
    /// When it was acked.
    pub acked: Instant,
    /// Its operations, or the records of the answer.
    pub operations: usize,
}

/// The moments between which an ack's stages lie.
#[derive(Debug, Clone, Copy)]
pub struct AckStages {
    /// When the path was given the first of what the commit holds.
    pub begun: Instant,
    /// When it had all of it.
    pub inserted: Instant,
    /// When the commit was acked.
    pub acked: Instant,
    /// When what was put off until after the ack was done.
    pub done: Instant,
}

/// The moments of a packet that was acked and is not noted yet.
#[derive(Debug, Clone, Copy)]
pub(super) struct Moments {
    pub(super) inserted: Instant,
    pub(super) acked: Instant,
    pub(super) done: Instant,
    pub(super) operations: usize,
}

/// Collects what is seen of a case over all of its pieces, or of a load.
#[derive(Debug)]
pub struct Recorder {
    acks: LatencyHistogram,
    stages: Stages,
    tail: TailRecorder,
    /// The work after the last ack of a stretch.
    put_off: Option<Interval>,
    timeline: Timeline,
    /// When sizes are to be sampled next, in the timeline's time. (An ack moves the timeline on by itself.)
    next_sample: Instant,
    /// Time between pieces (floors, the making of packets), which the timeline leaves out.
    paused: Duration,
    paused_since: Instant,
    device_meter: DeviceMeter,
    /// What the device had written when recording began.
    device_bytes_begin: Option<u64>,
    largest: LargestSizes,
    /// What another thread is told of packets.
    progress: Option<Arc<Progress>>,
    /// Room for packets that are not noted yet, kept from piece to piece: new memory would cost the packets that touch it
    /// first.
    seen: Vec<Moments>,
}

/// The largest sizes that were seen while a case was timed.
#[derive(Debug, Clone, Copy, Default)]
pub struct LargestSizes {
    /// Of the database file, or of all files of a log that stands alone.
    pub database_bytes: u64,
    /// Of the WAL or rollback journal.
    pub journal_bytes: u64,
    /// On SQLite's freelist, where there is one.
    pub freelist_pages: Option<u64>,
}

impl LargestSizes {
    fn note(&mut self, sizes: StorageSizes) {
        self.database_bytes = self.database_bytes.max(sizes.database_bytes);
        self.journal_bytes = self.journal_bytes.max(sizes.journal_bytes);
        self.freelist_pages = self.freelist_pages.max(sizes.freelist_pages);
    }
}

impl Recorder {
    /// Begins to record. The timeline stands still until [`Recorder::resume`].
    pub fn begin(device_meter: DeviceMeter, trace_level: TraceLevel) -> Self {
        let now = Instant::now();
        let device_bytes_begin = device_meter.read().device_bytes_written;
        Self {
            acks: LatencyHistogram::new(),
            stages: Stages::default(),
            tail: TailRecorder::new(trace_level),
            put_off: None,
            timeline: Timeline::starting(now),
            next_sample: now + timeline::SLOT,
            paused: Duration::ZERO,
            paused_since: now,
            device_meter,
            device_bytes_begin,
            largest: LargestSizes::default(),
            progress: None,
            seen: Vec::new(),
        }
    }

    /// Tells another thread of packets from now on.
    pub fn tell(&mut self, progress: Arc<Progress>) {
        self.progress = Some(progress);
    }

    /// Tells of records that may be handed in from now on.
    pub fn made(&self, records: u64) {
        if let Some(progress) = &self.progress {
            progress.made(records);
        }
    }

    /// Tells of a packet at the moment of its ack, by the drivers that commit one packet after the other.
    pub(super) fn acked(&self, operations: usize) {
        if let Some(progress) = &self.progress {
            progress.acked(operations as u64);
        }
    }

    /// Lets the timeline run on.
    pub fn resume(&mut self) {
        self.paused += self.paused_since.elapsed();
    }

    /// Stops the timeline.
    pub fn pause(&mut self) {
        self.paused_since = Instant::now();
    }

    /// The ack latencies, from hand-in to ack, and their stages since this was last asked.
    pub fn take_latencies(&mut self) -> (LatencyHistogram, Stages) {
        (std::mem::take(&mut self.acks), std::mem::take(&mut self.stages))
    }

    /// What explains the tail of the acks since this was last asked.
    pub fn take_tail(&mut self) -> Tail {
        self.tail.take()
    }

    /// Notes sizes outside of the timeline, so that none that ends a call is missed.
    pub fn note_sizes(&mut self, sizes: StorageSizes) {
        self.largest.note(sizes);
    }

    /// The largest sizes so far.
    pub fn largest_sizes(&self) -> LargestSizes {
        self.largest
    }

    /// Ends recording: what happened when, in the time of the pieces alone.
    pub fn finish(self) -> TimelineRecord {
        self.timeline.finish()
    }

    /// Notes an ack.
    pub fn ack(&mut self, ack: &Ack) {
        let latency_ns = nanoseconds(ack.acked - ack.handed_in);
        self.acks.record_ns(latency_ns);
        self.timeline.ack(ack.acked - self.paused, latency_ns, ack.operations as u64);
    }

    /// Notes the stages of a commit.
    pub fn stages(&mut self, stages: &AckStages) {
        let deferred_ns = nanoseconds(stages.done - stages.acked);
        self.stages.insert.record_ns(nanoseconds(stages.inserted - stages.begun));
        self.stages.commit.record_ns(nanoseconds(stages.acked - stages.inserted));
        self.stages.deferred.record_ns(deferred_ns);
        self.timeline.deferred(stages.done - self.paused, deferred_ns);
    }

    /// Notes the moments of an ack, if somebody wants to know why acks were slow, and returns how long
    /// that took: it belongs to no ack and to no rate.
    pub(super) fn span(
        &mut self,
        span: AckSpan,
        path: &dyn WritePath,
    ) -> Result<Duration, RunnerError> {
        if !self.tail.traces_tails() {
            return Ok(Duration::ZERO);
        }
        let begin = Instant::now();
        self.tail.note(span, path)?;
        Ok(begin.elapsed())
    }

    /// Whether somebody wants to know why acks were slow: then each ack is looked at before the next packet.
    pub(super) fn traces_tails(&self) -> bool {
        self.tail.traces_tails()
    }

    /// Room to see so many packets before they are noted.
    pub(super) fn take_seen(&mut self, packets: usize) -> Vec<Moments> {
        let mut seen = std::mem::take(&mut self.seen);
        seen.reserve(packets);
        seen
    }

    /// Keeps the room for the next packets.
    pub(super) fn give_back_seen(&mut self, seen: Vec<Moments>) {
        self.seen = seen;
    }

    /// When the sizes of what is stored are to be sampled next, unless the timeline stands still before.
    pub fn next_sample(&self) -> Instant {
        self.next_sample + self.paused
    }

    /// Notes how late the driver was for a path that was free.
    pub(super) fn driver_was_late(&mut self, late: Duration) {
        self.tail.driver_was_late(late);
    }

    /// The work after the last ack before a pause, for the packet after it.
    pub(super) fn put_off(&mut self) -> Option<Interval> {
        self.put_off.take()
    }

    /// Notes work after the last ack before a pause.
    pub(super) fn put_off_until_next(&mut self, work: Interval) {
        self.put_off = Some(work);
    }

    /// Samples the sizes of what is stored once a slot of the timeline is over, and returns how long
    /// that took: it is not the path's doing, and belongs to no ack and to no rate.
    pub(super) fn sample_if_due(
        &mut self,
        now: Instant,
        path: &dyn WritePath,
    ) -> Result<Duration, RunnerError> {
        if now < self.next_sample() {
            return Ok(Duration::ZERO);
        }
        self.sample(now, path.inspect().storage_sizes()?);
        Ok(now.elapsed())
    }

    /// Notes the sizes of what is stored, and what else is sampled once a slot. Returns it all.
    pub fn sample(&mut self, now: Instant, sizes: StorageSizes) -> timeline::StorageSizes {
        self.largest.note(sizes);
        let at = now - self.paused;
        while self.next_sample <= at {
            self.next_sample += timeline::SLOT;
        }
        let device_bytes = self.device_meter.read().device_bytes_written;
        let sizes = timeline::StorageSizes {
            database_bytes: Some(sizes.database_bytes),
            wal_bytes: Some(sizes.journal_bytes),
            freelist_pages: sizes.freelist_pages,
            resident_bytes: resident_bytes(),
            device_bytes: device_bytes
                .zip(self.device_bytes_begin)
                .map(|(now, begin)| now.saturating_sub(begin)),
        };
        self.timeline.sample(at, sizes);
        sizes
    }
}
