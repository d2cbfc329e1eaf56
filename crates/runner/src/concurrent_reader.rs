//! The reader beside the packets: a thread that asks for counts while a case is timed, each answer checked against
//! what was acked when it asked.

mod asking;

use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use write_path::{Directed, ReadPath, Reports, Worker};

use crate::case::Case;
use crate::error::RunnerError;
use crate::locks::{lock, wait_while};
pub use crate::progress::Progress;
use crate::store::Store;
use asking::Asking;

/// The running reader. Its thread ends, and its connection closes, when this is dropped.
#[derive(Debug)]
pub struct ConcurrentReader {
    worker: Worker<Shared, RunnerError>,
    progress: Arc<Progress>,
    /// Since when it reads, while it does.
    since: Option<Instant>,
    /// How long it has read.
    read_for: Duration,
}

/// What a reader did in a stretch of timing.
#[derive(Debug, Clone)]
pub struct ReadsDone {
    /// How long it read.
    pub read_for: Duration,
    /// Question to answer, one value for each read.
    pub latencies: LatencyHistogram,
}

#[derive(Debug, Default)]
struct Shared {
    gate: Mutex<Gate>,
    gate_moved: Condvar,
    latencies: Mutex<LatencyHistogram>,
}

/// A gate before which the thread waits while nothing is timed. An end lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Gate {
    #[default]
    Closed,
    Open,
    Over,
}

impl Directed for Shared {
    fn ask_to_end(&self) {
        self.move_gate(Gate::Over);
    }
}

impl ConcurrentReader {
    /// Starts the reader of a store at its initial state, and returns once it was answered for the first time. It
    /// does not read on before it is let in.
    pub fn start(case: &Case, store: &Store) -> Result<Self, RunnerError> {
        let beside = store.path.reader_beside().ok_or_else(|| {
            RunnerError::Unfit(
                "the case has a reader beside its packets, but its path lets none in; choose journal mode WAL, locking \
                 mode normal and a build with mutexes"
                    .into(),
            )
        })?;
        let progress = Arc::new(Progress::of_acked(store.supplies.source.made().records()));
        let mut asking = Asking::new(case.load.workload, Arc::clone(&progress))?;
        let body = move |shared: &Shared, reports: &Reports<RunnerError>| {
            let mut outcome = Ok(());
            let lent = beside.lend(&mut |reader| {
                outcome = shared.read(reader, &mut asking, reports);
            });
            outcome.and(lent.map_err(RunnerError::from))
        };
        let worker = Worker::start("reader", Shared::default(), body)?;
        Ok(Self { worker, progress, since: None, read_for: Duration::ZERO })
    }

    /// What it must be told of packets.
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Lets it read, beside whatever follows.
    pub fn let_in(&mut self) {
        self.since = Some(Instant::now());
        self.worker.shared().move_gate(Gate::Open);
    }

    /// Lets it read no more, and tells what it met. A read that is under way is not waited for.
    pub fn keep_out(&mut self) -> Result<(), RunnerError> {
        self.worker.shared().move_gate(Gate::Closed);
        self.read_for += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
        self.worker.failure()
    }

    /// Ends the thread, and tells what it did, or a failure that nobody was told yet.
    pub fn end(mut self) -> Result<ReadsDone, RunnerError> {
        self.worker.stop()?;
        let latencies = std::mem::take(&mut *lock(&self.worker.shared().latencies));
        Ok(ReadsDone { read_for: self.read_for, latencies })
    }
}

impl Shared {
    fn move_gate(&self, to: Gate) {
        let mut gate = lock(&self.gate);
        if *gate != Gate::Over {
            *gate = to;
            self.gate_moved.notify_all();
        }
    }

    /// Waits until the gate is open: true, or until it is over: false.
    fn is_let_in(&self) -> bool {
        let is_closed = |gate: &mut Gate| *gate == Gate::Closed;
        *wait_while(&self.gate_moved, &self.gate, is_closed) == Gate::Open
    }

    /// Reads until told to end, or until an answer is wrong.
    fn read(
        &self,
        reader: &mut dyn ReadPath,
        asking: &mut Asking,
        reports: &Reports<RunnerError>,
    ) -> Result<(), RunnerError> {
        // The first question prepares its statement, which is no part of later ones.
        asking.ask(reader)?;
        reports.ready();
        while self.is_let_in() {
            let took = asking.ask(reader)?;
            lock(&self.latencies).record_ns(nanoseconds(took));
        }
        Ok(())
    }
}
