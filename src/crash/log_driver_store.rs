//! The log driver's stores as subjects: messages wait in them until they are delivered.

use std::collections::VecDeque;
use std::fs;
use std::num::NonZeroU32;
use std::path::Path;

use disk_model::Disk;
use log_driver::{
    Deletion, DriverError, Key as Place, Message, SqliteStoreSpec, Store, StoreSpec, Stored,
};
use power_cut::directory::{lay_out, taken_from};
use power_cut::oracle::{Expected, Found, FoundRecord};
use power_cut::recording::{Phase, Recorder, Recording};
use power_cut::{Error, Fault, Key, Left, Origin, Restart, Subject, live_through, recorded_below};
use sqlite_builds::rusqlite;
use sqlite_builds::{ActiveBuild, ConnectionMutex, OpenMode, OpenOptions, Vfs};
use write_path::sqlite::{JournalMode, Pragmas, Synchronous};

/// The build that the driver's stores run on, and the database's name.
const BUILD: &str = "bundled";
const DATABASE: &str = "log-driver.db";

const PACKETS_BEFORE: u64 = 3;
const PACKETS: u64 = 12;
const NEW_PACKETS: u64 = 2;
/// So many packets wait; the one before them is delivered.
const WAITING: usize = 3;

/// A store of the log driver.
#[derive(Debug)]
pub(super) struct LogDriverStore {
    spec: StoreSpec,
}

impl LogDriverStore {
    /// The prototype's stores, those of the driver's contrasts that differ in what they sync or delete, and the log.
    pub(super) fn all() -> Vec<Self> {
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
        specs.map(|spec| Self { spec }).collect()
    }

    fn go_on(&self, directory: &Path, recorder: &Recorder, origin: Origin) -> Result<(), Error> {
        let live = || {
            let mut store = self.spec.open(directory)?;
            let waiting = waiting_in(store.as_mut())?;
            let there = match origin {
                Origin::Start => PACKETS_BEFORE,
                Origin::AnError => last_of(&waiting),
            };
            work(store.as_mut(), recorder, 0, waiting, there + 1..=PACKETS)?;
            recorder.phase(Phase::Closing);
            store.close()
        };
        live().map_err(|error: DriverError| failed(&error))
    }

    /// A store of some age.
    fn make(&self, directory: &Path) -> Result<(), Error> {
        let nobody = Recorder::new(Disk::default(), Phase::Opening);
        let make = || {
            let mut store = self.spec.open(directory)?;
            for packet in 1..=PACKETS_BEFORE {
                insert(store.as_mut(), &nobody, packet, 0)?;
            }
            store.close()
        };
        make().map_err(|error: DriverError| failed(&error))
    }

    fn restart_in(
        &self,
        build: &ActiveBuild,
        directory: &Path,
        life: u32,
        recorder: &Recorder,
    ) -> Found {
        let complaint = match complaint(build, &directory.join(DATABASE)) {
            Ok(complaint) => complaint,
            Err(refused) => return Found { refused: Some(refused), ..Found::default() },
        };
        let opened = self.spec.open(directory).and_then(|mut store| {
            let waiting = waiting_in(store.as_mut())?;
            Ok((store, waiting))
        });
        let (mut store, waiting) = match opened {
            Ok(opened) => opened,
            Err(error) => {
                return Found { refused: Some(error.to_string()), complaint, ..Found::default() };
            }
        };
        let records = waiting.iter().map(found).collect();
        let mut found = Found { records, complaint, ..Found::default() };
        if found.complaint.is_none() {
            let next = last_of(&waiting) + 1;
            let worked = work(store.as_mut(), recorder, life, waiting, next..next + NEW_PACKETS);
            recorder.phase(Phase::Closing);
            found.stuck = worked.and_then(|()| store.close()).err().map(|error| error.to_string());
        }
        found
    }

    fn recorded(
        build: &ActiveBuild,
        directory: &Path,
        recorder: &Recorder,
    ) -> Result<power_cut::RecordedBelow, Error> {
        recorded_below(build, directory, [String::new()], recorder)
    }
}

