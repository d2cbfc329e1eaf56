//! A run: source, database and sink in threads, a slice of the time series after the other, and the check at the end.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use fixture::{check_interrupt, start_thread};
use measure::latency::LatencyHistogram;
use measure::record::QueueSlice;

use crate::concurrency::{Concurrency, Turns};
use crate::database::{self, Kept};
use crate::error::DriverError;
use crate::input::{InputFile, InputReader};
use crate::outcome::{End, Outcome};
use crate::plan::Plan;
use crate::series::Series;
use crate::shared::Shared;
use crate::sink::{self, Delivered};
use crate::source;
use crate::verification::verify;
use crate::waits::Waits;

/// How often the threads are looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// What is asked and told while a run goes on.
pub trait Observer {
    /// Whether the run is to end: the source stops, what is in flight is answered, and no ack is lost.
    fn asks_to_end(&mut self) -> bool;

    /// A slice of the time series is over.
    fn see(&mut self, _slice: &QueueSlice) {}
}

/// An observer that sees nothing and ends nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn asks_to_end(&mut self) -> bool {
        false
    }
}

/// Ends a run that takes longer than it may, and after Ctrl-C: what it has served until then counts.
#[derive(Debug, Clone, Copy)]
pub struct EndsAt(Instant);

impl EndsAt {
    /// Ends a run that takes longer than this from now on.
    pub fn within(run_max: Duration) -> Self {
        Self(Instant::now() + run_max)
    }
}

impl Observer for EndsAt {
    fn asks_to_end(&mut self) -> bool {
        Instant::now() >= self.0 || check_interrupt().is_err()
    }
}

impl Plan {
    /// Runs the driver on a directory's store, new or left by an earlier run; then opens that once more and checks it.
    ///
    /// # Errors
    /// Settings that cannot be run, a damaged input file, what the store answers (what it acked before stays), and
    /// [`DriverError::Unfaithful`] if the store is not as it must be. A deadlock is no error but an
    /// [`End`](crate::End).
    pub fn run(
        &self,
        input: &InputFile,
        directory: &Path,
        observer: &mut dyn Observer,
    ) -> Result<Outcome, DriverError> {
        self.check()?;
        let (waits, turns) = (Waits::default(), Turns::new(self.concurrency));
        let channels = self.topology.channels(self.channel_capacity)?;
        let shared = Shared::new(channels, &waits, &turns);
        let reader = input.reader(self.first_number)?;
        let begun = Instant::now();
        let mut series = Series::begin(self, directory, begun)?;
        let mut look = |is_over: &dyn Fn() -> bool| {
            observe(&mut series, is_over, &shared, observer);
        };
        let parts = match self.concurrency {
            Concurrency::Threads => self.run_in_threads(reader, directory, &shared, &mut look),
            Concurrency::OneTask => self.run_as_one_task(reader, directory, &shared, &mut look),
        }?;
        let Parts { hand_in_ns, kept, delivered } = parts;
        let (verified, final_sizes) = verify(self, directory, &kept, &delivered.numbers)?;
        let end = match (shared.deadlock.get(), shared.is_interrupted()) {
            (Some(deadlock), _) => End::Deadlock(deadlock.clone()),
            (None, true) => End::Interrupted,
            (None, false) => End::Complete,
        };
        Ok(Outcome {
            end,
            counts: shared.tally().counts,
            series: series.slices,
            hand_in_ns,
            kept,
            delivery_wait_ns: delivered.wait_ns,
            verified,
            final_sizes,
            seconds: begun.elapsed(),
        })
    }

