//! A log of two segments that are overwritten in turn, small enough to be right at a glance, and with faults to choose
//! from.

use std::io;
use std::sync::Arc;

use disk_model::{Dice, Disk};
use native_log::storage::{
    DirectoryChange, FileChange, OpenMode, Storage, StorageFile, SyncKind, WriteMode,
};
use power_cut::oracle::FoundRecord;
use power_cut::recording::Recorder;
use power_cut::{Contents, Course, Due, Home, Key, OpenStore, Place, StoreError, Subject};

const SEGMENTS: [&str; 2] = ["segment-0", "segment-1"];
/// Frames of a segment; all are of one length, so that a stale one lies where a new one will.
const FRAMES: u64 = 4;
const FRAME_BYTES: usize = 720;
/// Generation, life, number, checksum.
const HEADER_BYTES: usize = 24;

/// What is wrong with the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Flaw {
    Nothing,
    ChecksumIgnored,
    GenerationIgnored,
    DirectoryNotSynced,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct ToyLog {
    pub(crate) flaw: Flaw,
}

struct Frame {
    generation: u32,
    record: FoundRecord,
}

/// Where the log goes on.
struct End {
    generation: u32,
    segment: usize,
}

struct OpenToyLog {
    log: ToyLog,
    storage: Arc<dyn Storage>,
    records: Vec<FoundRecord>,
    end: End,
    /// The segment that is written to, and its next frame.
    file: Option<(Box<dyn StorageFile>, u64)>,
}

impl ToyLog {
    /// Frames of a segment from its start on, up to the first that does not count.
    fn frames_of(self, storage: &dyn Storage, segment: usize) -> io::Result<Vec<Frame>> {
        let mut frames: Vec<Frame> = Vec::new();
        let file = match storage.open(SEGMENTS[segment], OpenMode::Plain) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(frames),
            file => file?,
        };
        let mut bytes = [0; FRAME_BYTES];
        while file.read_at(&mut bytes, (frames.len() * FRAME_BYTES) as u64)? == FRAME_BYTES {
            let frame = Self::frame(&bytes, frames.first());
            let is_whole = sum(&bytes) == bytes[16..24];
            let is_of_this =
                frames.first().is_none_or(|first| first.generation == frame.generation);
            let ends = bytes[..4] == [0; 4]
                || (self.flaw != Flaw::ChecksumIgnored && !is_whole)
                || (self.flaw != Flaw::GenerationIgnored && !is_of_this);
            if ends {
                break;
            }
            let packet = frame.record.packet + frames.len() as u64;
            frames.push(Frame { record: FoundRecord { packet, ..frame.record }, ..frame });
        }
        Ok(frames)
    }

    /// A frame of a segment: its number follows from its place and the number of the first one.
    fn frame(bytes: &[u8; FRAME_BYTES], first: Option<&Frame>) -> Frame {
        let word = |at: usize| {
            u32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]])
        };
        let (generation, life, own) = (word(0), word(4), u64::from(word(8)));
        let packet = first.map_or(own, |first| first.record.packet);
        let intact = *bytes == encoded(generation, life, own);
        let record = FoundRecord { packet, place: 0, life, intact };
        Frame { generation, record }
    }

    fn recover(self, storage: &dyn Storage) -> io::Result<(Vec<FoundRecord>, End)> {
        let mut segments = Vec::new();
        for segment in 0..SEGMENTS.len() {
            segments.push((segment, self.frames_of(storage, segment)?));
        }
        let generation_of =
            |frames: &Vec<Frame>| frames.first().map_or(0, |first| first.generation);
        segments.sort_by_key(|(_, frames)| generation_of(frames));
        let generation = segments.last().map_or(0, |(_, frames)| generation_of(frames));
        let records: Vec<FoundRecord> = segments
            .iter()
            .flat_map(|(_, frames)| frames.iter().map(|frame| frame.record))
            .collect();
        let segment = segments.first().map_or(0, |(segment, _)| *segment);
        Ok((records, End { generation, segment }))
    }
}

