//! The log driver's stores as subjects: messages wait in them until they are delivered.

use std::collections::VecDeque;
use std::num::NonZeroU32;

use log_driver::{Deletion, Key as Position, Message, SqliteStoreSpec, Store, StoreSpec, Stored};
use power_cut::oracle::FoundRecord;
use power_cut::recording::{Phase, Recorder};
use power_cut::{Checked, Contents, Course, Due, Home, Key, OpenStore, Place, StoreError, Subject};
use sqlite_builds::{OpenMode, OpenOptions, SqliteBuild};
use write_path::sqlite::{JournalMode, Pragmas, Synchronous};

/// The driver's database.
const DATABASE: &str = "log-driver.db";

const COURSE: Course = Course { before: 3, last: 12, new: 2, records_of };
/// So many packets wait; the one before them is delivered.
const WAITING: usize = 3;

/// A store of the log driver.
#[derive(Debug)]
pub(super) struct LogDriverStore {
    spec: StoreSpec,
    build: &'static SqliteBuild,
}

/// One that is open, and the packets in it that are not delivered, each with where its messages lie.
struct OpenDriverStore {
    store: Box<dyn Store>,
    found: Vec<FoundRecord>,
    undelivered: VecDeque<(u64, Vec<Position>)>,
}

impl LogDriverStore {
    /// The prototype's stores, those of the driver's contrasts that differ in what they sync or delete, and the log.
    pub(super) fn all() -> anyhow::Result<Vec<Self>> {
        // The driver's stores run on this one.
        let build = sqlite_builds::find("bundled")?;
        let document = SqliteStoreSpec::of_the_document;
        let wal = document(JournalMode::Wal);
        let normal = Pragmas::with_durability(JournalMode::Wal, Synchronous::Normal);
        let sqlite = [
            document(JournalMode::Delete),
            document(JournalMode::Truncate),
            wal,
            SqliteStoreSpec { pragmas: normal, ..wal },
            SqliteStoreSpec { deletion: Deletion::ByRowid, ..wal },
            SqliteStoreSpec { deletion: Deletion::Soft, ..wal },
        ];
        let specs = sqlite.map(StoreSpec::Sqlite).into_iter().chain([StoreSpec::Log]);
        Ok(specs.map(|spec| Self { spec, build }).collect())
    }
}

impl Subject for LogDriverStore {
    fn key(&self) -> Key {
        Key::LogDriver { store: self.spec.label() }
    }

    fn home(&self) -> Home {
        Home::Directory { build: self.build, databases: Vec::new(), directories: Vec::new() }
    }

    fn course(&self) -> Course {
        COURSE
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        let mut store = self.spec.open(&place.directory)?;
        let waiting = store.waiting_behind(0, NonZeroU32::MAX)?;
        let found: Vec<FoundRecord> = waiting.iter().map(found_in).collect();
        let mut undelivered: VecDeque<(u64, Vec<Position>)> = VecDeque::new();
        for (stored, FoundRecord { packet, .. }) in waiting.iter().zip(&found) {
            match undelivered.back_mut() {
                Some((last, messages)) if last == packet => messages.push(stored.key),
                _ => undelivered.push_back((*packet, vec![stored.key])),
            }
        }
        Ok(Box::new(OpenDriverStore { store, found, undelivered }))
    }

    /// What `PRAGMA integrity_check` complains of, asked before the store is opened.
    fn complaint(&self, place: &Place, when: Checked) -> Result<Option<String>, StoreError> {
        let database = place.directory.join(DATABASE);
        if when != Checked::AsFound || !database.exists() {
            return Ok(None);
        }
        let options = OpenOptions::of_one_thread(OpenMode::ReadWrite);
        let connection = self.build.activate()?.open(&database, &options)?;
        let answer: String =
            connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
        connection.close()?;
        Ok((answer != "ok").then_some(answer))
    }
}

impl OpenStore for OpenDriverStore {
    fn read(&mut self) -> Result<Contents, StoreError> {
        Ok(Contents::of(self.found.clone()))
    }

    /// Stores a packet in one commit, delivers the oldest of those that wait, and puts nothing off for long.
    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        let places = 0..records_of(due.packet);
        let messages: Vec<Message> =
            places.map(|place| message(due.packet, due.life, place)).collect();
        let keys = self.store.insert(&messages)?;
        recorder.acked(due.packet);
        self.undelivered.push_back((due.packet, keys));
        recorder.phase(Phase::Dropping);
        while self.undelivered.len() > WAITING {
            let Some((delivered, keys)) = self.undelivered.pop_front() else { break };
            recorder.released(delivered);
            self.store.delete(&keys)?;
        }
        Ok(self.store.maintain()?)
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.store.close()?)
    }
}

/// Every third packet fills pages, the others are messages in commits of their own.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 40 } else { 1 }
}

/// Its number says where it belongs, and its text follows from its number.
fn message(packet: u64, life: u32, place: u32) -> Message {
    let number = FoundRecord::number(packet, life, place);
    Message::new(number, &format!("{number:x}-").repeat(20))
}

fn found_in(stored: &Stored) -> FoundRecord {
    FoundRecord::numbered(stored.key.number, |packet, life, place| {
        message(packet, life, place) == stored.message
    })
}
