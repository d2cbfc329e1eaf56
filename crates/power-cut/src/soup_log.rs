//! Soup's log as Soup had it, as a subject: what is appended after a crash stands in the line that the crash tore, and
//! both are passed over. (The write path of this suite ends such a line first.)

use disk_model::Disk;
use native_log::storage::{FileChange, OpenMode, StorageFile, SyncKind, WriteMode};
use serde::{Deserialize, Serialize};

use crate::error::StoreError;
use crate::key::Key;
use crate::oracle::FoundRecord;
use crate::recording::Recorder;
use crate::subject::{Contents, Course, Due, Home, OpenStore, Place, Subject};

const FILE: &str = "vote-log-Vote-0.json";
const COURSE: Course = Course { before: 0, last: 9, new: 2, records_of };

/// Soup's log, one line for each flush (noria, `base/persistence`).
#[derive(Clone, Copy, Debug)]
pub(crate) struct SoupLogAsItWas;

/// Its file, open.
struct OpenSoupLog(Box<dyn StorageFile>);

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

impl Subject for SoupLogAsItWas {
    fn key(&self) -> Key {
        Key::SoupLogAsItWas
    }

    /// The file is of some age.
    fn home(&self) -> Home {
        let mut disk = Disk::default();
        disk.put_file(FILE, Vec::new());
        Home::Memory(disk)
    }

    fn course(&self) -> Course {
        COURSE
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        Ok(Box::new(OpenSoupLog(place.storage()?.open(FILE, OpenMode::Plain)?)))
    }
}

impl OpenStore for OpenSoupLog {
    /// Everything in lines that can be read; the others are passed over in silence.
    fn read(&mut self) -> Result<Contents, StoreError> {
        let mut bytes = vec![0; self.0.length()? as usize];
        let read = self.0.read_at(&mut bytes, 0)?;
        bytes.truncate(read);
        let lines = bytes.split(|byte| *byte == b'\n');
        let packets =
            lines.filter_map(|line| serde_json::from_slice::<Vec<Vec<Logged>>>(line).ok());
        Ok(Contents::of(packets.flatten().flatten().map(|logged| found(&logged)).collect()))
    }

    /// Hands a packet in behind what is there, wherever that ends.
    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        let places = 0..records_of(due.packet);
        let operations: Vec<Logged> =
            places.map(|place| logged(due.packet, due.life, place)).collect();
        let line = serde_json::to_string(&[operations])? + "\n";
        let (bytes, offset, mode) = (line.as_bytes(), self.0.length()?, WriteMode::Buffered);
        self.0.change(FileChange::Write { bytes, offset, mode })?;
        self.0.change(FileChange::Sync(SyncKind::Data))?;
        recorder.acked(due.packet);
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Lines of some sectors, and short ones.
fn records_of(packet: u64) -> u32 {
    if packet.is_multiple_of(3) { 1 } else { 30 }
}

fn logged(packet: u64, life: u32, place: u32) -> Logged {
    let user = FoundRecord::number(packet, life, place);
    Logged::Positive([Value::Int(place.cast_signed()), Value::BigInt(user.cast_signed())])
}

fn found(read: &Logged) -> FoundRecord {
    let Logged::Positive([_, user]) = read;
    let user = match user {
        Value::Int(user) => i64::from(*user),
        Value::BigInt(user) => *user,
    };
    FoundRecord::numbered(user.cast_unsigned(), |packet, life, place| {
        logged(packet, life, place) == *read
    })
}
