//! Shards as an engine: the axes and the promise of what each of them is; and behind the write-path traits.

use std::path::Path;
use std::sync::{Arc, Mutex};

use super::shard::Shard;
use super::spec::{ShardCount, ShardedSpec, shard_of, split};
use crate::axis::AxisValue;
use crate::checkpoint::{CheckpointCall, Cycle};
use crate::counters::{Counters, WorkDone};
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::locks::lock;
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, ConcurrentPath, SharedReader, WritePath, answer};
use crate::read::{Query, ReadPath};
use crate::record::Record;
use crate::spec::{PathFacts, PathSpec, Standing};
use crate::worker::{Ending, Worker};

impl PathSpec for ShardedSpec {
    fn engine(&self) -> AxisValue {
        self.path.engine()
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.path.axes();
        let shards = self.shards;
        axes.push(AxisValue::labelled("shards", shards.to_string(), format!("{shards}shard")));
        axes.push(self.gather.axis());
        axes
    }

    fn facts(&self) -> PathFacts {
        let of_shard = self.path.facts();
        PathFacts {
            // Nobody gets shards without asking.
            standing: match of_shard.standing {
                Standing::Reference => Standing::Reference,
                Standing::Vanilla | Standing::Tuned => Standing::Tuned,
            },
            initial_state_bytes: of_shard
                .initial_state_bytes
                .saturating_mul(self.shards.get().into()),
            // Shards take turns at what they put off, so that only commits without any are alike.
            cycle: if of_shard.cycle == Cycle::Commit { Cycle::Commit } else { Cycle::Never },
            stores_records: of_shard.stores_records,
            sqlite_build: of_shard.sqlite_build,
            ..PathFacts::of(of_shard.promise)
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(ShardedPath::open(self, directory)?))
    }

    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        Some(Arc::new(Self { path: self.path.for_audit()?, ..self.clone() }))
    }

    fn recover(&self, directory: &Path) -> Result<Digest> {
        let mut found = Digest::default();
        for shard in 0..self.shards.get() {
            let recovered = self.shard(shard).recover(&Self::directory(directory, shard));
            found.merge(&recovered.map_err(|error| WriteError::of_shard(shard, error))?);
        }
        Ok(found)
    }

    fn examine(&self, directory: &Path) -> Result<()> {
        (0..self.shards.get()).try_for_each(|shard| {
            let examined = self.shard(shard).examine(&Self::directory(directory, shard));
            examined.map_err(|error| WriteError::of_shard(shard, error))
        })
    }
}

/// Open shards. It may be entered by many threads: each shard commits whatever waits before it.
struct ShardedPath {
    spec: ShardedSpec,
    workers: Vec<Worker<Shard>>,
    /// The number of the last packet. Parts are handed in under this lock, so that each shard gets
    /// its parts in the order of their numbers.
    submitted: Mutex<u64>,
}

/// Bits of a ticket that say which shards its packet touches; the number stands above them.
const SHARD_BITS: u32 = ShardCount::MAX.get();

impl ShardedPath {
    fn open(spec: &ShardedSpec, directory: &Path) -> Result<Self> {
        spec.refuse_builds_of_one_thread()?;
        let start = |number| {
            let directory = ShardedSpec::directory(directory, number);
            Shard::start(number, spec.shard(number), directory, spec.gather)
        };
        let workers = (0..spec.shards.get()).map(start).collect::<Result<Vec<_>, _>>()?;
        Ok(Self { spec: spec.clone(), workers, submitted: Mutex::new(0) })
    }

    fn shards(&self) -> impl Iterator<Item = &Shard> {
        self.workers.iter().map(Worker::shared)
    }

    /// Asks every shard, one after the other.
    fn ask_all<Answer: Send + 'static>(
        &self,
        work: fn(&mut dyn WritePath) -> Result<Answer>,
    ) -> Result<Vec<Answer>> {
        self.shards().map(|shard| shard.ask(work)).collect()
    }
}

fn number_of(ticket: Ticket) -> u64 {
    ticket.0 >> SHARD_BITS
}

impl ConcurrentPath for ShardedPath {
    fn submit(&self, packet: &Packet) -> Result<Ticket> {
        let parts = split(packet, self.spec.shards);
        let mut submitted = lock(&self.submitted);
        *submitted += 1;
        let mut ticket = *submitted << SHARD_BITS;
        for (number, (shard, part)) in self.shards().zip(parts).enumerate() {
            if let Some(part) = part {
                shard.push(*submitted, part)?;
                ticket |= 1 << number;
            }
        }
        Ok(Ticket(ticket))
    }

    fn wait(&self, ticket: Ticket) -> Result<()> {
        let touched = self.shards().enumerate().filter(|(shard, _)| ticket.0 >> shard & 1 == 1);
        touched.map(|(_, shard)| shard).try_for_each(|shard| shard.wait(number_of(ticket)))
    }

