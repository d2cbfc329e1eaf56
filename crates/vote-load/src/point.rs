//! One point of a load curve: a path under a load at one rate, from an empty directory to the check
//! after reopening.

use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use fixture::record_of_checkpoints;
use measure::latency::LatencyHistogram;
use measure::record::CheckpointsRecord;
use measure::spread::Spread;
use measure::timeline::TimelineRecord;
use write_path::{
    Admission, Digest, Identity, Operation, Packet, PathSpec, Record, Settings, StorageSizes,
    WritePath,
};

use crate::backlog::BacklogTrend;
use crate::batches::Batches;
use crate::committer::{CommitCounts, Intake, PATIENCE, run_own_client, serve};
use crate::counts::Counts;
use crate::desk::Desk;
use crate::error::LoadError;
use crate::generator::{Generated, LoadEnd, generate};
use crate::load::{Clients, VoteLoad};
use crate::operations::Operations;
use crate::queue::BatchQueue;
use crate::rate::Target;
use crate::watch::{Clock, LoadWatch, OperationLatencies, PARTS, Seen, SeriesLine};

/// One point of a load curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// What is asked for.
    pub load: VoteLoad,
    /// How much of it.
    pub target: Target,
    /// How long it warms up.
    pub warm_up: Duration,
    /// How long it is measured then.
    pub run: Duration,
    /// How long what waits at the end may still be served. What waits longer is given up.
    pub catch_up_max: Duration,
}

/// What a point showed.
#[derive(Debug, Clone)]
pub struct PointOutcome {
    /// The point.
    pub point: Point,
    /// The times of votes.
    pub writes: OperationLatencies,
    /// The times of reads.
    pub reads: OperationLatencies,
    /// How much later than it closed each batch was handed on, in ns.
    pub lateness: LatencyHistogram,
    /// Operations acked per second, in tenths of the measured time.
    pub acked_per_second: Spread,
    /// Operations acked per second from the load's start until everything was acked and drained: the
    /// document's "actual ops/s", with the path's debt charged.
    pub drained_per_second: f64,
    /// How the backlog went; `None` of a load that was too short to tell.
    pub backlog: Option<BacklogTrend>,
    /// Commits and votes in them, warm-up included; for a path with a group commit of its own, as
    /// its syncs tell, and `None` where it makes none.
    pub commits: Option<CommitCounts>,
    /// The checkpoints, warm-up included; `None` without any.
    pub checkpoints: Option<CheckpointsRecord>,
    /// How the load ended.
    pub end: LoadEnd,
    /// Operations that were given up, after [`Point::catch_up_max`] or because the load ended early;
    /// none of them was acked.
    pub given_up_operations: u64,
    /// How long the last drain took.
    pub drained_in: Duration,
    /// How long reopening and reading everything took.
    pub reopened_in: Duration,
    /// A line for each tenth of a second, warm-up included.
    pub series: Vec<SeriesLine>,
    /// The same as a run record keeps it.
    pub timeline: TimelineRecord,
    /// The settings in effect.
    pub settings: Settings,
    /// What the engine says of itself.
    pub identity: Identity,
    /// What was stored at the end, drained.
    pub sizes: StorageSizes,
    /// What was acked, the votes from before the load included, and was found after reopening.
    pub verified: Digest,
    /// Whether the path keeps votes in memory alone: then what it kept was compared before it was
    /// closed.
    pub is_in_memory: bool,
}

/// Called for each line while a load runs.
pub type OnLine<'caller> = &'caller mut dyn FnMut(&SeriesLine);

/// Operations that may wait before a load is ended as hopeless. They take about 100 MB.
const BACKLOG_MAX: u64 = 2_000_000;

/// Votes of a packet that fills a store before the load.
const FILLING_VOTES: usize = 4_096;

/// The seed of every load.
const SEED: u64 = 0x5ee_d0fd_07ab;

/// A generator whose lateness at the 99th percentile is beyond this share of the sojourn's measures
/// itself.
const LATENESS_SHARE_MAX: f64 = 0.1;

