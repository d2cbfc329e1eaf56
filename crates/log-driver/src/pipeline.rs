//! A run: source, database and sink in threads, a slice of the time series after the other, and the check at the end.

use std::path::Path;
use std::sync::atomic::Ordering;
use std::thread::ScopedJoinHandle;
use std::time::{Duration, Instant};

use fixture::{check_interrupt, start_thread};
use measure::timeline::resident_bytes;

use crate::database::{self, Kept, read};
use crate::error::DriverError;
use crate::input::InputFile;
use crate::number_set::NumberSet;
use crate::outcome::{Counts, Depths, End, Outcome, Slice};
use crate::plan::Plan;
use crate::shared::{Counters, Shared};
use crate::topology::MESSAGES;
use crate::verification::verify;
use crate::waits::Waits;
use crate::{sink, source};

/// How often the threads are looked at.
const GLANCE: Duration = Duration::from_millis(10);

/// What is asked and told while a run goes on.
pub trait Observer {
    /// Whether the run is to end: the source stops, what is in flight is answered, and no ack is lost.
    fn asks_to_end(&mut self) -> bool;

    /// A slice of the time series is over.
    fn see(&mut self, slice: &Slice);
}

/// An observer that sees nothing and ends nothing.
#[derive(Debug, Clone, Copy)]
pub struct Unobserved;

impl Observer for Unobserved {
    fn asks_to_end(&mut self) -> bool {
        false
    }

    fn see(&mut self, _slice: &Slice) {}
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

    fn see(&mut self, _slice: &Slice) {}
}

type Thread<'scope, T> = ScopedJoinHandle<'scope, Result<T, DriverError>>;

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
        let waits = Waits::default();
        let shared = Shared::new(self.topology.channels(self.channel_capacity)?, &waits);
        let reader = input.reader(self.first_number)?;
        let begun = Instant::now();
        let mut series = Series::begin(self.slice, begun);
        let (kept, delivered) = std::thread::scope(|scope| {
            let shared = &shared;
            let database = start_thread(scope, "database", move || {
                ending(shared, || database::run(self, directory, shared))
            })?;
            let started =
                start_thread(scope, "sink", move || ending(shared, || sink::run(self, shared)))
                    .and_then(|sink| {
                        let source = start_thread(scope, "source", move || {
                            let ended = ending(shared, || source::run(self, reader, shared));
                            shared.note_source_ended();
                            ended
                        });
                        Ok((source?, sink))
                    });
            // Without one of the threads the others end, and the scope with them.
            let (source, sink) = started.inspect_err(|_| shared.abort())?;
            observe(&mut series, &database, shared, observer);
            joined(source, database, sink)
        })?;
        let verified = verify(self, directory, &kept, &delivered)?;
        let end = match (shared.deadlock(), shared.is_interrupted()) {
            (Some(deadlock), _) => End::Deadlock(deadlock.clone()),
            (None, true) => End::Interrupted,
            (None, false) => End::Complete,
        };
        Ok(Outcome {
            end,
            counts: counts_of(&shared.counters),
            series: series.slices,
            kept,
            verified,
            final_sizes: shared.noted_sizes(),
            seconds: begun.elapsed(),
        })
    }
}

/// Does a thread's work. An error or a panic of one ends the others too: nobody waits for a thread that is gone.
fn ending<T>(
    shared: &Shared<'_>,
    work: impl FnOnce() -> Result<T, DriverError>,
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
    work().inspect_err(|_| shared.abort())
}

/// The ends of all threads; the database's error is told before the others', which may follow from it.
fn joined(
    source: Thread<'_, ()>,
    database: Thread<'_, Kept>,
    sink: Thread<'_, NumberSet>,
) -> Result<(Kept, NumberSet), DriverError> {
    let kept = database.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let delivered = sink.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let handed_in = source.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
    let kept = kept?;
    let delivered = delivered?;
    handed_in?;
    Ok((kept, delivered))
}

/// Looks at the run until its database has ended.
fn observe(
    series: &mut Series,
    database: &Thread<'_, Kept>,
    shared: &Shared<'_>,
    observer: &mut dyn Observer,
) {
    while !database.is_finished() {
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

/// The time series of a run.
struct Series {
    length: Duration,
    begun: Instant,
    slice_begun: Instant,
    before: Counts,
    slices: Vec<Slice>,
}

impl Series {
    fn begin(length: Duration, begun: Instant) -> Self {
        Self { length, begun, slice_begun: begun, before: Counts::default(), slices: Vec::new() }
    }

    fn is_slice_over(&self) -> bool {
        self.slice_begun.elapsed() >= self.length
    }

    /// Closes a slice, however long it has become.
    fn add(&mut self, shared: &Shared<'_>) -> &Slice {
        let now = Instant::now();
        let counts = counts_of(&shared.counters);
        let counters = &shared.counters;
        let depths = shared.to_database.depths();
        let sizes = shared.noted_sizes();
        let slice = Slice {
            end_seconds: (now - self.begun).as_secs_f64(),
            seconds: (now - self.slice_begun).as_secs_f64(),
            counts: counts.since(&self.before),
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
        };
        self.before = counts;
        self.slice_begun = now;
        self.slices.push(slice);
        self.slices.last().expect("one was just added")
    }
}

fn counts_of(counters: &Counters) -> Counts {
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
