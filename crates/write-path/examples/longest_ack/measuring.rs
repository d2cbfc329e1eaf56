//! One run: a closed loop of commits, each timed from hand-in to ack.

use std::error::Error;
use std::path::Path;
use std::time::{Duration, Instant};

use rand::rngs::SmallRng;
use rand::{RngExt as _, SeedableRng as _};
use write_path::sqlite::SqliteSpec;
use write_path::{
    CheckpointCall, CheckpointCaller, Digest, Operation, Packet, PathSpec as _, Record, Vote,
    WritePath,
};

/// The first document's number of articles.
const ARTICLES: u32 = 100_000;

/// Packets that are made ahead.
const STRETCH: usize = 50;

/// One run of one strategy.
pub(crate) struct Run {
    /// Ascending.
    latencies: Vec<Duration>,
    pub(crate) acked_per_second: f64,
    pub(crate) drained_per_second: f64,
    pub(crate) wal_bytes_max: u64,
    calls: Vec<CheckpointCall>,
}

/// Votes for random articles, and the digest of those that were made.
#[derive(Clone)]
pub(crate) struct Votes {
    random: SmallRng,
    made: Digest,
}

impl Votes {
    pub(crate) fn from_the_first() -> Self {
        Self { random: SmallRng::seed_from_u64(7), made: Digest::default() }
    }

    pub(crate) fn made(&self) -> Digest {
        self.made
    }

    pub(crate) fn packet(&mut self, records: usize) -> Packet {
        let operations = (0..records).map(|_| {
            let article = self.random.random_range(0..ARTICLES);
            let record = Record::Vote(Vote { article, user: self.made.records() });
            self.made.add(&record);
            Operation::Insert(record)
        });
        Packet::new(operations.collect())
    }
}

/// What a closed loop saw.
#[derive(Default)]
struct Seen {
    latencies: Vec<Duration>,
    driven: Duration,
    wal_bytes_max: u64,
}

/// Warms up for a tenth of the acks, then times each; drains, closes, and verifies what is found.
pub(crate) fn measure(
    spec: &SqliteSpec,
    directory: &Path,
    mut votes: Votes,
    records_per_packet: usize,
    acks: usize,
) -> Result<Run, Box<dyn Error>> {
    let mut path = spec.open(directory)?;
    drive(path.as_mut(), &mut votes, records_per_packet, acks / 10)?;
    path.drain()?;
    path.inspect().take_checkpoints();
    let seen = drive(path.as_mut(), &mut votes, records_per_packet, acks)?;
    let calls = path.inspect().take_checkpoints();
    let draining = Instant::now();
    path.drain()?;
    let drained = seen.driven + draining.elapsed();
    path.close()?;
    if spec.recover(directory)? != votes.made {
        return Err(format!("{spec:?}: what was acked is not what is found").into());
    }
    let mut latencies = seen.latencies;
    latencies.sort_unstable();
    let operations = (acks * records_per_packet) as f64;
    Ok(Run {
        latencies,
        acked_per_second: operations / seen.driven.as_secs_f64(),
        drained_per_second: operations / drained.as_secs_f64(),
        wal_bytes_max: seen.wal_bytes_max,
        calls,
    })
}

fn drive(
    path: &mut dyn WritePath,
    votes: &mut Votes,
    records_per_packet: usize,
    acks: usize,
) -> Result<Seen, Box<dyn Error>> {
    let mut seen = Seen::default();
    let mut deferred = Duration::ZERO;
    while seen.latencies.len() < acks {
        // Made outside of the timing, and ahead: a pause between any two packets would be a moment
        // for checkpoints that a busy application does not have.
        let stretch = STRETCH.min(acks - seen.latencies.len());
        let packets: Vec<Packet> = (0..stretch).map(|_| votes.packet(records_per_packet)).collect();
        for packet in &packets {
            let begun = Instant::now();
            let ticket = path.submit(packet)?;
            path.wait(ticket)?;
            let acked = begun.elapsed();
            path.after_ack()?;
            let done = begun.elapsed();
            // The packet was due at the previous ack, and waited for what followed that.
            seen.latencies.push(deferred + acked);
            seen.driven += done;
            deferred = done - acked;
        }
        seen.wal_bytes_max = seen.wal_bytes_max.max(path.inspect().storage_sizes()?.journal_bytes);
    }
    Ok(seen)
}

impl Run {
    pub(crate) fn quantile_ms(&self, quantile: f64) -> f64 {
        let last = self.latencies.len().saturating_sub(1) as f64;
        let latency = self.latencies.get((last * quantile) as usize).copied();
        latency.map_or(f64::NAN, |latency| latency.as_secs_f64() * 1e3)
    }

    /// The longest call of a caller, an early sync of the database included; 0 if there was none.
    pub(crate) fn longest_call_ms(&self, caller: CheckpointCaller) -> f64 {
        let own = self.calls.iter().filter(|call| call.caller == caller);
        let longest = own.map(|call| call.ended() - call.begun).max();
        longest.unwrap_or_default().as_secs_f64() * 1e3
    }
}