impl Point {
    /// Runs the point in an empty directory: fills the store, loads it, drains and closes it, opens
    /// it again and compares every vote.
    ///
    /// # Errors
    /// Whatever the path answers, and [`LoadError::Unfaithful`] where the comparison fails.
    pub fn run(
        &self,
        spec: &dyn PathSpec,
        directory: &Path,
        on_line: OnLine<'_>,
    ) -> Result<PointOutcome, LoadError> {
        let mut path = spec.open(directory)?;
        let before = fill(path.as_mut(), &self.load)?;
        // Those of the filling are nobody's.
        let _before = path.take_checkpoints();
        let work_before = path.work_done();
        let loaded = self.load_path(path.as_mut(), on_line)?;
        let syncs = path.work_done().syncs - work_before.syncs;
        let checkpoints = path.take_checkpoints();
        let draining = Instant::now();
        path.drain()?;
        let drained_in = draining.elapsed();
        let (settings, identity, sizes) =
            (path.settings()?, path.identity()?, path.storage_sizes()?);
        let kept_in_memory = path.kept_in_memory();
        path.close()?;
        let mut acked = before;
        acked.merge(&self.acked(&loaded.seen));
        let reopening = Instant::now();
        let found = match kept_in_memory {
            Some(kept) => kept,
            None => spec.recover(directory)?,
        };
        if found != acked {
            return Err(LoadError::Unfaithful { acked, found });
        }
        let measured = Measured { loaded, drained_in, syncs };
        Ok(PointOutcome {
            point: *self,
            acked_per_second: measured.acked_per_second(self)?,
            drained_per_second: measured.drained_per_second(),
            backlog: BacklogTrend::of(&measured.loaded.generated.backlog),
            commits: measured.commits(),
            end: measured.loaded.generated.end,
            checkpoints: record_of_checkpoints(
                checkpoints.iter(),
                measured.loaded.clock.begin,
                measured.loaded.clock.begin.elapsed().min(self.length()),
            ),
            given_up_operations: measured.loaded.given_up_operations
                + measured.loaded.generated.given_up_operations,
            lateness: measured.loaded.generated.lateness,
            writes: measured.loaded.seen.writes,
            reads: measured.loaded.seen.reads,
            series: measured.loaded.seen.series,
            timeline: measured.loaded.timeline,
            drained_in,
            reopened_in: reopening.elapsed(),
            settings,
            identity,
            sizes,
            verified: found,
            is_in_memory: kept_in_memory.is_some(),
        })
    }

    fn length(&self) -> Duration {
        self.warm_up + self.run
    }

    fn batches(&self) -> Batches {
        Batches::of(&self.load, self.target, self.length(), SEED)
    }

    /// Every vote that was acked, made again from the seed.
    fn acked(&self, seen: &Seen) -> Digest {
        let mut numbers = seen.acked_batches.clone();
        numbers.sort_unstable();
        let mut numbers = numbers.into_iter().peekable();
        let mut digest = Digest::default();
        for batch in self.batches() {
            if numbers.peek().is_none() {
                break;
            }
            if numbers.next_if_eq(&batch.number).is_some() {
                batch.add_to(&mut digest);
            }
        }
        digest
    }

    /// Puts the load on an open path until everything is acked or given up.
    fn load_path(
        &self,
        path: &mut dyn WritePath,
        on_line: OnLine<'_>,
    ) -> Result<Loaded, LoadError> {
        let queue = BatchQueue::new();
        let clock = Clock { begin: Instant::now(), warm_up: self.warm_up, run: self.run };
        let watch = LoadWatch::starting(clock);
        let mut keeper = Keeper {
            queue: &queue,
            watch: &watch,
            deadline: clock.end() + self.catch_up_max,
            given_up_operations: 0,
            on_line,
        };
        let (generated, served) = thread::scope(|scope| {
            let batches = self.batches();
            let (queue, watch) = (&queue, &watch);
            let generator = scope.spawn(move || generate(batches, queue, watch, BACKLOG_MAX));
            // Also after an error or a panic, so that neither the generator nor a client goes on.
            let _closing = AbandonAtEnd(queue);
            let served = self.serve(path, queue, watch, &mut keeper);
            if served.is_err() {
                queue.abandon();
            }
            let generated =
                generator.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
            (generated, served)
        });
        let given_up_operations = keeper.given_up_operations;
        let commits = served?;
        let (seen, timeline) = watch.finish();
        Ok(Loaded { clock, generated, commits, given_up_operations, seen, timeline })
    }

