//! Soup's log as Soup had it, as a subject: what is appended after a crash stands in the line that the crash tore, and
//! both are passed over. (The write path of this suite ends such a line first.)

use std::io;
use std::path::Path;
use std::sync::Arc;

use disk_model::Disk;
use native_log::storage::{
    FileStorage, MemoryStorage, OpenMode, Storage, StorageFile, SyncKind, WriteMode,
};
use serde::{Deserialize, Serialize};

use crate::error::Error;
use crate::fault::Fault;
use crate::key::Key;
use crate::oracle::{Expected, Found, FoundRecord, last_packet};
use crate::recording::{Phase, Recorder, Recording};
use crate::storage::RecordedStorage;
use crate::subject::{Left, Restart, Subject, live_through};

const FILE: &str = "vote-log-Vote-0.json";
/// The last packet of the recorded life.
const PACKETS: u64 = 9;
/// Packets that a restart hands in.
const NEW_PACKETS: u64 = 2;

/// Soup's log, one line for each flush (noria, `base/persistence`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoupLogAsItWas;

/// An operation as its line has it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Logged {
    /// A vote: the article and its user.
    Positive([Value; 2]),
}

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
enum Value {
    Int(i32),
    BigInt(i64),
}

impl SoupLogAsItWas {
    /// Everything in lines that can be read; the others are passed over in silence.
    fn read(file: &dyn StorageFile) -> io::Result<Vec<FoundRecord>> {
        let mut bytes = vec![0; file.length()? as usize];
        let read = file.read_at(&mut bytes, 0)?;
        bytes.truncate(read);
        let lines = bytes.split(|byte| *byte == b'\n');
        let packets =
            lines.filter_map(|line| serde_json::from_slice::<Vec<Vec<Logged>>>(line).ok());
        Ok(packets.flatten().flatten().map(|logged| found(&logged)).collect())
    }

    /// Hands packets in behind what is there, wherever that ends.
    fn work(
        file: &dyn StorageFile,
        recorder: &Recorder,
        life: u32,
        packets: impl Iterator<Item = u64>,
    ) -> io::Result<()> {
        for packet in packets {
            recorder.phase(Phase::Committing);
            recorder.begun(packet);
            let operations: Vec<Logged> =
                (0..records_of(packet)).map(|place| logged(packet, life, place)).collect();
            let line = serde_json::to_string(&[operations])? + "\n";
            file.write_at(line.as_bytes(), file.length()?, WriteMode::Buffered)?;
            file.sync(SyncKind::Data)?;
            recorder.acked(packet);
        }
        recorder.phase(Phase::Closing);
        Ok(())
    }

    fn live_on(storage: &dyn Storage, recorder: &Recorder) -> Result<(), Error> {
        let live = || {
            let file = storage.open(FILE, OpenMode::Plain)?;
            let there = last_packet(&Self::read(file.as_ref())?);
            Self::work(file.as_ref(), recorder, 0, there + 1..=PACKETS)
        };
        live().map_err(Error::io("appending to", Path::new(FILE)))
    }

    fn restart_on(storage: &dyn Storage, recorder: &Recorder, life: u32) -> io::Result<Found> {
        let file = storage.open(FILE, OpenMode::Plain)?;
        let records = Self::read(file.as_ref())?;
        let next = last_packet(&records) + 1;
        let worked = Self::work(file.as_ref(), recorder, life, next..next + NEW_PACKETS);
        let stuck = worked.err().map(|error| error.to_string());
        Ok(Found { records, stuck, ..Found::default() })
    }
}

/// Lines of some sectors, and short ones.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 1 } else { 30 }
}

fn logged(packet: u64, life: u32, place: u32) -> Logged {
    let user = packet << 24 | u64::from(life) << 16 | u64::from(place);
    Logged::Positive([Value::Int(place.cast_signed()), Value::BigInt(user.cast_signed())])
}

fn found(read: &Logged) -> FoundRecord {
    let Logged::Positive([_, user]) = read;
    let user = match user {
        Value::Int(user) => i64::from(*user),
        Value::BigInt(user) => *user,
    };
    let (packet, life) = (user.cast_unsigned() >> 24, (user >> 16) as u32 & 0xff);
    let place = user as u32 & 0xffff;
    FoundRecord { packet, place, life, intact: logged(packet, life, place) == *read }
}

/// The file is of some age.
fn begun() -> Disk {
    let mut disk = Disk::default();
    disk.put_file(FILE, Vec::new());
    disk
}

impl Subject for SoupLogAsItWas {
    fn key(&self) -> Key {
        Key::SoupLogAsItWas
    }

    fn before(&self) -> Expected {
        Expected { acked: 0, released: 0, attempted: vec![0], survived: None, records_of }
    }

    fn live(&self, _scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let recorder = Recorder::new(begun(), Phase::Opening).with_fault(fault);
        let memory = Arc::new(MemoryStorage::on(begun()));
        let storage = RecordedStorage::new(memory, recorder.clone());
        live_through(&recorder, |_| Self::live_on(&storage, &recorder))?;
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        let files = FileStorage::open(directory);
        let made = files.and_then(|files| files.create(FILE).map(|_| files));
        Self::live_on(&made.map_err(Error::io("opening", directory))?, recorder)
    }

    fn restart(&self, left: &Left<'_>, _scratch: &Path) -> Result<Restart, Error> {
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let memory = Arc::new(MemoryStorage::on(left.disk.clone()));
        let storage = RecordedStorage::new(memory, recorder.clone());
        let refused =
            |error: io::Error| Found { refused: Some(error.to_string()), ..Found::default() };
        let found = Self::restart_on(&storage, &recorder, left.life).unwrap_or_else(refused);
        Ok(Restart { found, recording: left.recorded.then(|| recorder.recording()) })
    }
}
