//! What a driver notes of a case: every ack, the stages of it, and the timeline.

use std::sync::Arc;
use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval, SlowAcks};
use measure::device::DeviceMeter;
use measure::latency::{LatencyHistogram, Stages};
use measure::nanoseconds;
use measure::timeline::{self, Timeline, TimelineRecord, resident_bytes};
use write_path::{StorageSizes, WritePath};

use crate::error::RunnerError;
use crate::progress::Progress;

/// Whether a recorder keeps what explains a tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceLevel {
    /// Latencies alone, which costs next to nothing.
    Latencies,
    /// The moments of the slowest acks too, and whether a commit began the WAL anew, which takes a
    /// look into a file after each ack.
    Tails,
}

/// The slowest acks, and how late the driver was.
#[derive(Debug, Default)]
pub struct Tail {
    /// The slowest acks.
    pub slow_acks: SlowAcks,
    /// How late packets were handed in although the path was free.
    pub driver_lateness: LatencyHistogram,
}

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
    trace_level: TraceLevel,
    pub(super) tail: Tail,
    /// How often the WAL had begun anew at the last ack that was traced.
    wal_resets: Option<u64>,
    /// The work after the last ack of a stretch, for the packet after the pause.
    pub(super) put_off: Option<Interval>,
    timeline: Timeline,
    /// When sizes are to be sampled next, in the timeline's time. (An ack moves the timeline on by itself.)
    next_sample: Instant,
    /// Time between pieces (floors, the making of packets), which the timeline leaves out.
    paused: Duration,
    paused_since: Instant,
    device_meter: DeviceMeter,
    /// What the device had written when recording began.
    device_bytes_begin: Option<u64>,
    largest: StorageSizes,
    /// What another thread is told of packets.
    progress: Option<Arc<Progress>>,
    /// Room for packets that are not noted yet, kept from piece to piece: new memory would cost the packets that touch it
    /// first.
    pub(super) seen: Vec<Moments>,
}

impl Recorder {
    /// Begins to record. The timeline stands still until [`Recorder::resume`].
    pub fn begin(device_meter: DeviceMeter, trace_level: TraceLevel) -> Self {
        let now = Instant::now();
        let device_bytes_begin = device_meter.read().device_bytes_written;
        Self {
            acks: LatencyHistogram::new(),
            stages: Stages::default(),
            trace_level,
            tail: Tail::default(),
            wal_resets: None,
            put_off: None,
            timeline: Timeline::starting(now),
            next_sample: now + timeline::SLOT,
            paused: Duration::ZERO,
            paused_since: now,
            device_meter,
            device_bytes_begin,
            largest: StorageSizes::default(),
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
        std::mem::take(&mut self.tail)
    }

    /// Notes sizes outside of the timeline, so that none that ends a call is missed.
    pub fn note_sizes(&mut self, sizes: StorageSizes) {
        let largest = &mut self.largest;
        largest.database_bytes = largest.database_bytes.max(sizes.database_bytes);
        largest.journal_bytes = largest.journal_bytes.max(sizes.journal_bytes);
        largest.freelist_pages = largest.freelist_pages.max(sizes.freelist_pages);
    }

    /// The largest sizes so far, those of a log before a database left out.
    pub fn largest_sizes(&self) -> StorageSizes {
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

    /// Notes the moments of an ack, if somebody wants to know why acks were slow; whether it began the WAL anew is found
    /// out here.
    pub(super) fn span(&mut self, span: AckSpan, path: &dyn WritePath) -> Result<(), RunnerError> {
        if self.traces_tails() {
            let before = std::mem::replace(&mut self.wal_resets, path.inspect().wal_resets()?);
            let began_wal_anew =
                before.zip(self.wal_resets).is_some_and(|(before, now)| now > before);
            self.tail.slow_acks.note(AckSpan { began_wal_anew, ..span });
        }
        Ok(())
    }

    /// Whether somebody wants to know why acks were slow: then each ack is looked at before the next packet.
    pub(super) fn traces_tails(&self) -> bool {
        self.trace_level == TraceLevel::Tails
    }

    /// When the sizes of what is stored are to be sampled next, unless the timeline stands still before.
    pub fn next_sample(&self) -> Instant {
        self.next_sample + self.paused
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
        self.note_sizes(sizes);
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
