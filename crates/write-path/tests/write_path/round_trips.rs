//! What goes in comes out: inserts and deletions on every engine, against a plain list, read both
//! by the path's own recovery and around it.

use std::path::Path;

use proptest::prelude::*;
use proptest::sample::Index;
use write_path::sqlite::{JournalMode, SecondaryIndexes, SqliteSpec, Synchronous, Table};
use write_path::{
    Digest, Event, LogSpec, Operation, Packet, PathSpec, RayId, Record, RecordKey, Vote,
    decode_operations,
};

use crate::common::{connect, log, sqlite, turn};

/// What a generated packet does; a deletion picks one of the records made so far.
#[derive(Debug, Clone)]
enum Step {
    Insert,
    Delete(Index),
}

/// Packets, and after which of them the driver waits.
type Script = Vec<(Vec<Step>, bool)>;

fn any_script() -> impl Strategy<Value = Script> {
    let step = prop_oneof![
        3 => Just(Step::Insert),
        1 => any::<Index>().prop_map(Step::Delete),
    ];
    let packet = (prop::collection::vec(step, 1..12), any::<bool>());
    prop::collection::vec(packet, 1..10)
}

/// The packets of a script, and the records that must be left.
struct Model {
    packets: Vec<(Packet, bool)>,
    kept: Vec<Record>,
}

impl Model {
    fn of(script: &Script, make: fn(u64) -> Record) -> Self {
        let mut made: Vec<Record> = Vec::new();
        let mut deleted: Vec<Record> = Vec::new();
        let mut operation = |step: &Step| match step {
            Step::Delete(index) if !made.is_empty() => {
                let record = index.get(&made).clone();
                let key = key_of(&record);
                deleted.push(record);
                Operation::Delete(key)
            }
            Step::Insert | Step::Delete(_) => {
                let record = make(made.len() as u64);
                made.push(record.clone());
                Operation::Insert(record)
            }
        };
        let packets = script
            .iter()
            .map(|(steps, waits)| (Packet::new(steps.iter().map(&mut operation).collect()), *waits))
            .collect();
        let kept = made.into_iter().filter(|record| !deleted.contains(record)).collect();
        Self { packets, kept }
    }

    /// Runs the packets through a path, closes it, and checks its recovery.
    fn check(&self, spec: &dyn PathSpec, directory: &Path) {
        let mut path = spec.open(directory).unwrap();
        for (packet, waits) in &self.packets {
            let ticket = path.submit(packet).unwrap();
            if *waits {
                path.wait(ticket).unwrap();
                path.after_ack().unwrap();
            }
        }
        path.drain().unwrap();
        path.close().unwrap();
        let mut expected = Digest::default();
        self.kept.iter().for_each(|record| expected.add(record));
        assert_eq!(spec.recover(directory).unwrap(), expected, "{spec:?}");
    }

    fn check_sqlite(&self, spec: SqliteSpec) {
        let directory = tempfile::tempdir().unwrap();
        self.check(&spec, directory.path());
        assert_eq!(sorted(rows(&spec, directory.path())), sorted(self.kept.clone()));
    }

    fn check_log(&self, spec: LogSpec) {
        let directory = tempfile::tempdir().unwrap();
        self.check(&spec, directory.path());
        let read = read_log(&spec, directory.path());
        let written: Vec<Operation> = self.packets.iter().flat_map(operations).collect();
        assert_eq!(read, written);
    }
}

fn operations((packet, _waits): &(Packet, bool)) -> Vec<Operation> {
    packet.operations().to_vec()
}

fn key_of(record: &Record) -> RecordKey {
    match record {
        Record::Vote(vote) => RecordKey::VoteUser(vote.user),
        Record::Event(event) => RecordKey::EventRay(event.ray_id),
    }
}

/// Users over the whole range, negative ones in SQLite's eyes included.
fn make_vote(number: u64) -> Record {
    let user = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    Record::Vote(Vote { article: (user >> 32) as u32, user })
}

