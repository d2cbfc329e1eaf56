//! A run: source, database and sink in threads, a slice of the time series after the other, and the check at the end.

use std::path::Path;
use std::sync::OnceLock;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use fixture::{check_interrupt, start_thread};
use measure::latency::LatencyHistogram;
use measure::record::QueueSlice;

use crate::concurrency::{Concurrency, Task, Turns};
use crate::database::{self, Kept};
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
    /// Settings that cannot be run, a damaged input file, what the store answers (what it acked before stays, and is
    /// delivered by the next run), and a store that is not as it must be. A deadlock is no error but an
    /// [`End`](crate::End).
    pub fn run(
        &self,
        input: &InputFile,
        directory: &Path,
        observer: &mut dyn Observer,
    ) -> anyhow::Result<Outcome> {
        self.check()?;
        let (waits, turns) = (Waits::default(), Turns::new(self.concurrency));
        let channels = self.topology.channels(self.channel_capacity)?;
        let shared = Shared::new(channels, &waits, &turns);
        let reader = input.reader(self.first_number)?;
        let begun = Instant::now();
        let mut series = Series::begin(self, directory, begun)?;
        let (hand_in_ns, kept, delivered) =
            self.run_parts(reader, directory, &shared, (&mut series, observer))?;
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

    /// Runs each part in a thread of its own, or all of them as one task in one thread.
    fn run_parts(
        &self,
        reader: InputReader<'_>,
        directory: &Path,
        shared: &Shared<'_>,
        (series, observer): (&mut Series, &mut dyn Observer),
    ) -> anyhow::Result<(LatencyHistogram, Kept, Delivered)> {
        let ends = Ends::default();
        let source = || -> Task<'_> {
            Box::pin(async {
                note_end(&ends.source, shared, source::run(self, reader, shared)).await;
                shared.source_ended.store(true, Ordering::Release);
            })
        };
        let database = || -> Task<'_> {
            Box::pin(async {
                note_end(&ends.database, shared, database::run(self, directory, shared)).await;
                // Where it has ended before the source, as in a deadlock, it takes nothing more.
                shared.to_database.abort();
            })
        };
        let sink =
            || -> Task<'_> { Box::pin(note_end(&ends.sink, shared, sink::run(self, shared))) };
        let turns = shared.turns;
        std::thread::scope(|scope| {
            let last = match self.concurrency {
                Concurrency::Threads => {
                    let database = start_thread(scope, "database", || turns.run(vec![database()]))?;
                    let others = start_thread(scope, "sink", || turns.run(vec![sink()]))
                        .and_then(|_| start_thread(scope, "source", || turns.run(vec![source()])));
                    // Without one of the threads the others end, and the scope with them.
                    others.inspect_err(|_| shared.abort())?;
                    database
                }
                Concurrency::OneTask => start_thread(scope, "task", || {
                    turns.run(vec![source(), database(), sink()]);
                })?,
            };
            observe(series, &|| last.is_finished(), shared, observer);
            Ok::<_, anyhow::Error>(())
        })?;
        ends.parts()
    }
}

/// What each part has ended with.
#[derive(Default)]
struct Ends {
    source: OnceLock<anyhow::Result<LatencyHistogram>>,
    database: OnceLock<anyhow::Result<Kept>>,
    sink: OnceLock<anyhow::Result<Delivered>>,
}

impl Ends {
    /// The database's error is told before the others', which may follow from it.
    fn parts(self) -> anyhow::Result<(LatencyHistogram, Kept, Delivered)> {
        let ended = "each part has ended";
        let kept = self.database.into_inner().expect(ended)?;
        let delivered = self.sink.into_inner().expect(ended)?;
        Ok((self.source.into_inner().expect(ended)?, kept, delivered))
    }
}

/// Does a part's work. An error or a panic of one ends the others too: nobody waits for a part that is gone.
async fn note_end<T>(
    end: &OnceLock<anyhow::Result<T>>,
    shared: &Shared<'_>,
    work: impl Future<Output = anyhow::Result<T>>,
) {
    struct AbortOnUnwind<'run>(&'run Shared<'run>);
    impl Drop for AbortOnUnwind<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                self.0.abort();
            }
        }
    }
    let _guard = AbortOnUnwind(shared);
    let _only_once = end.set(work.await.inspect_err(|_| shared.abort()));
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
}
