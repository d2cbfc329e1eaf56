//! The same packets into the same engine, by a loop as a careful application has it and by the runner's.

use std::num::NonZeroU32;
use std::path::Path;

use anyhow::{Context, Result};
use measure::device::DeviceMeter;
use native_log::{Log, LogOptions, SyncMethod};
use runner::case::count;
use runner::driver::{Recorder, Running, TraceLevel};
use runner::workload::{PacketSource, SEED, Workload};
use sqlite_builds::{ConnectionMutex, OpenMode, OpenOptions, Vfs};
use write_path::sqlite::{JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table};
use write_path::{LogSpec, Operation, Packet, PathSpec, Record, VOTE_BYTES, Vote, encode_packet};

use crate::counted;

const RECORDS_PER_PACKET: NonZeroU32 = count(400);

/// What a vote's first word says in the log: see `write_path::log`.
const INSERT_VOTE: u64 = 1;

/// What commits the packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    /// The build `bundled` in WAL mode with FULL.
    Sqlite,
    /// The log without syncs, as in memory.
    Log,
    /// The same. By hand the application has votes, of which it makes bytes itself, and not the operations of the suite.
    LogOfVotes,
}

/// What hands them in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Loop {
    /// Statements prepared once, and nothing else.
    ByHand,
    /// A path, its driver, and what it notes.
    Runner,
}

impl Engine {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Log, Self::LogOfVotes];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Log => "log",
            Self::LogOfVotes => "log-of-votes",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self> {
        let engine = Self::ALL.into_iter().find(|engine| engine.name() == name);
        engine.with_context(|| format!("expected sqlite, log or log-of-votes, got {name:?}"))
    }

    /// How many more instructions the runner's loop may take; `None` where more than the harness differs.
    pub(crate) fn limit_percent(self) -> Option<f64> {
        match self {
            Self::Sqlite => Some(1.0),
            Self::Log => Some(3.0),
            Self::LogOfVotes => None,
        }
    }
}

impl Loop {
    pub(crate) const ALL: [Self; 2] = [Self::ByHand, Self::Runner];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::ByHand => "hand",
            Self::Runner => "runner",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Self> {
        let by = Self::ALL.into_iter().find(|by| by.name() == name);
        by.with_context(|| format!("expected hand or runner, got {name:?}"))
    }
}

/// Commits some packets uncounted and some counted.
pub(crate) fn run(engine: Engine, by: Loop, directory: &Path, packets: [u64; 2]) -> Result<()> {
    let mut source = PacketSource::new(Workload::VOTES, RECORDS_PER_PACKET, SEED);
    let [warm_up, counted] =
        packets.map(|count| (0..count).map(|_| source.next_packet()).collect::<Vec<Packet>>());
    match (engine, by) {
        (_, Loop::Runner) => by_runner(engine, directory, &warm_up, &counted),
        (Engine::Sqlite, Loop::ByHand) => sqlite(directory, &votes(&warm_up), &votes(&counted)),
        (Engine::Log, Loop::ByHand) => log(directory, [&warm_up, &counted], |packet, buffer| {
            encode_packet(packet, buffer);
        }),
        (Engine::LogOfVotes, Loop::ByHand) => {
            log(directory, [&votes(&warm_up), &votes(&counted)], |votes, buffer| {
                encode_votes(votes, buffer);
            })
        }
    }
}

/// The engine as a path.
pub(crate) fn spec(engine: Engine) -> Result<Box<dyn PathSpec>> {
    Ok(match engine {
        Engine::Sqlite => {
            let table = Table::Votes(SecondaryIndexes::None);
            Box::new(SqliteSpec::new(sqlite_builds::find("bundled")?, table, pragmas()))
        }
        Engine::Log | Engine::LogOfVotes => Box::new(LogSpec::new(options())),
    })
}

fn pragmas() -> Pragmas {
    Pragmas::with_durability(JournalMode::Wal, Synchronous::Full)
}

/// One segment holds all packets.
fn options() -> LogOptions {
    let sync_method = SyncMethod::Never;
    let (segment_bytes, packet_bytes_max) = (8 << 20, 1 << 20);
    LogOptions { sync_method, segment_bytes, packet_bytes_max, ..LogOptions::recycled_fdatasync() }
}

