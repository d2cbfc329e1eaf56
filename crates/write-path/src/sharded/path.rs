//! Shards behind the write-path traits.

use std::path::Path;
use std::sync::Mutex;

use super::shard::{Open, Shard};
use super::spec::{ShardCount, ShardedSpec};
use super::split::{shard_of, split};
use crate::checkpoint::CheckpointCall;
use crate::counters::{Counters, WorkDone};
use crate::digest::Digest;
use crate::error::WriteError;
use crate::inspect::{Inspect, Settings, SqliteIdentity, StorageSizes};
use crate::locks::lock;
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, ConcurrentPath, WritePath};
use crate::read::{Query, ReadPath};
use crate::record::Record;

/// Open shards. It may be entered by many threads: each shard commits whatever waits before it.
pub(super) struct ShardedPath {
    spec: ShardedSpec,
    shards: Vec<Shard>,
    /// The number of the last packet. Parts are handed in under this lock, so that each shard gets
    /// its parts in the order of their numbers.
    submitted: Mutex<u64>,
}

/// Bits of a ticket that say which shards its packet touches; the number stands above them.
const SHARD_BITS: u32 = ShardCount::MAX.get();

impl ShardedPath {
    pub(super) fn open(
        spec: &ShardedSpec,
        directory: &Path,
        open: Open,
    ) -> Result<Self, WriteError> {
        let start = |number| {
            let directory = ShardedSpec::directory(directory, number);
            Shard::start(number, spec.shard(number), directory, open, spec.gather)
        };
        let shards = (0..spec.shards.get()).map(start).collect::<Result<Vec<Shard>, _>>()?;
        Ok(Self { spec: spec.clone(), shards, submitted: Mutex::new(0) })
    }

    /// Asks every shard, one after the other.
    fn ask_all<Answer: Send + 'static>(
        &self,
        work: fn(&mut dyn WritePath) -> Result<Answer, WriteError>,
    ) -> Result<Vec<Answer>, WriteError> {
        self.shards.iter().map(|shard| shard.try_ask(work)).collect()
    }

    fn touched(&self, ticket: Ticket) -> impl Iterator<Item = &Shard> {
        let is_touched = move |number: &usize| ticket.0 >> number & 1 == 1;
        self.shards
            .iter()
            .enumerate()
            .filter_map(move |(number, shard)| is_touched(&number).then_some(shard))
    }
}

fn number_of(ticket: Ticket) -> u64 {
    ticket.0 >> SHARD_BITS
}

impl ConcurrentPath for ShardedPath {
    fn submit(&self, packet: &Packet) -> Result<Ticket, WriteError> {
        let parts = split(packet, self.spec.shards);
        let mut submitted = lock(&self.submitted);
        *submitted += 1;
        let mut ticket = *submitted << SHARD_BITS;
        for (number, (shard, part)) in self.shards.iter().zip(parts).enumerate() {
            if let Some(part) = part {
                shard.push(*submitted, part)?;
                ticket |= 1 << number;
            }
        }
        Ok(Ticket(ticket))
    }

    fn wait(&self, ticket: Ticket) -> Result<(), WriteError> {
        self.touched(ticket).try_for_each(|shard| shard.wait(number_of(ticket)))
    }

    fn read(&self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        let shard = match query {
            Query::FirstVote { article }
            | Query::Votes { article }
            | Query::VoteCount { article } => shard_of(article, self.spec.shards),
            Query::Range { .. } if self.spec.shards == ShardCount::ONE => 0,
            // Which came first is known within a shard only.
            Query::Range { .. } => {
                return Err(WriteError::NoWayToRead {
                    store: "a row of shards",
                    query: query.name(),
                });
            }
        };
        let (count, records) = self.shards[shard as usize].try_ask(move |path| {
            let mut records = Vec::new();
            let reader = path.reader()?;
            let mut reader = reader
                .ok_or(WriteError::NoWayToRead { store: "the shard", query: query.name() })?;
            let count = reader.read(query, &mut records)?;
            Ok((count, records))
        })?;
        found.extend(records);
        Ok(count)
    }
}