    /// Serves the queue until it is empty and closed. Returns the commits, where the committer made
    /// them.
    fn serve(
        &self,
        path: &mut dyn WritePath,
        queue: &BatchQueue,
        watch: &LoadWatch,
        keeper: &mut Keeper<'_, '_>,
    ) -> Result<Option<CommitCounts>, LoadError> {
        let mut counts = self.load.reads().then(|| Counts::before(&self.load));
        let look_after = |path: &dyn WritePath| keeper.look_after(path);
        match self.load.clients {
            Clients::Unlimited => {
                serve(path, &Intake::Queue(queue), watch, counts.as_mut(), look_after).map(Some)
            }
            Clients::Blocking(clients) => {
                let is_concurrent = matches!(path.admission(), Admission::Concurrent(_));
                if is_concurrent && !self.load.reads() {
                    return serve_own(path, clients.get(), queue, watch, keeper).map(|()| None);
                }
                let desk = Desk::of(clients);
                thread::scope(|scope| {
                    for client in 0..clients.get() as usize {
                        let desk = &desk;
                        scope.spawn(move || desk.run_client(client, queue, watch));
                    }
                    let _closing = CloseAtEnd(&desk);
                    let intake = Intake::Clients { desk: &desk, merge_wait: self.load.merge_wait };
                    serve(path, &intake, watch, counts.as_mut(), look_after).map(Some)
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
    watch: &LoadWatch,
    keeper: &mut Keeper<'_, '_>,
) -> Result<(), LoadError> {
    let path: &dyn WritePath = path;
    let Admission::Concurrent(entry) = path.admission() else { return Err(LoadError::NoReader) };
    thread::scope(|scope| {
        let clients: Vec<_> = (0..clients)
            .map(|_| {
                scope.spawn(move || {
                    let outcome = run_own_client(entry, queue, watch);
                    if outcome.is_err() {
                        queue.abandon();
                    }
                    outcome
                })
            })
            .collect();
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
    watch: &'load LoadWatch,
    deadline: Instant,
    given_up_operations: u64,
    on_line: OnLine<'caller>,
}

impl Keeper<'_, '_> {
    fn look_after(&mut self, path: &dyn WritePath) -> Result<(), LoadError> {
        let now = Instant::now();
        if let Some(line) = self.watch.line_if_due(now, || path.storage_sizes())? {
            (self.on_line)(&line);
        }
        if now > self.deadline {
            self.given_up_operations += self.queue.abandon();
        }
        Ok(())
    }
}

struct AbandonAtEnd<'load>(&'load BatchQueue);

impl Drop for AbandonAtEnd<'_> {
    fn drop(&mut self) {
        self.0.abandon();
    }
}

struct CloseAtEnd<'load>(&'load Desk);

impl Drop for CloseAtEnd<'_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// A path that was loaded, before it is drained.
struct Loaded {
    clock: Clock,
    generated: Generated,
    commits: Option<CommitCounts>,
    given_up_operations: u64,
    seen: Seen,
    timeline: TimelineRecord,
}

struct Measured {
    loaded: Loaded,
    drained_in: Duration,
    syncs: u64,
}

impl Measured {
    /// Only parts that ended before the load did are told.
    fn acked_per_second(&self, point: &Point) -> Result<Spread, LoadError> {
        let part_seconds = point.run.as_secs_f64() / f64::from(PARTS);
        let ran = self.loaded.generated.ended_at.saturating_sub(point.warm_up).as_secs_f64();
        let whole_parts = (ran / part_seconds + 1e-9) as usize;
        let rates: Vec<f64> = self.loaded.seen.acked_by_part[..whole_parts.min(PARTS as usize)]
            .iter()
            .map(|operations| *operations as f64 / part_seconds)
            .collect();
        let measured = rates.iter().any(|rate| *rate > 0.0);
        Spread::of(rates).filter(|_| measured).ok_or(LoadError::NothingMeasured)
    }

    fn drained_per_second(&self) -> f64 {
        let Loaded { clock, seen, .. } = &self.loaded;
        let operations = self.loaded.acked_operations();
        let acked_in = seen.last_ack.map_or(Duration::ZERO, |ack| ack - clock.begin);
        operations as f64 / (acked_in + self.drained_in).as_secs_f64().max(1e-9)
    }

    fn commits(&self) -> Option<CommitCounts> {
        let own = || CommitCounts { commits: self.syncs, votes: self.loaded.acked_operations() };
        self.loaded.commits.or_else(|| (self.syncs > 0).then(own))
    }
}

impl Loaded {
    fn acked_operations(&self) -> u64 {
        self.timeline.slots.iter().map(|slot| slot.operations).sum()
    }
}

impl PointOutcome {
    /// Whether the generator was so late that the figures are its own.
    pub fn is_generator_bound(&self) -> bool {
        let lateness = self.lateness.quantile(0.99).or(self.lateness.longest());
        let sojourn = self.operations_sojourn_ns(0.99);
        lateness.zip(sojourn).is_some_and(|(lateness, sojourn)| {
            lateness as f64 > LATENESS_SHARE_MAX * sojourn as f64
        })
    }

    /// Whether the path fell behind the load.
    pub fn is_saturated(&self) -> bool {
        let grows = |trend: BacklogTrend| trend.grows_under(self.point.target.get().into());
        self.end == LoadEnd::Behind || self.backlog.is_some_and(grows)
    }

    /// How the votes were compared.
    pub fn verification(&self) -> &'static str {
        if self.is_in_memory {
            "kept in memory only: every vote compared by count and digest before closing, and none is \
             left"
        } else {
            "closed, reopened, and every vote compared by count and digest"
        }
    }

    /// Votes that shared a commit, on average.
    pub fn votes_per_commit(&self) -> Option<f64> {
        let commits = self.commits.filter(|commits| commits.commits > 0)?;
        Some(commits.votes as f64 / commits.commits as f64)
    }

    /// A quantile of the votes' sojourn in ns, or the longest of too few.
    pub fn operations_sojourn_ns(&self, quantile: f64) -> Option<u64> {
        self.writes.sojourn.quantile(quantile).or(self.writes.sojourn.longest())
    }
}

/// Gives each article one vote, so that whatever is kept by article is there before the load.
fn fill(path: &mut dyn WritePath, load: &VoteLoad) -> Result<Digest, LoadError> {
    let records: Vec<Record> = Operations::before(load).collect();
    let mut digest = Digest::default();
    for records in records.chunks(FILLING_VOTES) {
        fixture::check_interrupt()?;
        records.iter().for_each(|record| digest.add(record));
        let packet = Packet::new(records.iter().cloned().map(Operation::Insert).collect());
        let ticket = path.submit(&packet)?;
        path.wait(ticket)?;
        path.after_ack()?;
    }
    path.drain()?;
    Ok(digest)
}
