//! The reader beside the packets: a thread that asks for counts while a case is timed, each answer checked against
//! what was acked when it asked.

mod asking;
mod gate;

use std::panic;
use std::sync::mpsc;
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use write_path::{ReadPath, WriteError};

use crate::case::Case;
use crate::error::RunnerError;
use crate::locks::lock;
pub use crate::progress::Progress;
use crate::store::Store;
use asking::Asking;
use gate::Gate;

/// The running reader. Its thread ends, and its connection closes, when this is dropped.
#[derive(Debug)]
pub struct ConcurrentReader {
    shared: Arc<Shared>,
    progress: Arc<Progress>,
    thread: Option<JoinHandle<()>>,
    /// Since when it reads, while it does.
    since: Option<Instant>,
    /// How long it has read since this was last asked.
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
    gate: Gate,
    latencies: Mutex<LatencyHistogram>,
    failure: Mutex<Option<RunnerError>>,
}

impl ConcurrentReader {
    /// Starts the reader of a store at its initial state, and returns once it was answered for the first time. It
    /// does not read on before it is let in.
    pub fn start(case: &Case, store: &Store) -> Result<Self, RunnerError> {
        let beside = store.path.reader_beside().ok_or(RunnerError::NoReaderBeside)?;
        let progress = Arc::new(Progress::of_acked(store.source.made().records()));
        let mut asking = Asking::new(case.load.workload, Arc::clone(&progress))?;
        let shared = Arc::new(Shared::default());
        let own = Arc::clone(&shared);
        let (tell_answered, answered) = mpsc::sync_channel(1);
        let body = move || {
            let mut outcome = Ok(());
            let lent = beside.lend(&mut |reader| {
                outcome = own.read(reader, &mut asking, &tell_answered);
            });
            if let Err(error) = outcome.and(lent.map_err(RunnerError::from)) {
                lock(&own.failure).get_or_insert(error);
            }
        };
        let name = "reader";
        let thread = thread::Builder::new().name(name.into()).spawn(body);
        let thread = thread.map_err(|source| RunnerError::Thread { name, source })?;
        let mut started =
            Self { shared, progress, thread: Some(thread), since: None, read_for: Duration::ZERO };
        // Without an answer the thread has ended, and left the reason.
        match answered.recv() {
            Ok(()) => Ok(started),
            Err(mpsc::RecvError) => {
                started.end()?;
                Err(RunnerError::Path(WriteError::Stopped))
            }
        }
    }

    /// What it must be told of packets.
    pub fn progress(&self) -> Arc<Progress> {
        Arc::clone(&self.progress)
    }

    /// Lets it read, beside whatever follows.
    pub fn let_in(&mut self) {
        self.since = Some(Instant::now());
        self.shared.gate.open();
    }

    /// Lets it read no more, and tells what it met. A read that is under way is not waited for.
    pub fn keep_out(&mut self) -> Result<(), RunnerError> {
        self.shared.gate.close();
        self.read_for += self.since.take().map_or(Duration::ZERO, |since| since.elapsed());
        self.failure()
    }

    /// What it did since this was last asked.
    pub fn take_reads(&mut self) -> ReadsDone {
        let latencies = std::mem::take(&mut *lock(&self.shared.latencies));
        ReadsDone { read_for: std::mem::take(&mut self.read_for), latencies }
    }

    /// Ends the thread, and tells a failure that nobody was told yet.
    pub fn end(&mut self) -> Result<(), RunnerError> {
        if let Err(payload) = self.join() {
            panic::resume_unwind(payload);
        }
        self.failure()
    }

    fn failure(&self) -> Result<(), RunnerError> {
        lock(&self.shared.failure).take().map_or(Ok(()), Err)
    }

    fn join(&mut self) -> thread::Result<()> {
        self.shared.gate.end();
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}

impl Drop for ConcurrentReader {
    fn drop(&mut self) {
        // A panic of the thread is passed on by `end`; a drop may be part of another one.
        let _ended = self.join();
    }
}

impl Shared {
    /// Reads until told to end, or until an answer is wrong.
    fn read(
        &self,
        reader: &mut dyn ReadPath,
        asking: &mut Asking,
        tell_answered: &mpsc::SyncSender<()>,
    ) -> Result<(), RunnerError> {
        // The first question prepares its statement, which is no part of later ones.
        asking.ask(reader)?;
        let _heard = tell_answered.send(());
        while self.gate.wait() {
            let took = asking.ask(reader)?;
            lock(&self.latencies).record_ns(nanoseconds(took));
        }
        Ok(())
    }
}
