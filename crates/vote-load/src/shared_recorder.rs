//! What is seen of a load while it runs: the runner's recorder, which clients and committer share, and what a load shows
//! beyond it: the time of each operation, the backlog, and a line for each tenth of a second.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use measure::device::DeviceMeter;
use measure::latency::LatencyHistogram;
use runner::driver::{Ack, AckStages, Recorder, TraceLevel};
use runner::locks::lock;
use runner::progress::Progress;
use write_path::WritePath;

use crate::acked_batches::{AckedBatch, AckedBatches};
use crate::batches::{Batch, Work};
use crate::error::LoadError;

/// The times of one kind of operation, votes or reads.
#[derive(Debug, Clone, Default)]
pub(crate) struct OperationLatencies {
    /// From the moment an operation was due to its ack: one value for each operation, never clamped.
    pub(crate) sojourn: LatencyHistogram,
    /// From handing a batch in to its ack: one value for each batch.
    pub(crate) remote: LatencyHistogram,
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

/// A recorder that generator, clients and committer share.
#[derive(Debug)]
pub(crate) struct SharedRecorder {
    clock: Clock,
    /// Votes with a sojourn beyond this are counted.
    limit_ns: Option<u64>,
    /// Operations that were handed to the clients, and those of them that are acked.
    progress: Progress,
    seen: Mutex<Seen>,
}

/// Everything that was seen.
#[derive(Debug)]
pub(crate) struct Seen {
    pub(crate) recorder: Recorder,
    pub(crate) writes: OperationLatencies,
    pub(crate) reads: OperationLatencies,
    pub(crate) acked: AckedBatches,
    /// Since the last line: sojourns of what was acked, and how far handing over and acks were before.
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

impl SharedRecorder {
    /// Begins to record. Votes whose sojourn is beyond a limit in ns are counted, if there is one.
    pub(crate) fn begin(clock: Clock, meter: DeviceMeter, limit_ns: Option<u64>) -> Self {
        let mut recorder = Recorder::begin(meter, TraceLevel::Latencies);
        recorder.resume();
        let seen = Seen {
            recorder,
            writes: OperationLatencies::default(),
            reads: OperationLatencies::default(),
            acked: AckedBatches::default(),
            sojourn: LatencyHistogram::new(),
            handed_before: 0,
            acked_before: 0,
        };
        Self { clock, limit_ns, progress: Progress::of_acked(0), seen: Mutex::new(seen) }
    }

    pub(crate) fn clock(&self) -> &Clock {
        &self.clock
    }

    /// Notes that a batch was handed to the clients.
    pub(crate) fn handed(&self, batch: &Batch) {
        self.progress.made(batch.operations() as u64);
    }

    /// Operations handed to the clients and not acked.
    pub(crate) fn backlog(&self) -> u64 {
        // In this order, so that an ack between the two readings cannot make it negative.
        let acked = self.progress.records_acked();
        self.progress.records_made().saturating_sub(acked)
    }

    /// Notes that a batch, handed in at `sent`, was acked.
    pub(crate) fn acked(&self, batch: &Batch, sent: Instant, acked: Instant) {
        self.progress.acked(batch.operations() as u64);
        self.seen().note_ack(&self.clock, self.limit_ns, batch, [sent, acked]);
    }

    /// Notes the stages of a commit.
    pub(crate) fn stages(&self, stages: &AckStages) {
        self.seen().recorder.stages(stages);
    }

    /// Samples what is stored once a tenth of a second is over, and returns the line of it.
    pub(crate) fn line_if_due(
        &self,
        now: Instant,
        path: &dyn WritePath,
    ) -> Result<Option<SeriesLine>, LoadError> {
        if now < self.seen().recorder.next_sample() {
            return Ok(None);
        }
        // Not under the lock: a path may have to ask another thread, and clients must not wait for that.
        let sizes = path.inspect().storage_sizes()?;
        let (handed, acked) = (self.progress.records_made(), self.progress.records_acked());
        let mut seen = self.seen();
        let resident_bytes = seen.recorder.sample(now, sizes).resident_bytes;
        let sojourn = std::mem::take(&mut seen.sojourn);
        let line = SeriesLine {
            end: now.saturating_duration_since(self.clock.begin),
            handed_operations: handed - seen.handed_before,
            acked_operations: acked - seen.acked_before,
            backlog_operations: handed.saturating_sub(acked),
            sojourn_ns_p50: sojourn.quantile(0.5),
            sojourn_ns_p99: sojourn.quantile(0.99),
            sojourn_ns_longest: sojourn.longest(),
            database_bytes: sizes.database_bytes,
            journal_bytes: sizes.journal_bytes,
            resident_bytes,
        };
        (seen.handed_before, seen.acked_before) = (handed, acked);
        Ok(Some(line))
    }

    /// Ends recording.
    pub(crate) fn finish(self) -> Seen {
        self.seen.into_inner().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was seen is whole between any two notes, so a panic elsewhere leaves it fit.
    fn seen(&self) -> MutexGuard<'_, Seen> {
        lock(&self.seen)
    }
}

impl Seen {
    fn note_ack(
        &mut self,
        clock: &Clock,
        limit_ns: Option<u64>,
        batch: &Batch,
        [sent, acked]: [Instant; 2],
    ) {
        let acked_ns = acked.saturating_duration_since(clock.begin).as_nanos() as u64;
        let warm_up_ns = clock.warm_up.as_nanos() as u64;
        let is_write = matches!(batch.work, Work::Write(_));
        let latencies = if is_write { &mut self.writes } else { &mut self.reads };
        let mut noted = AckedBatch::of(batch, acked);
        for due_ns in &batch.due_ns {
            let sojourn_ns = acked_ns.saturating_sub(*due_ns);
            self.sojourn.record_ns(sojourn_ns);
            if *due_ns >= warm_up_ns {
                latencies.sojourn.record_ns(sojourn_ns);
                if is_write {
                    noted.votes += 1;
                    noted.beyond += u64::from(limit_ns.is_some_and(|limit| sojourn_ns > limit));
                }
            }
        }
        if sent >= clock.begin + clock.warm_up {
            latencies.remote.record_ns(acked.saturating_duration_since(sent).as_nanos() as u64);
        }
        let due_ns = batch.due_ns.first().copied().unwrap_or(acked_ns);
        let handed_in = clock.begin + Duration::from_nanos(due_ns.min(acked_ns));
        self.recorder.ack(&Ack { handed_in, acked, operations: batch.operations() });
        self.acked.push(noted);
    }
}