    fn read(&self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        let shard = match query {
            Query::FirstVote { article }
            | Query::Votes { article }
            | Query::VoteCount { article } => shard_of(article, self.spec.shards),
            Query::Range { .. } if self.spec.shards == ShardCount::ONE => 0,
            // Which came first is known within a shard only.
            Query::Range { .. } => {
                return Err(query.no_way_in("a row of shards"));
            }
        };
        let shard = self.workers[shard as usize].shared();
        let (count, records) = shard.ask(move |path| answer(path, query))?;
        found.extend(records);
        Ok(count)
    }
}

impl WritePath for ShardedPath {
    fn reach_steady_state(&mut self) -> Result<()> {
        self.ask_all(|path| path.reach_steady_state()).map(drop)
    }

    fn recycle(&mut self) -> Result<Digest> {
        let mut recycled = Digest::default();
        self.ask_all(|path| path.recycle())?.iter().for_each(|digest| recycled.merge(digest));
        Ok(recycled)
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        ConcurrentPath::submit(self, packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        self.shards().try_for_each(|shard| shard.wait(number_of(ticket)))
    }

    /// Each shard does its own, before its next group; a failure of it is told here or later.
    fn after_ack(&mut self) -> Result<()> {
        self.shards().try_for_each(Shard::check)
    }

    fn drain(&mut self) -> Result<()> {
        self.shards().try_for_each(Shard::check)?;
        self.ask_all(|path| path.drain())?;
        self.shards().try_for_each(Shard::check)
    }

    fn counters(&self) -> Counters {
        // A thread that is gone has nothing more to tell.
        let of_shard = |shard: &Shard| shard.ask(|path| Ok(path.counters())).unwrap_or_default();
        let counters: Vec<Counters> = self.shards().map(of_shard).collect();
        let own = counters.iter().fold(WorkDone::default(), |sum, counters| sum + counters.own);
        // What each shard would count for all of them.
        Counters { own, shared: counters[0].shared }
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Concurrent(self)
    }

    fn suspend(&mut self) {
        // A thread that is gone has nothing to suspend, which `resume` tells.
        for shard in self.shards() {
            let _gone = shard.ask(|path| {
                path.suspend();
                Ok(())
            });
        }
    }

    fn resume(&mut self) -> Result<()> {
        self.ask_all(|path| path.resume()).map(drop)
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        Ok(Some(Box::new(SharedReader(self))))
    }

    fn close(self: Box<Self>) -> Result<()> {
        self.shards().for_each(|shard| shard.end(Ending::Close));
        // Every one is joined, whatever the first one says.
        let join = |(number, mut worker): (u32, Worker<Shard>)| {
            worker.stop().map_err(|error| WriteError::of_shard(number, error))
        };
        let outcomes: Vec<_> = (0..).zip(self.workers).map(join).collect();
        outcomes.into_iter().collect()
    }
}

impl Inspect for ShardedPath {
    /// Those of the first shard, and of each other one what is not the same there.
    fn settings(&self) -> Result<Settings> {
        let mut settings = Settings::new();
        for (number, of_shard) in
            self.ask_all(|path| path.inspect().settings())?.into_iter().enumerate()
        {
            for (name, value) in of_shard {
                let name = match settings.get(&name) {
                    Some(known) if *known != value => format!("{name} of shard {number}"),
                    _ => name,
                };
                settings.insert(name, value);
            }
        }
        settings.insert("shards".into(), self.spec.shards.to_string());
        settings.extend([self.spec.gather.axis().into_setting()]);
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>> {
        self.workers[0].shared().ask(|path| path.inspect().identity())
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        let sizes = self.ask_all(|path| path.inspect().storage_sizes())?;
        Ok(sizes.into_iter().fold(StorageSizes::default(), |sum, sizes| sum + sizes))
    }

    fn lag_operations(&self) -> Option<u64> {
        let lag = |shard: &Shard| shard.ask(|path| Ok(path.inspect().lag_operations())).ok()?;
        self.shards().map(lag).sum()
    }

    fn kept_in_memory(&self) -> Option<Digest> {
        let mut kept = Digest::default();
        for shard in self.shards() {
            kept.merge(&shard.ask(|path| Ok(path.inspect().kept_in_memory())).ok()??);
        }
        Some(kept)
    }

    /// How often the WAL of each shard has begun anew: of the one where it did least often.
    fn wal_resets(&self) -> Result<Option<u64>> {
        let resets = self.ask_all(|path| path.inspect().wal_resets())?;
        Ok(resets.into_iter().flatten().min())
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        // A thread that is gone has nothing more to tell.
        let of_shard = |shard: &Shard| shard.ask(|path| Ok(path.inspect().take_checkpoints()));
        let mut calls: Vec<CheckpointCall> =
            self.shards().filter_map(|shard| of_shard(shard).ok()).flatten().collect();
        calls.sort_by_key(|call| call.begun + call.duration);
        calls
    }
}
