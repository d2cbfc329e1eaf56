//! The floor: what the disk takes for one write and one sync, with nothing in between.

mod nameless;

use std::fs::File;
use std::io::{self, IoSlice};
use std::num::{NonZeroU32, NonZeroUsize};
use std::ops::Range;
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use rustix::io::{ReadWriteFlags, pwritev2};
use serde::{Deserialize, Serialize};

use crate::durations::nanoseconds;
use crate::latency::supports_quantile;
use crate::random::SplitMix;
pub use nameless::awaken;
use nameless::nameless_file;

/// The ring is at least this long: far more than a device's own small caches of hot sectors.
const RING_BYTES_MIN: u64 = 32 << 20;

/// The ring holds at least this many payloads, so that a large payload is not rewritten in place.
const RING_PAYLOADS_MIN: u64 = 8;

/// How much is written at once while the ring is prepared. It decides how large the folios are that
/// the page cache keeps, and with them the floor itself: on ext4 of Linux 6.18 a payload of 98 kB took
/// 248 us after preparing by pages, 190 us by 64 KiB and 210 us by 1 MiB, and smaller payloads did not
/// care. A payload makes its whole folio count as `write_bytes`, which is why that counter is only an
/// upper bound.
const PREPARE_CHUNK_BYTES: usize = 64 << 10;

/// Payloads come in turns from at least so many bytes of memory. What an application hands in was made a
/// while before and has left the innermost cache, and so must the floor's payload: with a single buffer
/// of 98 kB, always warm, the floor itself was 5 to 11 us faster.
pub const SOURCE_BYTES_MIN: usize = 512 << 10;

/// The largest payload on which the floor is measured. Its ring is eight times as long.
pub const PAYLOAD_BYTES_MAX: usize = 64 << 20;

/// The call that makes a write durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SyncCall {
    /// `fdatasync`: data, and only the metadata that reading it back needs.
    Fdatasync,
    /// `fsync`: data and all metadata.
    Fsync,
    /// One write with `RWF_DSYNC`, which is durable when it returns: the same promise as `fdatasync`, in one call. A file
    /// opened with `O_DSYNC` takes the same way through the kernel.
    #[serde(rename = "rwf_dsync")]
    DataSyncWrite,
}

/// A prepared file on which the floor is measured. It has no name, so that nothing of it is left however
/// the process ends.
///
/// One thread writes one payload and syncs it, at positions that advance by the payload's size and
/// wrap, as a log's do; in memory the payloads take turns likewise. The space is recycled: every byte was written and synced before, so that no
/// sync has to commit a new size or a new block. `PostgreSQL` recycles its WAL segments and
/// `RocksDB` its logs (`recycle_log_file_num`) for that reason.
#[derive(Debug)]
pub struct Floor {
    file: File,
    /// Whole payloads, one after the other.
    source: Vec<u8>,
    payload_bytes: NonZeroUsize,
    writes_done: u64,
    ring_payloads: u64,
    sync_call: SyncCall,
}

/// The floor's file could not be prepared.
#[derive(Debug, thiserror::Error)]
#[error(
    "{}: preparing the floor's file of {ring_bytes} bytes failed while {step}: {source}",
    dir.display()
)]
pub struct FloorError {
    /// Where the file has no name.
    dir: PathBuf,
    ring_bytes: u64,
    step: &'static str,
    source: io::Error,
}

/// Many floor timings in short.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FloorSummary {
    /// The median in ns; null with fewer than 20 timings.
    pub p50_ns: Option<u64>,
    /// The 99th percentile in ns; null with fewer than 1,000 timings.
    pub p99_ns: Option<u64>,
    /// The longest in ns; null without timings.
    pub max_ns: Option<u64>,
    /// How many writes were timed.
    pub count: u64,
}

impl SyncCall {
    /// Writes `bytes` at `position` and makes them durable.
    ///
    /// # Errors
    /// What the calls answered. After a failed sync the kernel may have dropped the data, so it is
    /// never worth trying again on the same file.
    pub fn write_at(self, file: &File, bytes: &[u8], position: u64) -> io::Result<()> {
        match self {
            Self::Fdatasync => {
                file.write_all_at(bytes, position)?;
                file.sync_data()
            }
            Self::Fsync => {
                file.write_all_at(bytes, position)?;
                file.sync_all()
            }
            Self::DataSyncWrite => {
                let mut written = 0;
                while written < bytes.len() {
                    let rest = [IoSlice::new(&bytes[written..])];
                    let at = position + written as u64;
                    match pwritev2(file, &rest, at, ReadWriteFlags::DSYNC)? {
                        0 => return Err(io::ErrorKind::WriteZero.into()),
                        length => written += length,
                    }
                }
                Ok(())
            }
        }
    }

    /// The call's name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fdatasync => "fdatasync",
            Self::Fsync => "fsync",
            Self::DataSyncWrite => "RWF_DSYNC",
        }
    }
}

