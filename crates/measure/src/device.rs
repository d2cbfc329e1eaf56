//! Bytes on their way to the disk, each counter named for what it counts.
//!
//! The kernel's block statistics (<https://docs.kernel.org/block/stat.html>) count everything that
//! reached the device, whoever wrote it: whether the scratch directory is alone on its device
//! cannot be known from here. A caller who needs the difference reads the meter over an idle
//! interval first and states that rate beside the figure.

use std::io;
use std::path::Path;

use procfs::process::Process;
use procfs::{Current as _, Meminfo};
use serde::{Deserialize, Serialize};

use crate::environment::{BlockDirectories, is_tmpfs};
use crate::system_roots::read_fact;

/// The block statistics count sectors of this size, whatever the device's own is.
const SECTOR_BYTES: u64 = 512;

/// Reads the counters of one directory's device and of this process.
#[derive(Clone, Debug)]
pub struct DeviceMeter {
    in_memory: bool,
    directories: Option<BlockDirectories>,
}

/// What was written: since boot and since the process began when read, or between two readings.
///
/// On tmpfs all three are `None`: nothing reaches a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrittenBytes {
    /// Bytes that reached the block device or partition, from every process; null without a device.
    pub device_bytes_written: Option<u64>,
    /// Flushes of the device's cache that were completed, from every process. The kernel merges
    /// flushes that wait together, and counts them for the whole disk; null without a device and
    /// before Linux 5.5.
    pub device_flushes: Option<u64>,
    /// `write_bytes` of `/proc/self/io`: bytes of the page cache that this process made dirty. A
    /// page made dirty again before it is written back counts once; filesystem metadata does not
    /// count. The kernel counts whole folios: in a file that was written in large pieces, a few
    /// bytes may count as up to 1 MiB (seen on ext4 of Linux 6.18). So it is an upper bound for
    /// data, and `device_bytes_written` is the figure to compare.
    pub process_write_bytes: Option<u64>,
}

impl DeviceMeter {
    /// A meter for the device under `dir`.
    ///
    /// # Errors
    /// When `dir` cannot be looked at.
    pub fn of(dir: &Path) -> io::Result<Self> {
        Ok(Self { in_memory: is_tmpfs(dir)?, directories: BlockDirectories::of(dir)? })
    }

    /// The counters now. It opens two files of the kernel: for the beginning and end of a piece and
    /// for every slot of a timeline, not for every packet.
    #[must_use]
    pub fn read(&self) -> WrittenBytes {
        if self.in_memory {
            return WrittenBytes::default();
        }
        let statistics = |directory: &Path| read_fact(directory.join("stat"));
        let directories = self.directories.as_ref();
        let volume = directories.and_then(|directories| statistics(&directories.volume));
        let disk = directories.and_then(|directories| statistics(&directories.disk));
        let process = Process::myself().and_then(|process| process.io());
        WrittenBytes {
            device_bytes_written: volume.and_then(|text| bytes_written(&text)),
            device_flushes: disk.and_then(|text| flushes(&text)),
            process_write_bytes: process.ok().map(|io| io.write_bytes),
        }
    }
}

/// Bytes of the page cache that are not on any device yet, of the whole machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnwrittenBytes {
    /// They wait to be written back.
    pub dirty: u64,
    /// They are being written back.
    pub writeback: u64,
}

impl UnwrittenBytes {
    /// As `/proc/meminfo` tells now; `None` where it does not.
    #[must_use]
    pub fn now() -> Option<Self> {
        let told = Meminfo::current().ok()?;
        Some(Self { dirty: told.dirty, writeback: told.writeback })
    }
}

impl WrittenBytes {
    /// Both counts together; a counter that only one has stays.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Self {
        let add = |first: Option<u64>, second: Option<u64>| match (first, second) {
            (Some(first), Some(second)) => Some(first + second),
            (first, second) => first.or(second),
        };
        Self {
            device_bytes_written: add(self.device_bytes_written, other.device_bytes_written),
            device_flushes: add(self.device_flushes, other.device_flushes),
            process_write_bytes: add(self.process_write_bytes, other.process_write_bytes),
        }
    }

    /// What was written between `earlier` and this reading of the same meter.
    #[must_use]
    pub fn since(&self, earlier: &Self) -> Self {
        let between = |now: Option<u64>, then: Option<u64>| Some(now?.saturating_sub(then?));
        Self {
            device_bytes_written: between(self.device_bytes_written, earlier.device_bytes_written),
            device_flushes: between(self.device_flushes, earlier.device_flushes),
            process_write_bytes: between(self.process_write_bytes, earlier.process_write_bytes),
        }
    }
}

/// The 7th number of a block device's `stat` counts the sectors written.
fn bytes_written(statistics: &str) -> Option<u64> {
    Some(number_at(statistics, 7)? * SECTOR_BYTES)
}

/// The 16th number of a block device's `stat` counts the flushes completed.
fn flushes(statistics: &str) -> Option<u64> {
    number_at(statistics, 16)
}

fn number_at(statistics: &str, position_from_1: usize) -> Option<u64> {
    statistics.split_whitespace().nth(position_from_1 - 1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn the_statistics_are_the_documented_columns() {
        let text =
            "6324 3300 1923890 7878 1136 6766 369184 1191 0 2948 9321 3140 79 41456 244 122 6";
        assert_eq!((bytes_written(text), flushes(text)), (Some(369_184 * 512), Some(122)));
        let before_linux_5_5 = &text[..text.len() - " 79 41456 244 122 6".len()];
        assert_eq!(bytes_written(before_linux_5_5), Some(369_184 * 512));
        assert_eq!(flushes(before_linux_5_5), None);
        assert_eq!(bytes_written("garbage"), None);
    }

    #[test]
    fn a_written_and_synced_file_is_counted() {
        let dir = tempfile::tempdir().unwrap();
        let meter = DeviceMeter::of(dir.path()).unwrap();
        let before = meter.read();
        let mut file = std::fs::File::create(dir.path().join("file")).unwrap();
        let bytes = vec![7_u8; 1 << 20];
        file.write_all(&bytes).unwrap();
        file.sync_all().unwrap();
        let written = meter.read().since(&before);
        // A counter that is not there is None; one that is there has counted the file, which a
        // compressing filesystem may have made smaller.
        for told in [written.device_bytes_written, written.process_write_bytes] {
            assert!(told.is_none_or(|told| told > 0), "{written:?}");
        }
    }

    #[test]
    fn memory_has_no_device() {
        let shared_memory = Path::new("/dev/shm");
        if shared_memory.exists() && is_tmpfs(shared_memory).unwrap() {
            let meter = DeviceMeter::of(shared_memory).unwrap();
            assert_eq!(meter.read(), WrittenBytes::default());
        }
    }

    #[test]
    fn a_difference_needs_both_readings() {
        let now = WrittenBytes { device_bytes_written: Some(9), ..WrittenBytes::default() };
        let then =
            WrittenBytes { device_bytes_written: Some(4), process_write_bytes: Some(1), ..now };
        let written = now.since(&then);
        assert_eq!(written.device_bytes_written, Some(5));
        assert_eq!(written.process_write_bytes, None);
    }
}