impl WritePath for ShardedPath {
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        self.ask_all(|path| path.reach_steady_state()).map(drop)
    }

    fn recycle(&mut self) -> Result<Digest, WriteError> {
        let mut recycled = Digest::default();
        self.ask_all(|path| path.recycle())?.iter().for_each(|digest| recycled.merge(digest));
        Ok(recycled)
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        ConcurrentPath::submit(self, packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        self.shards.iter().try_for_each(|shard| shard.wait(number_of(ticket)))
    }

    /// Each shard does its own, before its next group; a failure of it is told here or later.
    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.shards.iter().try_for_each(Shard::check)
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.shards.iter().try_for_each(Shard::check)?;
        self.ask_all(|path| path.drain())?;
        self.shards.iter().try_for_each(Shard::check)
    }

    fn counters(&self) -> Counters {
        // A thread that is gone has nothing more to tell.
        let of_shard = |shard: &Shard| shard.ask(|path| path.counters()).unwrap_or_default();
        let counters: Vec<Counters> = self.shards.iter().map(of_shard).collect();
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
        for shard in &self.shards {
            let _gone = shard.ask(|path| path.suspend());
        }
    }

    fn resume(&mut self) -> Result<(), WriteError> {
        self.ask_all(|path| path.resume()).map(drop)
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        Ok(Some(Box::new(ShardsReader(self))))
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.shards.iter().for_each(Shard::begin_close);
        // Every one is joined, whatever the first one says.
        let outcomes: Vec<_> = self.shards.into_iter().map(Shard::join).collect();
        outcomes.into_iter().collect()
    }
}

impl Inspect for ShardedPath {
    /// Those of the first shard, and of each other one what is not the same there.
    fn settings(&self) -> Result<Settings, WriteError> {
        let mut settings = Settings::new();
        for (number, of_shard) in
            self.ask_all(|path| path.inspect().settings())?.into_iter().enumerate()
        {
            for (name, value) in of_shard {
                match settings.get(&name) {
                    Some(known) if *known == value => {}
                    Some(_) => {
                        settings.insert(format!("{name} of shard {number}"), value);
                    }
                    None => {
                        settings.insert(name, value);
                    }
                }
            }
        }
        settings.insert("shards".into(), self.spec.shards.to_string());
        settings.extend([self.spec.gather.axis().into_setting()]);
        Ok(settings)
    }

    fn identity(&self) -> Result<Option<SqliteIdentity>, WriteError> {
        self.shards[0].try_ask(|path| path.inspect().identity())
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        let sizes = self.ask_all(|path| path.inspect().storage_sizes())?;
        Ok(sizes.into_iter().fold(StorageSizes::default(), |sum, sizes| sum + sizes))
    }

    fn lag_operations(&self) -> Option<u64> {
        let lags = self
            .shards
            .iter()
            .map(|shard| shard.ask(|path| path.inspect().lag_operations()).ok()?);
        lags.sum()
    }

    fn kept_in_memory(&self) -> Option<Digest> {
        let mut kept = Digest::default();
        for shard in &self.shards {
            kept.merge(&shard.ask(|path| path.inspect().kept_in_memory()).ok()??);
        }
        Some(kept)
    }

    /// How often the WAL of each shard has begun anew: of the one where it did least often.
    fn wal_resets(&self) -> Result<Option<u64>, WriteError> {
        let resets = self.ask_all(|path| path.inspect().wal_resets())?;
        Ok(resets.into_iter().flatten().min())
    }

    fn take_checkpoints(&self) -> Vec<CheckpointCall> {
        // A thread that is gone has nothing more to tell.
        let of_shard = |shard: &Shard| shard.ask(|path| path.inspect().take_checkpoints());
        let mut calls: Vec<CheckpointCall> =
            self.shards.iter().filter_map(|shard| of_shard(shard).ok()).flatten().collect();
        calls.sort_by_key(|call| call.begun + call.duration);
        calls
    }
}

/// Asks the shard that has the answer.
struct ShardsReader<'path>(&'path ShardedPath);

impl ReadPath for ShardsReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        ConcurrentPath::read(self.0, query, found)
    }
}