impl Floor {
    /// Creates, fills and syncs a file in `dir` for payloads of `payload_bytes`.
    ///
    /// # Errors
    /// [`FloorError`] when the payload is longer than [`PAYLOAD_BYTES_MAX`], or when the file cannot be
    /// created, written or synced.
    pub fn prepare(
        dir: &Path,
        payload_bytes: NonZeroUsize,
        sync_call: SyncCall,
    ) -> Result<Self, FloorError> {
        static FLOORS: AtomicU64 = AtomicU64::new(0);
        let number = FLOORS.fetch_add(1, Ordering::Relaxed);
        let payload_length = payload_bytes.get() as u64;
        let ring_payloads = RING_BYTES_MIN.div_ceil(payload_length).max(RING_PAYLOADS_MIN);
        let ring_bytes = ring_payloads.saturating_mul(payload_length);
        let error = |step, source| FloorError { dir: dir.to_owned(), ring_bytes, step, source };
        if payload_bytes.get() > PAYLOAD_BYTES_MAX {
            let bound = format!("expected a payload of at most {PAYLOAD_BYTES_MAX} bytes");
            let source = io::Error::new(io::ErrorKind::InvalidInput, bound);
            return Err(error("looking at its payload", source));
        }
        let file = nameless_file(dir, number).map_err(|source| error("creating it", source))?;
        let floor = Self {
            file,
            source: incompressible(SOURCE_BYTES_MIN.next_multiple_of(payload_bytes.get()), number),
            payload_bytes,
            writes_done: 0,
            ring_payloads,
            sync_call,
        };
        floor.fill().map_err(|source| error("filling it", source))?;
        floor.file.sync_all().map_err(|source| error("syncing it", source))?;
        Ok(floor)
    }

    /// Times `writes` payloads, each one `pwrite` and one sync, and returns each in ns.
    ///
    /// # Errors
    /// What the write or the sync answered.
    pub fn burst(&mut self, writes: NonZeroU32) -> io::Result<Vec<u64>> {
        (0..writes.get()).map(|_| self.write_once()).collect()
    }

    /// Writes the next payload and makes it durable.
    ///
    /// # Errors
    /// What the write or the sync answered.
    pub fn write(&mut self) -> io::Result<()> {
        self.write_once().map(|_ns| ())
    }

    /// The payload's size in bytes.
    #[must_use]
    pub fn payload_bytes(&self) -> usize {
        self.payload_bytes.get()
    }

    /// Writes every byte of the ring, so that its blocks are allocated and no longer marked
    /// unwritten.
    fn fill(&self) -> io::Result<()> {
        let ring_bytes = self.ring_payloads * self.payload_bytes.get() as u64;
        let chunk = incompressible(PREPARE_CHUNK_BYTES, !self.ring_payloads);
        let mut position = 0;
        while position < ring_bytes {
            let length = (ring_bytes - position).min(chunk.len() as u64);
            self.file.write_all_at(&chunk[..length as usize], position)?;
            position += length;
        }
        Ok(())
    }

    fn write_once(&mut self) -> io::Result<u64> {
        let position = (self.writes_done % self.ring_payloads) * self.payload_bytes.get() as u64;
        let payload = self.next_payload();
        let start = Instant::now();
        self.sync_call.write_at(&self.file, &self.source[payload], position)?;
        Ok(nanoseconds(start.elapsed()))
    }

    /// Where the next payload lies. It is made to differ from the one that the file's position held a
    /// round ago, in case a layer below leaves out writes that change nothing.
    fn next_payload(&mut self) -> Range<usize> {
        let length = self.payload_bytes.get();
        let begin = (self.writes_done as usize * length) % self.source.len();
        self.writes_done += 1;
        let stamp = self.writes_done.to_le_bytes();
        let stamped = length.min(stamp.len());
        self.source[begin..][..stamped].copy_from_slice(&stamp[..stamped]);
        begin..begin + length
    }
}

impl FloorSummary {
    /// Summarises timings in ns. The values are exact: they are sorted, not put into buckets.
    #[must_use]
    pub fn of(timings_ns: &[u64]) -> Self {
        let mut sorted = timings_ns.to_vec();
        sorted.sort_unstable();
        let quantile = |q: f64| {
            supports_quantile(sorted.len() as u64, q)
                .then(|| sorted[(sorted.len() as f64 * q).ceil() as usize - 1])
        };
        Self {
            p50_ns: quantile(0.5),
            p99_ns: quantile(0.99),
            max_ns: sorted.last().copied(),
            count: sorted.len() as u64,
        }
    }
}

/// Bytes that no compressing filesystem or device makes smaller.
fn incompressible(length: usize, seed: u64) -> Vec<u8> {
    let mut random = SplitMix::new(seed);
    let words = length.div_ceil(size_of::<u64>());
    let mut bytes: Vec<u8> = (0..words).flat_map(|_| random.next_bits().to_le_bytes()).collect();
    bytes.truncate(length);
    bytes
}

