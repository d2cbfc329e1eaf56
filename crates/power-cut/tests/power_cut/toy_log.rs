//! A log of two segments that are overwritten in turn, small enough to be right at a glance, and with faults to choose
//! from.

use std::io;
use std::path::Path;
use std::sync::Arc;

use disk_model::{Dice, Disk};
use native_log::storage::{
    FileStorage, MemoryStorage, OpenMode, Storage, StorageFile, SyncKind, WriteMode,
};
use power_cut::oracle::{Expected, Found, FoundRecord};
use power_cut::recording::{Phase, Recorder, Recording};
use power_cut::{Error, Fault, Key, Left, RecordedStorage, Restart, Subject};

const SEGMENTS: [&str; 2] = ["segment-0", "segment-1"];
/// Frames of a segment; all are of one length, so that a stale one lies where a new one will.
const FRAMES: u64 = 4;
const FRAME_BYTES: usize = 720;
/// Generation, life, number, checksum.
const HEADER_BYTES: usize = 24;
const PACKETS: u64 = 17;
const NEW_PACKETS: u64 = 2;

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
    next: u64,
    segment: usize,
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
        let last = segments.last().map_or(0, |(_, frames)| generation_of(frames));
        let records: Vec<FoundRecord> = segments
            .iter()
            .flat_map(|(_, frames)| frames.iter().map(|frame| frame.record))
            .collect();
        let next = records.iter().map(|record| record.packet).max().unwrap_or(0) + 1;
        let segment = segments.first().map_or(0, |(segment, _)| *segment);
        Ok((records, End { generation: last, next, segment }))
    }

    fn work(
        self,
        storage: &dyn Storage,
        recorder: &Recorder,
        mut end: End,
        (life, last): (u32, u64),
    ) -> io::Result<()> {
        let mut file: Option<Box<dyn StorageFile>> = None;
        let mut place = 0;
        for number in end.next..=last {
            recorder.phase(Phase::Committing);
            if file.is_none() || place == FRAMES {
                end.generation += 1;
                file = Some(self.begin(storage, recorder, &end, number)?);
                end.segment = 1 - end.segment;
                place = 0;
            }
            let Some(file) = &file else { continue };
            recorder.begun(number);
            let bytes = encoded(end.generation, life, number);
            file.write_at(&bytes, place * FRAME_BYTES as u64, WriteMode::Buffered)?;
            file.sync(SyncKind::Data)?;
            recorder.acked(number);
            place += 1;
        }
        Ok(())
    }

    /// The segment that holds the oldest packets, which nobody needs any more.
    fn begin(
        self,
        storage: &dyn Storage,
        recorder: &Recorder,
        end: &End,
        number: u64,
    ) -> io::Result<Box<dyn StorageFile>> {
        let name = SEGMENTS[end.segment];
        match storage.open(name, OpenMode::Plain) {
            Ok(file) => {
                // The other segment holds the frames before this number, as many as fit or fewer.
                let kept = self.frames_of(storage, 1 - end.segment)?;
                let first = kept.first().map_or(number, |first| first.record.packet);
                recorder.released(first.saturating_sub(1));
                Ok(file)
            }
            Err(_) => {
                let file = storage.create(name)?;
                if self.flaw != Flaw::DirectoryNotSynced {
                    storage.sync_dir()?;
                }
                Ok(file)
            }
        }
    }

    fn live_on(&self, storage: Arc<dyn Storage>, recorder: &Recorder) {
        let storage = RecordedStorage::new(storage, recorder.clone());
        let (_, end) = self.recover(&storage).expect("a new log opens");
        self.work(&storage, recorder, end, (0, PACKETS)).expect("the storage takes everything");
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

    fn before(&self) -> Expected {
        Expected { acked: 0, released: 0, attempted: vec![0], survived: None, records_of: |_| 1 }
    }

    fn live(&self, _scratch: &Path, fault: Option<Fault>) -> Result<Recording, Error> {
        let recorder = Recorder::new(Disk::default(), Phase::Opening).with_fault(fault);
        self.live_on(Arc::new(MemoryStorage::new()), &recorder);
        Ok(recorder.recording())
    }

    fn live_in(&self, directory: &Path, recorder: &Recorder) -> Result<(), Error> {
        let files = FileStorage::open(directory).expect("a directory of its own");
        self.live_on(Arc::new(files), recorder);
        Ok(())
    }

    fn restart(&self, left: &Left<'_>, _scratch: &Path) -> Result<Restart, Error> {
        let recorder = Recorder::new(left.disk.clone(), Phase::Recovering);
        let memory = Arc::new(MemoryStorage::on(left.disk.clone()));
        let storage = RecordedStorage::new(memory, recorder.clone());
        let found = match self.recover(&storage) {
            Ok((records, end)) => {
                let last = end.next + NEW_PACKETS - 1;
                let worked = self.work(&storage, &recorder, end, (left.life, last));
                let stuck = worked.err().map(|error| error.to_string());
                Found { records, stuck, ..Found::default() }
            }
            Err(error) => Found { refused: Some(error.to_string()), ..Found::default() },
        };
        Ok(Restart { found, recording: left.recorded.then(|| recorder.recording()) })
    }
}