fn make_event(number: u64) -> Record {
    let mut random = [0; 12];
    random[..8].copy_from_slice(&number.to_le_bytes());
    let data = vec![number as u8; (number * 37 % 500) as usize];
    Record::Event(Event { ray_id: RayId::from_random(random), data: data.into() })
}

fn sorted(mut records: Vec<Record>) -> Vec<Record> {
    records.sort_by_cached_key(|record| format!("{record:?}"));
    records
}

/// The table's rows by SQL of the test's own.
fn rows(spec: &SqliteSpec, directory: &Path) -> Vec<Record> {
    let build = spec.build.activate().unwrap();
    let connection = connect(&build, directory);
    let sql = match spec.table {
        Table::Votes(_) => "SELECT article, user FROM votes",
        Table::Events => "SELECT CAST(ray_id AS BLOB), data FROM log_events",
        other => unreachable!("{other:?} has no script here"),
    };
    let mut statement = connection.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| {
        Ok(match spec.table {
            Table::Votes(_) => Record::Vote(Vote {
                article: row.get(0)?,
                user: row.get::<_, i64>(1)?.cast_unsigned(),
            }),
            _ => {
                let letters: Vec<u8> = row.get(0)?;
                let data: Vec<u8> = row.get(1)?;
                let ray_id = RayId::from_letters(letters.try_into().unwrap()).unwrap();
                Record::Event(Event { ray_id, data: data.into() })
            }
        })
    });
    rows.unwrap().map(Result::unwrap).collect()
}

fn read_log(spec: &LogSpec, directory: &Path) -> Vec<Operation> {
    let log = native_log::Log::open(directory, spec.options).unwrap();
    let mut reader = log.read_from(native_log::Sequence::FIRST).unwrap();
    let mut operations = Vec::new();
    while let Some(packet) = reader.next().unwrap() {
        decode_operations(packet.bytes(), |operation| operations.push(operation)).unwrap();
    }
    operations
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn votes_come_back(script in any_script(), indexed in any::<bool>(), wal in any::<bool>()) {
        let _turn = turn();
        let model = Model::of(&script, make_vote);
        let journal_mode = if wal { JournalMode::Wal } else { JournalMode::Delete };
        let mut spec = sqlite("bundled-fdatasync", journal_mode, Synchronous::Off);
        if indexed {
            spec.table = Table::Votes(SecondaryIndexes::Article);
        }
        model.check_sqlite(spec);
        model.check_log(log());
    }

    #[test]
    fn events_come_back(script in any_script()) {
        let _turn = turn();
        let model = Model::of(&script, make_event);
        let mut spec = sqlite("stock", JournalMode::Wal, Synchronous::Off);
        spec.table = Table::Events;
        model.check_sqlite(spec);
        model.check_log(log());
    }
}

#[test]
fn a_change_behind_the_path_changes_the_digest() {
    let _turn = turn();
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    for change in [
        "DELETE FROM votes WHERE rowid = 2",
        "INSERT INTO votes SELECT article, user FROM votes WHERE rowid = 2",
        "UPDATE votes SET article = article + 1 WHERE rowid = 2",
        // One lost and another doubled: the count alone would not tell.
        "UPDATE votes SET (article, user) = (SELECT article, user FROM votes WHERE rowid = 1)
         WHERE rowid = 2",
    ] {
        let directory = tempfile::tempdir().unwrap();
        let script = vec![(vec![Step::Insert; 3], true)];
        let model = Model::of(&script, make_vote);
        model.check(&spec, directory.path());
        let untouched = spec.recover(directory.path()).unwrap();
        let build = spec.build.activate().unwrap();
        assert_eq!(connect(&build, directory.path()).execute(change, []), Ok(1));
        assert_ne!(spec.recover(directory.path()).unwrap(), untouched, "{change}");
    }
}