/// Stores packets, delivers the oldest of those that wait, and puts nothing off for long.
fn work(
    store: &mut dyn Store,
    recorder: &Recorder,
    life: u32,
    waiting: Vec<Stored>,
    packets: impl Iterator<Item = u64>,
) -> Result<(), DriverError> {
    let mut undelivered: VecDeque<(u64, Vec<Place>)> = VecDeque::new();
    for stored in waiting {
        let packet = found(&stored).packet;
        match undelivered.back_mut() {
            Some((last, places)) if *last == packet => places.push(stored.key),
            _ => undelivered.push_back((packet, vec![stored.key])),
        }
    }
    for packet in packets {
        undelivered.push_back((packet, insert(store, recorder, packet, life)?));
        recorder.phase(Phase::Dropping);
        while undelivered.len() > WAITING {
            let Some((delivered, places)) = undelivered.pop_front() else { break };
            recorder.released(delivered);
            store.delete(&places)?;
        }
        store.maintain()?;
    }
    Ok(())
}

/// Stores a packet in one commit.
fn insert(
    store: &mut dyn Store,
    recorder: &Recorder,
    packet: u64,
    life: u32,
) -> Result<Vec<Place>, DriverError> {
    recorder.phase(Phase::Committing);
    recorder.begun(packet);
    let messages: Vec<Message> =
        (0..records_of(packet)).map(|place| message(packet, life, place)).collect();
    let places = store.insert(&messages)?;
    recorder.acked(packet);
    Ok(places)
}

/// Every third packet fills pages, the others are messages in commits of their own.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 40 } else { 1 }
}

/// Its number says where it belongs, and its text follows from its number.
fn message(packet: u64, life: u32, place: u32) -> Message {
    let number = packet << 24 | u64::from(life) << 16 | u64::from(place);
    Message::new(number, &format!("{number:x}-").repeat(20))
}

fn found(stored: &Stored) -> FoundRecord {
    let number = stored.key.number;
    let (packet, life) = (number >> 24, (number >> 16) as u32 & 0xff);
    let place = number as u32 & 0xffff;
    FoundRecord { packet, place, life, intact: message(packet, life, place) == stored.message }
}

fn last_of(waiting: &[Stored]) -> u64 {
    waiting.iter().map(|stored| found(stored).packet).max().unwrap_or(0)
}

fn waiting_in(store: &mut dyn Store) -> Result<Vec<Stored>, DriverError> {
    store.waiting_behind(0, NonZeroU32::MAX)
}

/// What `PRAGMA integrity_check` complains of, or why it cannot be asked.
fn complaint(build: &ActiveBuild, database: &Path) -> Result<Option<String>, String> {
    if !database.exists() {
        return Ok(None);
    }
    let options = OpenOptions {
        mutex: ConnectionMutex::NoMutex,
        mode: OpenMode::ReadWrite,
        vfs: Vfs::Default,
    };
    let connection = build.open(database, &options).map_err(|error| error.to_string())?;
    let asked: rusqlite::Result<String> =
        connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0));
    let answer = asked.map_err(|error| error.to_string())?;
    connection.close().map_err(|error| error.to_string())?;
    Ok((answer != "ok").then_some(answer))
}

fn failed(error: &DriverError) -> Error {
    Error::Store { doing: "storing messages", why: error.to_string() }
}

impl Subject for LogDriverStore {
    fn key(&self) -> Key {
        Key::LogDriver { store: self.spec.label() }
    }

    fn before(&self) -> Expected {
        Expected {
            acked: PACKETS_BEFORE,
            released: 0,
            attempted: vec![PACKETS_BEFORE],
            survived: None,
            records_of,
        }
    }

    fn live(&self, scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let build = sqlite_builds::find(BUILD)?.activate()?;
        let directory = scratch.join("life");
        let io = |doing| {
            let path = directory.clone();
            move |source| Error::Io { doing, path, source }
        };
        fs::create_dir_all(&directory).map_err(io("creating"))?;
        self.make(&directory)?;
        let recorder = Recorder::new(taken_from(&directory)?, Phase::Opening).with_fault(fault);
        let recorded = Self::recorded(&build, &directory, &recorder)?;
        live_through(&recorder, |origin| self.go_on(&directory, &recorder, origin))?;
        drop(recorded);
        fs::remove_dir_all(&directory).map_err(io("removing"))?;
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        self.make(directory)?;
        self.go_on(directory, recorder, Origin::Start)
    }

    fn restart(&self, left: &Left<'_>, scratch: &Path) -> Result<Restart, Error> {
        let build = sqlite_builds::find(BUILD)?.activate()?;
        let directory = scratch.join("restart");
        lay_out(left, &directory)?;
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let recording = || Self::recorded(&build, &directory, &recorder);
        let recorded = left.recorded.then(recording).transpose()?;
        let found = self.restart_in(&build, &directory, left.life, &recorder);
        Ok(Restart { found, recording: recorded.map(|_| recorder.recording()) })
    }
}
