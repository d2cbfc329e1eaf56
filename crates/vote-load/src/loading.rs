//! A path under a load: the generator, the clients, and whoever serves them.

use std::thread;
use std::time::Instant;

use measure::device::DeviceMeter;
use runner::RunnerError;
use runner::commit_queue::AbandonAtEnd;
use runner::threads::start_thread;
use write_path::{Admission, WritePath};

use crate::clients::{
    BatchQueue, RequestQueue, batch_queue, gather, give_up, run_client, run_own_client,
};
use crate::committer::{CommitCounts, Intake, PATIENCE, serve};
use crate::counts::Counts;
use crate::error::LoadError;
use crate::generator::{Generated, generate};
use crate::load::Clients;
use crate::point::Point;
use crate::shared_recorder::{Clock, Seen, SeriesLine, SharedRecorder};

/// Called for each line while a load runs.
pub type OnLine<'caller> = &'caller mut dyn FnMut(&SeriesLine);

/// A path that was loaded, before it is drained.
pub(crate) struct Loaded {
    pub(crate) clock: Clock,
    pub(crate) generated: Generated,
    pub(crate) commits: Option<CommitCounts>,
    /// Given up after the load, by [`Point::catch_up_max`].
    pub(crate) given_up_operations: u64,
    pub(crate) seen: Seen,
}

/// Operations that may wait before a load is ended as hopeless. They take about 100 MB.
const BACKLOG_MAX: u64 = 2_000_000;

impl Point {
    /// Puts the load on an open path until everything is acked or given up.
    pub(crate) fn load_path(
        &self,
        path: &mut dyn WritePath,
        meter: DeviceMeter,
        on_line: OnLine<'_>,
    ) -> Result<Loaded, LoadError> {
        let queue = batch_queue();
        let clock = Clock { begin: Instant::now(), warm_up: self.warm_up, run: self.run };
        let recorder = SharedRecorder::begin(clock, meter, self.p99_max_ns);
        let mut keeper = Keeper {
            queue: &queue,
            recorder: &recorder,
            deadline: clock.end() + self.catch_up_max,
            given_up_operations: 0,
            on_line,
        };
        let (generated, served) = thread::scope(|scope| {
            let batches = self.batches();
            let (queue, recorder) = (&queue, &recorder);
            let generator = scope.spawn(move || generate(batches, queue, recorder, BACKLOG_MAX));
            // Also after an error or a panic, so that neither the generator nor a client goes on.
            let _closing = AbandonAtEnd(queue);
            let served = self.serve(path, queue, recorder, &mut keeper);
            if served.is_err() {
                queue.abandon();
            }
            let generated =
                generator.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (generated, served)
        });
        let given_up_operations = keeper.given_up_operations;
        let commits = served?;
        Ok(Loaded { clock, generated, commits, given_up_operations, seen: recorder.finish() })
    }

    /// Serves the queue until it is empty and closed. Returns the commits, where the committer made
    /// them.
    fn serve(
        &self,
        path: &mut dyn WritePath,
        queue: &BatchQueue,
        recorder: &SharedRecorder,
        keeper: &mut Keeper<'_, '_>,
    ) -> Result<Option<CommitCounts>, LoadError> {
        let mut counts = self.load.reads().then(|| Counts::before(&self.load));
        let look_after = |path: &dyn WritePath| keeper.look_after(path);
        match self.load.clients {
            Clients::Unlimited => {
                serve(path, &Intake::Queue(queue), recorder, counts.as_mut(), look_after).map(Some)
            }
            Clients::Blocking(clients) => {
                let is_concurrent = matches!(path.admission(), Admission::Concurrent(_));
                if is_concurrent && !self.load.reads() {
                    return serve_own(path, clients.get(), queue, recorder, keeper).map(|()| None);
                }
                let merged = gather(self.load.merge_wait);
                let requests = RequestQueue::new(clients.get() as usize, merged);
                thread::scope(|scope| {
                    // Before there is a client: where one cannot be started, the others leave, also those that wait
                    // for a batch.
                    let _abandoning = (AbandonAtEnd(&requests), AbandonAtEnd(queue));
                    for client in requests.clients() {
                        start_thread(scope, "client", move || {
                            run_client(&client, queue, recorder);
                        })?;
                    }
                    let intake = Intake::Clients(&requests);
                    serve(path, &intake, recorder, counts.as_mut(), look_after).map(Some)
                })
            }
        }
    }
}

/// Lets the clients enter the engine's own group commit, and looks after the load meanwhile.
fn serve_own(
    path: &mut dyn WritePath,
    clients: u32,
    queue: &BatchQueue,
    recorder: &SharedRecorder,
    keeper: &mut Keeper<'_, '_>,
) -> Result<(), LoadError> {
    let path: &dyn WritePath = path;
    let Admission::Concurrent(entry) = path.admission() else { return Err(LoadError::NoReader) };
    thread::scope(|scope| {
        // Also after a panic of this thread, and where a client cannot be started.
        let _closing = AbandonAtEnd(queue);
        let clients: Vec<_> = (0..clients)
            .map(|_| {
                start_thread(scope, "client", move || {
                    let ending = AbandonAtEnd(queue);
                    let outcome = run_own_client(entry, queue, recorder);
                    if outcome.is_ok() {
                        // Others may still work on what waits.
                        std::mem::forget(ending);
                    }
                    outcome
                })
            })
            .collect::<Result<_, RunnerError>>()?;
        let mut outcome = Ok(());
        while clients.iter().any(|client| !client.is_finished()) && outcome.is_ok() {
            thread::sleep(PATIENCE);
            outcome = keeper.look_after(path);
        }
        if outcome.is_err() {
            queue.abandon();
        }
        for client in clients {
            let ended = client.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            outcome = outcome.and(ended);
        }
        outcome
    })
}

/// Looks after a load: notes lines, and gives up what waits for too long.
struct Keeper<'load, 'caller> {
    queue: &'load BatchQueue,
    recorder: &'load SharedRecorder,
    deadline: Instant,
    given_up_operations: u64,
    on_line: OnLine<'caller>,
}

impl Keeper<'_, '_> {
    fn look_after(&mut self, path: &dyn WritePath) -> Result<(), LoadError> {
        let now = Instant::now();
        if let Some(line) = self.recorder.line_if_due(now, path)? {
            (self.on_line)(&line);
        }
        if now > self.deadline {
            self.given_up_operations += give_up(self.queue);
        }
        Ok(())
    }
}
