//! Repeats a work of the question `compile_flags` in one SQLite build, for a tool that counts
//! instructions: what so many repetitions take more than fewer of them is theirs alone.
//!
//! ```text
//! repeat_work builds                       the builds that are compiled in
//! repeat_work works                        the works: workload, table and task
//! repeat_work do BUILD WORKLOAD TABLE TASK DIRECTORY FIRST UNITS
//! ```
//!
//! The last one goes on in the store in DIRECTORY, into which FIRST packets were put before, and
//! prints how many operations, or rows read, the UNITS were. `scripts/instruction-counts` calls it.

use std::error::Error;
use std::path::Path;

use write_path::sqlite::{
    JournalMode, Pragmas, SecondaryIndexes, SqliteSpec, Synchronous, Table, WalAutocheckpoint,
};
use write_path::{
    Event, Operation, Packet, PathSpec, Query, RayId, Record, RecordKey, Vote, WritePath,
};

/// What is repeated, named as the axes of the question's cases.
struct Work {
    workload: &'static str,
    table: Table,
    task: &'static str,
}

/// The question's works but for the checkpoint, which no count can part from the packet before it.
const WORKS: [Work; 6] = [
    Work { workload: "votes", table: Table::Votes(SecondaryIndexes::Article), task: "write" },
    Work { workload: "votes", table: Table::Votes(SecondaryIndexes::None), task: "write" },
    Work { workload: "events", table: Table::Events, task: "write" },
    Work { workload: "events", table: Table::EventsUnindexed, task: "write" },
    Work { workload: "churn", table: Table::Events, task: "write" },
    Work { workload: "votes", table: Table::Votes(SecondaryIndexes::Article), task: "point-read" },
];

/// As the question has them.
const VOTES_PER_PACKET: u64 = 400;
const EVENTS_PER_PACKET: u64 = 16;
const ARTICLES: u64 = 100_000;
const EVENT_BYTES: std::ops::Range<u64> = 380..3_380;

/// After so many packets an event is deleted.
const BACKLOG_PACKETS: u64 = 4;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["builds"] => {
            sqlite_builds::builds().iter().for_each(|build| println!("{}", build.name));
            Ok(())
        }
        ["works"] => {
            WORKS.iter().for_each(|work| {
                println!("{} {} {}", work.workload, work.table.label(), work.task);
            });
            Ok(())
        }
        ["do", build, workload, table, task, directory, first, units] => {
            let work = find(workload, table, task)?;
            let mut path = spec(build, work.table)?.open(Path::new(directory))?;
            let operations = work.repeat(path.as_mut(), first.parse()?, units.parse()?)?;
            path.close()?;
            println!("{operations}");
            Ok(())
        }
        _ => {
            Err("usage: repeat_work builds | works | do BUILD WORKLOAD TABLE TASK DIRECTORY FIRST \
                  UNITS"
                .into())
        }
    }
}

fn find(workload: &str, table: &str, task: &str) -> Result<&'static Work, String> {
    let is_it =
        |work: &&Work| (work.workload, work.table.label(), work.task) == (workload, table, task);
    let known = "expected one of those that `repeat_work works` lists";
    WORKS.iter().find(is_it).ok_or_else(|| format!("{known}, found {workload} {table} {task}"))
}

/// As in memory in the question: no sync, and no checkpoint among what is counted.
fn spec(build: &str, table: Table) -> Result<SqliteSpec, sqlite_builds::Error> {
    let pragmas = Pragmas {
        wal_autocheckpoint: WalAutocheckpoint::Off,
        ..Pragmas::with_durability(JournalMode::Wal, Synchronous::Off)
    };
    Ok(SqliteSpec::new(sqlite_builds::find(build)?, table, pragmas))
}

impl Work {
    fn repeat(
        &self,
        path: &mut dyn WritePath,
        first: u64,
        units: u64,
    ) -> Result<u64, Box<dyn Error>> {
        let mut operations = 0;
        for unit in first..first + units {
            if self.task == "point-read" {
                operations += read(path, unit)?;
                continue;
            }
            let packet = self.packet(unit);
            let ticket = path.submit(&packet)?;
            path.wait(ticket)?;
            operations += packet.len() as u64;
        }
        Ok(operations)
    }

    fn packet(&self, number: u64) -> Packet {
        let numbers = |per_packet: u64| number * per_packet..(number + 1) * per_packet;
        if self.workload == "votes" {
            return Packet::new(
                numbers(VOTES_PER_PACKET).map(vote).map(Operation::Insert).collect(),
            );
        }
        let events = numbers(EVENTS_PER_PACKET).map(event).map(Operation::Insert);
        let mut operations: Vec<Operation> = events.collect();
        if let Some(old) = number.checked_sub(BACKLOG_PACKETS).filter(|_| self.workload == "churn")
        {
            let keys = old * EVENTS_PER_PACKET..(old + 1) * EVENTS_PER_PACKET;
            operations.extend(keys.map(|key| Operation::Delete(RecordKey::EventRay(ray(key)))));
        }
        Packet::new(operations)
    }
}

/// As many point reads as a packet has votes: the rows that they found.
fn read(path: &mut dyn WritePath, unit: u64) -> Result<u64, Box<dyn Error>> {
    let mut reader = path.reader()?.ok_or("this path answers no queries")?;
    let mut found = Vec::new();
    for number in unit * VOTES_PER_PACKET..(unit + 1) * VOTES_PER_PACKET {
        let article = u32::try_from(mixed(!number) % ARTICLES)?;
        reader.read(Query::FirstVote { article }, &mut found)?;
    }
    Ok(found.len() as u64)
}

fn vote(user: u64) -> Record {
    let article = u32::try_from(mixed(user) % ARTICLES).unwrap_or(u32::MAX);
    Record::Vote(Vote { article, user })
}

fn event(number: u64) -> Record {
    let length = EVENT_BYTES.start + mixed(!number) % (EVENT_BYTES.end - EVENT_BYTES.start);
    let data = (0..length).map(|byte| (mixed(number + byte) % 64) as u8 + b'0').collect();
    Record::Event(Event { ray_id: ray(number), data })
}

fn ray(number: u64) -> RayId {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&mixed(number).to_be_bytes());
    RayId::from_random(bytes)
}

/// A number that lies anywhere, one for each: the output function of `SplitMix64`
/// (<https://doi.org/10.1145/2660193.2660195>).
fn mixed(number: u64) -> u64 {
    let mixed = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_work_goes_on_where_it_stood_and_counts_what_it_does() -> Result<(), Box<dyn Error>> {
        for work in &WORKS {
            let directory = tempfile::tempdir()?;
            let spec = spec("bundled", work.table)?;
            let filled = Work { workload: work.workload, table: work.table, task: "write" };
            let mut path = spec.open(directory.path())?;
            filled.repeat(path.as_mut(), 0, 5)?;
            let done = work.repeat(path.as_mut(), 5, 3)?;
            path.close()?;
            let kept = spec.recover(directory.path())?.records();
            let (expected, expected_kept) = match (work.workload, work.task) {
                ("votes", "write") => (3 * VOTES_PER_PACKET, 8 * VOTES_PER_PACKET),
                ("events", _) => (3 * EVENTS_PER_PACKET, 8 * EVENTS_PER_PACKET),
                ("churn", _) => (6 * EVENTS_PER_PACKET, 4 * EVENTS_PER_PACKET),
                // Most articles have no vote yet.
                _ => (done, 5 * VOTES_PER_PACKET),
            };
            assert_eq!((done, kept), (expected, expected_kept), "{} {}", work.workload, work.task);
            assert!(done > 0);
        }
        Ok(())
    }
}
