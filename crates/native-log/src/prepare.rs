//! Making segments ready before they are needed.
//!
//! A segment gets its name only when its header and its space are durable, and it holds packets
//! only when its name is durable too. So a crash at any moment leaves either a complete segment or
//! a file that recovery recognises by its name and removes.

use crate::error::{Error, Operation};
use crate::format::{RECYCLED_SPACE_CODE, SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::options::{LogOptions, Space};
use crate::segment::{PreparedSegment, preparing_name, segment_name, spare_name};
use crate::shared::{Guard, PanicGuard, Shared, wait};
use crate::storage::{Account, CountedFile, CountedStorage, OpenMode, SyncKind, WriteMode};

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
    let guard = PanicGuard::new(shared, Operation::Create);
    let header = new_header(&shared.options, shared.log_id, generation, follows);
    let result = match spare {
        Some(spare) => recycle(&shared.storage, &shared.options, header, spare),
        None => create(&shared.storage, &shared.options, header),
    };
    guard.disarm();
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

/// Makes a segment in a new file.
pub(crate) fn create(
    storage: &CountedStorage,
    options: &LogOptions,
    header: SegmentHeader,
) -> Result<PreparedSegment, Error> {
    let name = preparing_name(header.generation);
    let file = storage.create(name.clone())?;
    match options.space {
        Space::Growing => {}
        Space::SetLen => file.set_len(options.segment_bytes)?,
        Space::Fallocate => file.allocate(options.segment_bytes)?,
        Space::ZeroFilled | Space::Recycled { .. } => {
            fill_with_zeros(&file, 0, options.segment_bytes)?;
        }
    }
    put_in_place(storage, options, header, file, &name)
}

/// Makes a segment from a dropped one. Until the rename it is a spare file like any other,
/// whatever its header says; after it, old frames fail the new generation's checksums.
fn recycle(
    storage: &CountedStorage,
    options: &LogOptions,
    header: SegmentHeader,
    spare: u32,
) -> Result<PreparedSegment, Error> {
    let name = spare_name(spare);
    let file = storage.open(name.clone(), OpenMode::Plain)?;
    let header = SegmentHeader { space_code: RECYCLED_SPACE_CODE, ..header };
    put_in_place(storage, options, header, file, &name)
}

fn put_in_place(
    storage: &CountedStorage,
    options: &LogOptions,
    header: SegmentHeader,
    file: CountedFile,
    name: &str,
) -> Result<PreparedSegment, Error> {
    let mut block = vec![0; SEGMENT_HEADER_BYTES as usize];
    let bytes = header.encode();
    block[..bytes.len()].copy_from_slice(&bytes);
    file.write_at(&block, 0, WriteMode::Buffered, Account::Upkeep)?;
    file.sync(SyncKind::All, Account::Upkeep)?;
    let final_name = segment_name(header.generation);
    storage.rename(name, &final_name)?;
    let file = match options.sync_method.open_mode() {
        OpenMode::Plain => file.renamed(final_name),
        OpenMode::DataSync => storage.open(final_name, OpenMode::DataSync)?,
    };
    Ok(PreparedSegment { file, header })
}

/// Writes zeros to `from..to` and makes them durable.
pub(crate) fn fill_with_zeros(file: &CountedFile, from: u64, to: u64) -> Result<(), Error> {
    let zeros = vec![0; ZERO_WRITE_BYTES.min((to - from) as usize)];
    let mut offset = from;
    while offset < to {
        let piece_end = to.min(offset + ZEROS_PER_SYNC_BYTES);
        while offset < piece_end {
            let length = zeros.len().min((piece_end - offset) as usize);
            file.write_at(&zeros[..length], offset, WriteMode::Buffered, Account::Upkeep)?;
            offset += length as u64;
        }
        file.sync(SyncKind::Data, Account::Upkeep)?;
    }
    Ok(())
}