fn by_runner(
    engine: Engine,
    directory: &Path,
    warm_up: &[Packet],
    packets: &[Packet],
) -> Result<()> {
    let mut path = spec(engine)?.open(directory)?;
    let mut recorder = Recorder::begin(DeviceMeter::of(directory)?, TraceLevel::Latencies);
    let mut driver = Running::ClosedLoop;
    driver.run(path.as_mut(), warm_up, &mut recorder)?;
    recorder.resume();
    counted(|| driver.run(path.as_mut(), packets, &mut recorder))?;
    recorder.pause();
    Ok(path.close()?)
}

fn sqlite(directory: &Path, warm_up: &[Vec<Vote>], packets: &[Vec<Vote>]) -> Result<()> {
    // The path makes the table, so that both loops have the same one.
    spec(Engine::Sqlite)?.open(directory)?.close()?;
    let options = OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWriteCreate,
        vfs: Vfs::Default,
    };
    let build = sqlite_builds::find("bundled")?.activate()?;
    let connection = build.open(&directory.join("sqlite.db"), &options)?;
    pragmas().set(&connection)?;
    let mut begin = connection.prepare("BEGIN IMMEDIATE")?;
    let mut insert = connection.prepare("INSERT INTO votes(article, user) VALUES (?1, ?2)")?;
    let mut commit = connection.prepare("COMMIT")?;
    let mut put = |packets: &[Vec<Vote>]| -> Result<()> {
        for packet in packets {
            begin.execute([])?;
            for vote in packet {
                insert.execute((vote.article, vote.user.cast_signed()))?;
            }
            commit.execute([])?;
        }
        Ok(())
    };
    put(warm_up)?;
    counted(|| put(packets))?;
    drop((begin, insert, commit));
    Ok(connection.close()?)
}

fn log<P>(
    directory: &Path,
    [warm_up, packets]: [&[P]; 2],
    encode: impl Fn(&P, &mut [u8]),
) -> Result<()> {
    let log = Log::open(directory, options())?;
    log.wait_until_prepared()?;
    let records = RECORDS_PER_PACKET.get();
    let bytes = records as usize * VOTE_BYTES;
    let put = |packets: &[P]| -> Result<()> {
        for packet in packets {
            let sequence = log.append_with(bytes, records, |buffer| encode(packet, buffer))?;
            log.wait(sequence)?;
        }
        Ok(())
    };
    put(warm_up)?;
    counted(|| put(packets))?;
    Ok(log.close()?)
}

fn encode_votes(votes: &[Vote], buffer: &mut [u8]) {
    let (places, _) = buffer.as_chunks_mut::<VOTE_BYTES>();
    for (vote, place) in votes.iter().zip(places) {
        place[..8].copy_from_slice(&INSERT_VOTE.to_le_bytes());
        place[8..16].copy_from_slice(&u64::from(vote.article).to_le_bytes());
        place[16..].copy_from_slice(&vote.user.to_le_bytes());
    }
}

/// The votes of packets, as an application without packets has them.
fn votes(packets: &[Packet]) -> Vec<Vec<Vote>> {
    let vote = |operation: &Operation| match operation {
        Operation::Insert(Record::Vote(vote)) => Some(*vote),
        Operation::Insert(Record::Event(_)) | Operation::Delete(_) => None,
    };
    packets.iter().map(|packet| packet.operations().iter().filter_map(vote).collect()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_loops_store_every_record_of_the_same_packets() -> Result<()> {
        let mut source = PacketSource::new(Workload::VOTES, RECORDS_PER_PACKET, SEED);
        (0..5).for_each(|_| drop(source.next_packet()));
        for engine in Engine::ALL {
            for by in Loop::ALL {
                let directory = tempfile::tempdir()?;
                run(engine, by, directory.path(), [2, 3])?;
                let kept = spec(engine)?.recover(directory.path())?;
                assert_eq!(kept, source.made(), "{engine:?} {by:?}");
            }
        }
        Ok(())
    }
}