    /// Runs each part in a thread of its own.
    fn run_in_threads(
        &self,
        reader: InputReader<'_>,
        directory: &Path,
        shared: &Shared<'_>,
        observe: &mut dyn FnMut(&dyn Fn() -> bool),
    ) -> Result<Parts, DriverError> {
        std::thread::scope(|scope| {
            let turns = shared.turns;
            let database = start_thread(scope, "database", move || {
                turns.run_alone(ending(shared, database::run(self, directory, shared)))
            })?;
            let started = start_thread(scope, "sink", move || {
                turns.run_alone(ending(shared, sink::run(self, shared)))
            })
            .and_then(|sink| {
                let source = start_thread(scope, "source", move || {
                    turns.run_alone(source_ending(self, reader, shared))
                });
                Ok((source?, sink))
            });
            // Without one of the threads the others end, and the scope with them.
            let (source, sink) = started.inspect_err(|_| shared.abort())?;
            observe(&|| database.is_finished());
            Parts::of(joined(source), joined(database), joined(sink))
        })
    }

    /// Runs all parts as one task in one thread.
    fn run_as_one_task(
        &self,
        reader: InputReader<'_>,
        directory: &Path,
        shared: &Shared<'_>,
        observe: &mut dyn FnMut(&dyn Fn() -> bool),
    ) -> Result<Parts, DriverError> {
        std::thread::scope(|scope| {
            let task = start_thread(scope, "task", move || {
                let (mut source, mut database, mut sink) = (None, None, None);
                shared.turns.run(vec![
                    Box::pin(async { source = Some(source_ending(self, reader, shared).await) }),
                    Box::pin(async {
                        let run = database::run(self, directory, shared);
                        database = Some(ending(shared, run).await);
                        // As a database that ends in a thread of its own: it takes nothing more.
                        shared.to_database.abort();
                    }),
                    Box::pin(async { sink = Some(ending(shared, sink::run(self, shared)).await) }),
                ]);
                let ended = "each task has ended";
                (source.expect(ended), database.expect(ended), sink.expect(ended))
            })?;
            observe(&|| task.is_finished());
            let (source, database, sink) = joined(task);
            Parts::of(source, database, sink)
        })
    }
}

/// What the parts know at their ends.
struct Parts {
    hand_in_ns: LatencyHistogram,
    kept: Kept,
    delivered: Delivered,
}

impl Parts {
    /// The database's error is told before the others', which may follow from it.
    fn of(
        source: Result<LatencyHistogram, DriverError>,
        database: Result<Kept, DriverError>,
        sink: Result<Delivered, DriverError>,
    ) -> Result<Self, DriverError> {
        let (kept, delivered) = (database?, sink?);
        Ok(Self { hand_in_ns: source?, kept, delivered })
    }
}

/// Does a part's work. An error or a panic of one ends the others too: nobody waits for a part that is gone.
async fn ending<T>(
    shared: &Shared<'_>,
    work: impl Future<Output = Result<T, DriverError>>,
) -> Result<T, DriverError> {
    struct AbortOnUnwind<'run>(&'run Shared<'run>);
    impl Drop for AbortOnUnwind<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                self.0.abort();
            }
        }
    }
    let _guard = AbortOnUnwind(shared);
    work.await.inspect_err(|_| shared.abort())
}

async fn source_ending(
    plan: &Plan,
    reader: InputReader<'_>,
    shared: &Shared<'_>,
) -> Result<LatencyHistogram, DriverError> {
    let ended = ending(shared, source::run(plan, reader, shared)).await;
    shared.source_ended.store(true, Ordering::Release);
    ended
}

fn joined<T>(thread: ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

/// Looks at the run until its database has ended.
fn observe(
    series: &mut Series,
    is_over: &dyn Fn() -> bool,
    shared: &Shared<'_>,
    observer: &mut dyn Observer,
) {
    while !is_over() {
        std::thread::sleep(GLANCE);
        if !shared.is_interrupted() && observer.asks_to_end() {
            shared.interrupt();
        }
        if series.is_slice_over() {
            observer.see(series.add(shared));
        }
    }
    // The last slice may be a short one.
    observer.see(series.add(shared));
    // A database that has ended before the source, as in a deadlock, takes nothing more.
    shared.to_database.abort();
}