impl OpenToyLog {
    /// The segment that holds the oldest packets, which nobody needs any more.
    fn begin(&self, recorder: &Recorder, number: u64) -> io::Result<Box<dyn StorageFile>> {
        let name = SEGMENTS[self.end.segment];
        match self.storage.open(name, OpenMode::Plain) {
            Ok(file) => {
                // The other segment holds the frames before this number, as many as fit or fewer.
                let kept = self.log.frames_of(self.storage.as_ref(), 1 - self.end.segment)?;
                let first = kept.first().map_or(number, |first| first.record.packet);
                recorder.released(first.saturating_sub(1));
                Ok(file)
            }
            Err(_) => {
                let file = self.storage.create(name)?;
                if self.log.flaw != Flaw::DirectoryNotSynced {
                    self.storage.change(DirectoryChange::Sync)?;
                }
                Ok(file)
            }
        }
    }
}

impl OpenStore for OpenToyLog {
    fn read(&mut self) -> Result<Contents, StoreError> {
        Ok(Contents::of(self.records.clone()))
    }

    fn commit(&mut self, due: Due, recorder: &Recorder) -> Result<(), StoreError> {
        let (file, place) = match self.file.take() {
            Some((file, place)) if place < FRAMES => (file, place),
            _ => {
                self.end.generation += 1;
                let file = self.begin(recorder, due.packet)?;
                self.end.segment = 1 - self.end.segment;
                (file, 0)
            }
        };
        let bytes = encoded(self.end.generation, due.life, due.packet);
        let (offset, mode) = (place * FRAME_BYTES as u64, WriteMode::Buffered);
        file.change(FileChange::Write { bytes: &bytes, offset, mode })?;
        file.change(FileChange::Sync(SyncKind::Data))?;
        recorder.acked(due.packet);
        self.file = Some((file, place + 1));
        Ok(())
    }

    fn close(self: Box<Self>) -> Result<(), StoreError> {
        Ok(())
    }
}

fn encoded(generation: u32, life: u32, number: u64) -> [u8; FRAME_BYTES] {
    let mut bytes = [0; FRAME_BYTES];
    bytes[..4].copy_from_slice(&generation.to_le_bytes());
    bytes[4..8].copy_from_slice(&life.to_le_bytes());
    bytes[8..16].copy_from_slice(&number.to_le_bytes());
    let mut dice = Dice::new(number << 8 | u64::from(life));
    for chunk in bytes[HEADER_BYTES..].chunks_mut(8) {
        chunk.copy_from_slice(&dice.throw().to_le_bytes()[..chunk.len()]);
    }
    let sum = sum(&bytes);
    bytes[16..24].copy_from_slice(&sum);
    bytes
}

/// Of everything but itself.
fn sum(bytes: &[u8; FRAME_BYTES]) -> [u8; 8] {
    let mut sum = Dice::new(0).throw();
    for (at, chunk) in bytes.chunks_exact(8).enumerate() {
        if at != 2 {
            let mut word = [0; 8];
            word.copy_from_slice(chunk);
            sum = Dice::new(sum ^ u64::from_le_bytes(word)).throw();
        }
    }
    sum.to_le_bytes()
}

impl Subject for ToyLog {
    fn key(&self) -> Key {
        Key::Control { name: format!("{:?}", self.flaw) }
    }

    fn home(&self) -> Home {
        Home::Memory(Disk::default())
    }

    fn course(&self) -> Course {
        Course { before: 0, last: 17, new: 2, records_of: |_| 1 }
    }

    fn open(&self, place: &Place) -> Result<Box<dyn OpenStore + '_>, StoreError> {
        let storage = place.storage()?;
        let (records, end) = self.recover(storage.as_ref())?;
        Ok(Box::new(OpenToyLog { log: *self, storage, records, end, file: None }))
    }
}