#[cfg(test)]
mod tests {
    use std::fs::OpenOptions;

    use super::nameless::named_and_unlinked;
    use super::*;

    fn floor_in(dir: &Path, payload_bytes: usize, sync_call: SyncCall) -> Floor {
        Floor::prepare(dir, NonZeroUsize::new(payload_bytes).unwrap(), sync_call).unwrap()
    }

    fn content_of(file: &File) -> Vec<u8> {
        let mut content = vec![0; file.metadata().unwrap().len() as usize];
        file.read_exact_at(&mut content, 0).unwrap();
        content
    }

    fn writes(count: u32) -> NonZeroU32 {
        NonZeroU32::new(count).unwrap()
    }

    #[test]
    fn a_burst_times_every_write_within_the_prepared_space() {
        let dir = tempfile::tempdir().unwrap();
        for sync_call in [SyncCall::Fdatasync, SyncCall::Fsync, SyncCall::DataSyncWrite] {
            let mut floor = floor_in(dir.path(), 5 << 20, sync_call);
            let length = floor.file.metadata().unwrap().len();
            assert_eq!(length, 8 * (5 << 20));
            // One more than the ring holds, so that it wraps.
            let timings = floor.burst(writes(9)).unwrap();
            assert_eq!(timings.len(), 9);
            assert!(timings.iter().all(|timing| *timing > 0));
            assert_eq!(floor.file.metadata().unwrap().len(), length);
            let content = content_of(&floor.file);
            assert_eq!(&content[..8], &9_u64.to_le_bytes());
            assert_eq!(&content[5 << 20..][..8], &2_u64.to_le_bytes());
        }
    }

    #[test]
    fn positions_advance_by_the_payload() {
        let dir = tempfile::tempdir().unwrap();
        let mut floor = floor_in(dir.path(), 40, SyncCall::Fdatasync);
        let prepared = content_of(&floor.file);
        assert!(prepared.len() as u64 >= RING_BYTES_MIN);
        floor.burst(writes(3)).unwrap();
        let content = content_of(&floor.file);
        for number in 1..=3 {
            assert_eq!(content[(number - 1) * 40..][..8], (number as u64).to_le_bytes());
        }
        assert_eq!(content[120..], prepared[120..]);
    }

    #[test]
    fn no_file_is_seen_and_so_none_is_left() {
        let dir = tempfile::tempdir().unwrap();
        let seen = || std::fs::read_dir(dir.path()).unwrap().count();
        let floors =
            [SyncCall::Fdatasync, SyncCall::Fsync].map(|call| floor_in(dir.path(), 1, call));
        assert_eq!(seen(), 0, "{floors:?}");
        let mut options = OpenOptions::new();
        options.read(true).write(true);
        let path = dir.path().join("floor");
        let file = named_and_unlinked(&path, &options).unwrap();
        file.write_all_at(b"floor", 0).unwrap();
        assert_eq!(content_of(&file), b"floor");
        assert_eq!(seen(), 0);
        std::fs::write(&path, "somebody's").unwrap();
        let taken = named_and_unlinked(&path, &options).unwrap_err();
        assert_eq!(taken.kind(), io::ErrorKind::AlreadyExists);
        assert!(path.is_file());
    }

    #[test]
    fn a_missing_directory_is_named() {
        let dir = tempfile::tempdir().unwrap();
        let gone = dir.path().join("gone");
        let payload_bytes = NonZeroUsize::new(64).unwrap();
        let error = Floor::prepare(&gone, payload_bytes, SyncCall::Fsync).unwrap_err().to_string();
        assert!(error.contains("/gone: preparing") && error.contains("creating it"), "{error}");
    }

    #[test]
    fn a_payload_beyond_the_bound_is_refused() {
        let dir = tempfile::tempdir().unwrap();
        for bytes in [PAYLOAD_BYTES_MAX + 1, usize::MAX] {
            let bytes = NonZeroUsize::new(bytes).unwrap();
            let error = Floor::prepare(dir.path(), bytes, SyncCall::Fsync).unwrap_err().to_string();
            assert!(error.ends_with("expected a payload of at most 67108864 bytes"), "{error}");
        }
    }

    #[test]
    fn a_summary_tells_only_what_the_count_supports() {
        let few = FloorSummary::of(&[3, 1, 2]);
        assert_eq!(few, FloorSummary { p50_ns: None, p99_ns: None, max_ns: Some(3), count: 3 });
        let many: Vec<u64> = (1..=1_000).rev().collect();
        let many = FloorSummary::of(&many);
        assert_eq!((many.p50_ns, many.p99_ns, many.max_ns), (Some(500), Some(990), Some(1_000)));
        assert_eq!(FloorSummary::of(&[]).max_ns, None);
    }
}
