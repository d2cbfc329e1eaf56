//! Making segments ready before they are needed.
//!
//! A segment gets its name only when its header and its space are durable, and it holds packets
//! only when its name is durable too. So a crash at any moment leaves either a complete segment or
//! a file that recovery recognises by its name and removes.

use crate::error::{Error, Operation};
use crate::format::{
    RECYCLED_SPACE_CODE, SEGMENT_HEADER_BYTES, SEGMENT_HEADER_USED, SegmentHeader,
};
use crate::options::{LogOptions, Space};
use crate::segment::{Segment, preparing_name, segment_name, spare_name};
use crate::shared::{Guard, Shared, wait};
use crate::storage::{Account, CountedFile, CountedStorage, FileChange, OpenMode, SyncKind};

/// Zeros are synced after each piece of this size: one sync of a whole segment would hold up the
/// group commits that run beside it.
const ZEROS_PER_SYNC_BYTES: u64 = 1 << 20;

/// Zeros are written this many at once. The page cache keeps a file in folios as large as the writes
/// that brought it in, and each later write and sync walks all blocks of the folio that it touches:
/// on ext4 of Linux 6.18 a small packet took 7 us longer in a segment that was written by megabytes,
/// while a packet of 98 kB takes longest in one that was written by pages.
const ZERO_WRITE_BYTES: usize = 64 << 10;

/// Prepares the next segment with the lock released meanwhile. Nobody else may be preparing. Should
/// it fail, that is noted; the log stops once the segment is needed.
pub(crate) fn prepare_segment<'shared>(
    shared: &'shared Shared,
    mut state: Guard<'shared>,
) -> Result<Guard<'shared>, Error> {
    let generation = state.next_generation;
    state.next_generation = generation.checked_add(1).ok_or(Error::GenerationsExhausted)?;
    let follows = state.active().header.generation;
    let spare = state.spares.pop();
    state.preparing = true;
    drop(state);
    let header = new_header(&shared.options, shared.log_id, generation, follows);
    let result = shared.guarded(Operation::Create, || {
        make_segment(&shared.storage, &shared.options, header, spare)
    });
    let mut state = shared.lock();
    state.preparing = false;
    match result {
        Ok(prepared) => state.prepared = Some(prepared),
        Err(error) => {
            let failure = error.storage_failure().expect("only the storage can fail here");
            state.prepare_failure = Some(failure.clone());
        }
    }
    shared.segment_ready.notify_all();
    Ok(state)
}

impl Shared {
    /// The preparing thread: keeps one segment ready.
    pub(crate) fn run_preparer(&self) {
        let mut state = self.lock();
        while !state.closing && state.failure.is_none() {
            if state.prepared.is_some() || state.prepare_failure.is_some() {
                state = wait(&self.segment_taken, state);
                continue;
            }
            match prepare_segment(self, state) {
                Ok(guard) => state = guard,
                // Appenders meet the same end when they need the segment.
                Err(_) => return,
            }
        }
    }
}

pub(crate) fn new_header(
    options: &LogOptions,
    log_id: u64,
    generation: u32,
    follows: u32,
) -> SegmentHeader {
    SegmentHeader {
        generation,
        log_id,
        segment_bytes: options.segment_bytes,
        space_code: options.space.code(),
        packet_bytes_max: options.packet_bytes_max,
        follows,
    }
}

/// Makes a segment in a new file, or from a dropped one: until the rename that is a spare file like any other, whatever its
/// header says; after it, old frames fail the new generation's checksums.
pub(crate) fn make_segment(
    storage: &CountedStorage,
    options: &LogOptions,
    mut header: SegmentHeader,
    spare: Option<u32>,
) -> Result<Segment, Error> {
    let mut file = match spare {
        Some(spare) => {
            header.space_code = RECYCLED_SPACE_CODE;
            storage.open(spare_name(spare), OpenMode::Plain)?
        }
        None => {
            let file = storage.create(preparing_name(header.generation))?;
            let bytes = options.segment_bytes;
            match options.space {
                Space::Growing => {}
                Space::SetLen => file.change(FileChange::SetLen(bytes), Account::Upkeep)?,
                Space::Fallocate => file.change(FileChange::Allocate(bytes), Account::Upkeep)?,
                Space::ZeroFilled | Space::Recycled { .. } => {
                    fill_with_zeros(&file, bytes)?;
                }
            }
            file
        }
    };
    let mut block = vec![0; SEGMENT_HEADER_BYTES as usize];
    block[..SEGMENT_HEADER_USED].copy_from_slice(&header.encode());
    file.put(&block, 0)?;
    file.sync_all()?;
    let name = segment_name(header.generation);
    storage.rename(&file.name, &name)?;
    match options.sync_method.open_mode() {
        OpenMode::Plain => file.name = name,
        mode @ OpenMode::DataSync => file = storage.open(name, mode)?,
    }
    Ok(Segment { file, header, first_sequence: 0, found_bytes: 0, frames_end: 0 })
}

/// Writes so many zeros and makes them durable.
fn fill_with_zeros(file: &CountedFile, bytes: u64) -> Result<(), Error> {
    let zeros = vec![0; ZERO_WRITE_BYTES.min(bytes as usize)];
    let mut offset = 0;
    while offset < bytes {
        let piece_end = bytes.min(offset + ZEROS_PER_SYNC_BYTES);
        while offset < piece_end {
            let length = zeros.len().min((piece_end - offset) as usize);
            file.put(&zeros[..length], offset)?;
            offset += length as u64;
        }
        file.change(FileChange::Sync(SyncKind::Data), Account::Upkeep)?;
    }
    Ok(())
}
