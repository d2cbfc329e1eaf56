//! The native log as a subject.

use std::num::NonZeroU32;
use std::path::Path;
use std::sync::Arc;

use disk_model::Disk;
use native_log::storage::{FileStorage, MemoryStorage, Storage};
use native_log::{Log, LogOptions, Sequence, Space, SyncMethod};

use crate::error::Error;
use crate::fault::Fault;
use crate::key::Key;
use crate::oracle::{Expected, Found, FoundRecord};
use crate::packet::content;
use crate::recording::{Phase, Recorder, Recording};
use crate::settings::{LogSpace, LogSync};
use crate::storage::RecordedStorage;
use crate::subject::{Left, Restart, Subject, live_through};

/// Packets of the recorded life. Segments hold a few of them, so that the log goes through many.
const PACKETS: u64 = 36;
/// Packets share a commit in groups of so many.
const GROUP: u64 = 3;
/// Old packets are let go after each so many, but for the last few.
const DROP_EVERY: u64 = 11;
const KEPT: u64 = 8;
/// Packets that a restart hands in.
const NEW_PACKETS: u64 = 4;

/// The native log with one space and one sync method.
#[derive(Clone, Copy, Debug)]
pub struct LogCase {
    /// How its space comes to be.
    pub space: LogSpace,
    /// What makes a group durable.
    pub sync: LogSync,
}

impl LogCase {
    /// Every space with every method.
    pub fn all() -> impl Iterator<Item = Self> {
        LogSpace::ALL
            .iter()
            .flat_map(|&space| LogSync::ALL.iter().map(move |&sync| Self { space, sync }))
    }

    fn options(self) -> LogOptions {
        let space = match self.space {
            LogSpace::Growing => Space::Growing,
            LogSpace::SetLen => Space::SetLen,
            LogSpace::Fallocate => Space::Fallocate,
            LogSpace::ZeroFilled => Space::ZeroFilled,
            LogSpace::Recycled => Space::Recycled {
                spare_segments_max: const { NonZeroU32::new(2).expect("2 is not 0") },
            },
        };
        let sync_method = match self.sync {
            LogSync::Fdatasync => SyncMethod::Fdatasync,
            LogSync::Fsync => SyncMethod::Fsync,
            LogSync::DataSyncOpen => SyncMethod::DataSyncOpen,
            LogSync::DataSyncWrite => SyncMethod::DataSyncWrite,
            LogSync::Never => SyncMethod::Never,
        };
        LogOptions {
            segment_bytes: 4096 + 1024,
            packet_bytes_max: 700,
            group_bytes_max: 2800,
            space,
            sync_method,
            // No thread of its own: what is recorded is the same each time.
            ..LogOptions::growing_fdatasync()
        }
    }

    /// Hands packets in up to `last`, and lets go of old ones on the way.
    fn work(log: &Log, recorder: &Recorder, life: u32, last: u64) -> Result<(), native_log::Error> {
        let first = log.appended_through().get() + 1;
        for number in first..=last {
            recorder.phase(Phase::Committing);
            recorder.begun(number);
            let sequence = log.append(&packet(life, number), 1)?;
            if number.is_multiple_of(GROUP) || number == last {
                log.wait(sequence)?;
                recorder.acked(number);
            }
            if number.is_multiple_of(DROP_EVERY) {
                recorder.phase(Phase::Dropping);
                let keep_from = number.saturating_sub(KEPT);
                recorder.released(keep_from.saturating_sub(1));
                log.drop_before(Sequence::new(keep_from))?;
            }
        }
        Ok(())
    }

    fn open(
        self,
        storage: Arc<dyn Storage>,
        records: &mut Vec<FoundRecord>,
    ) -> Result<Log, native_log::Error> {
        Log::open_replaying(storage, self.options(), |found| {
            let number = found.sequence().get();
            let life =
                found.bytes().first_chunk().map_or(u32::MAX, |life| u32::from_le_bytes(*life));
            let intact = found.bytes() == packet(life, number);
            records.push(FoundRecord { packet: number, place: 0, life, intact });
        })
    }

    fn live_on(self, storage: Arc<dyn Storage>, recorder: &Recorder) -> Result<(), Error> {
        let log = self.open(storage, &mut Vec::new()).map_err(Error::log("opening a new log"))?;
        Self::work(&log, recorder, 0, PACKETS).map_err(Error::log("appending"))?;
        recorder.phase(Phase::Closing);
        log.close().map_err(Error::log("closing"))
    }

    fn restart_on(self, storage: Arc<dyn Storage>, recorder: &Recorder, life: u32) -> Found {
        let mut records = Vec::new();
        let log = match self.open(storage, &mut records) {
            Ok(log) => log,
            Err(error) => return Found { refused: Some(error.to_string()), ..Found::default() },
        };
        let last = log.appended_through().get() + NEW_PACKETS;
        let worked = Self::work(&log, recorder, life, last);
        recorder.phase(Phase::Closing);
        let stuck = worked.and_then(|()| log.close()).err().map(|error| error.to_string());
        Found { records, stuck, ..Found::default() }
    }
}

/// Of different lengths, and in each life of another one, so that a stale packet in a new one's place would show.
fn packet(life: u32, number: u64) -> Vec<u8> {
    let length = 8 + number.wrapping_mul(149).wrapping_add(u64::from(life) * 67) % 590;
    let mut bytes = life.to_le_bytes().to_vec();
    bytes.extend(content(life, number, 0, length as usize));
    bytes
}

impl Subject for LogCase {
    fn key(&self) -> Key {
        Key::NativeLog { space: self.space, sync: self.sync }
    }

    fn before(&self) -> Expected {
        Expected { acked: 0, released: 0, attempted: vec![0], survived: None, records_of: |_| 1 }
    }

    fn live(&self, _scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let recorder = Recorder::new(Disk::default(), Phase::Opening).with_fault(fault);
        let memory = Arc::new(MemoryStorage::new());
        let storage = Arc::new(RecordedStorage::new(memory, recorder.clone()));
        live_through(&recorder, |_| self.live_on(storage.clone(), &recorder))?;
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        let files = FileStorage::open(directory).map_err(Error::io("opening", directory))?;
        self.live_on(Arc::new(files), recorder)
    }

    fn restart(&self, left: &Left<'_>, _scratch: &Path) -> Result<Restart, Error> {
        let memory: Arc<dyn Storage> = Arc::new(MemoryStorage::on(left.disk.clone()));
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let storage: Arc<dyn Storage> = match left.recorded {
            true => Arc::new(RecordedStorage::new(memory, recorder.clone())),
            false => memory,
        };
        let found = self.restart_on(storage, &recorder, left.life);
        Ok(Restart { found, recording: left.recorded.then(|| recorder.recording()) })
    }
}
