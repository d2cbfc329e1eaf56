//! The native log as a subject.

use std::num::NonZeroU32;

use disk_model::Disk;
use native_log::{Log, LogOptions, Sequence, Space, SyncMethod};

use crate::error::StoreError;
use crate::key::Key;
use crate::oracle::FoundRecord;
use crate::packet::content;
use crate::recording::{Phase, Recorder};
use crate::settings::{LogSpace, LogSync};
use crate::subject::{Contents, Course, Due, Home, OpenStore, Place, Subject};

/// Segments hold a few packets, so that the log goes through many.
const COURSE: Course = Course { before: 0, last: 36, new: 4, records_of: |_| 1 };
/// Packets share a commit in groups of so many.
const GROUP: u64 = 3;
/// Old packets are let go after each so many, but for the last few.
const DROP_EVERY: u64 = 11;
const KEPT: u64 = 8;

/// The native log with one space and one sync method.
#[derive(Clone, Copy, Debug)]
pub struct LogCase {
    /// How its space comes to be.
    pub space: LogSpace,
    /// What makes a group durable.
    pub sync: LogSync,
}

/// A log that is open, and what was in it.
struct OpenLog {
    log: Log,
    records: Vec<FoundRecord>,
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
}

impl Subject for LogCase {
    fn key(&self) -> Key {
        Key::NativeLog { space: self.space, sync: self.sync }
    }

    fn home(&self) -> Home {
        Home::Memory(Disk::default())
    }

    fn course(&self) -> Course {
        COURSE
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        let mut records = Vec::new();
        let log = Log::open_replaying(place.storage()?, self.options(), |found| {
            let number = found.sequence().get();
            let life =
                found.bytes().first_chunk().map_or(u32::MAX, |life| u32::from_le_bytes(*life));
            let intact = found.bytes() == packet(life, number);
            records.push(FoundRecord { packet: number, place: 0, life, intact });
        })?;
        Ok(Box::new(OpenLog { log, records }))
    }
}

impl OpenStore for OpenLog {
    fn read(&mut self) -> Result<Contents, StoreError> {
        let last = self.log.appended_through().get();
        Ok(Contents { records: std::mem::take(&mut self.records), last, complaint: None })
    }

    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        let number = due.packet;
        let sequence = self.log.append(&packet(due.life, number), 1)?;
        if number.is_multiple_of(GROUP) || due.is_last {
            self.log.wait(sequence)?;
            recorder.acked(number);
        }
        if number.is_multiple_of(DROP_EVERY) {
            recorder.phase(Phase::Dropping);
            let keep_from = number.saturating_sub(KEPT);
            recorder.released(keep_from.saturating_sub(1));
            self.log.drop_before(Sequence::new(keep_from))?;
        }
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(self.log.close()?)
    }
}

/// Of different lengths, and in each life of another one, so that a stale packet in a new one's place would show.
fn packet(life: u32, number: u64) -> Vec<u8> {
    let length = 8 + number.wrapping_mul(149).wrapping_add(u64::from(life) * 67) % 590;
    let mut bytes = life.to_le_bytes().to_vec();
    bytes.extend(content(life, number, 0, length as usize));
    bytes
}
