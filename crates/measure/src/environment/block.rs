//! A block device, as sysfs tells it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::system_roots::{SystemRoots, read_fact, read_flag, read_number};

/// The block device under a filesystem. The queue's facts are those of the whole disk when the
/// filesystem lies on a partition; <https://docs.kernel.org/admin-guide/abi-stable.html> explains
/// them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockDevice {
    /// The kernel's name of the device, the partition if there is one: `vda`, `nvme0n1p2`.
    pub name: Option<String>,
    /// The kernel's name of the whole disk; the same as `name` without a partition.
    pub disk: Option<String>,
    /// The model that the device tells of itself; virtio disks tell none.
    pub model: Option<String>,
    /// `write back`: a write may rest in the device's volatile cache, so a sync must flush it;
    /// `write through`: it does not, and the kernel sends no flushes.
    pub write_cache: Option<String>,
    /// Whether one write can be forced through the cache (FUA), so that a sync needs no whole
    /// flush.
    pub fua: Option<bool>,
    /// The smallest unit that the device addresses, in bytes.
    pub logical_block_bytes: Option<u64>,
    /// The smallest unit that the device writes without reading first, in bytes.
    pub physical_block_bytes: Option<u64>,
    /// The I/O scheduler in use.
    pub scheduler: Option<String>,
    /// Whether the device says that it turns; virtio says so unless its host says otherwise.
    pub rotational: Option<bool>,
}

/// Where sysfs tells of a block device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct BlockDirectories {
    /// Of the partition, or of the disk without one: what a filesystem lies on.
    pub(crate) volume: PathBuf,
    /// Of the whole disk.
    pub(crate) disk: PathBuf,
}

impl BlockDevice {
    pub(super) fn read(directories: &BlockDirectories) -> Self {
        let BlockDirectories { volume, disk } = directories;
        let queue = disk.join("queue");
        Self {
            name: directory_name(volume),
            disk: directory_name(disk),
            model: read_fact(disk.join("device/model")),
            write_cache: read_fact(queue.join("write_cache")),
            fua: read_flag(queue.join("fua")),
            logical_block_bytes: read_number(queue.join("logical_block_size")),
            physical_block_bytes: read_number(queue.join("physical_block_size")),
            scheduler: read_fact(queue.join("scheduler")).map(|text| scheduler_in_use(&text)),
            rotational: read_flag(queue.join("rotational")),
        }
    }
}

impl BlockDirectories {
    /// The directories of the block device with these numbers, if there is one. Filesystems
    /// without a device of their own (tmpfs, overlay, btrfs) have numbers that name none.
    pub(super) fn of_numbers(roots: &SystemRoots, major: u32, minor: u32) -> Option<Self> {
        let link = roots.sys.join(format!("dev/block/{major}:{minor}"));
        let volume = link.canonicalize().ok()?;
        // A partition's directory lies in its disk's.
        let disk = match volume.parent() {
            Some(disk) if volume.join("partition").exists() => disk.to_owned(),
            _ => volume.clone(),
        };
        Some(Self { volume, disk })
    }
}

/// The kernel marks the scheduler in use with brackets; a disk without a choice names just one.
fn scheduler_in_use(text: &str) -> String {
    text.split_once('[')
        .and_then(|(_, rest)| rest.split_once(']'))
        .map_or(text, |(name, _)| name)
        .to_owned()
}

fn directory_name(directory: &Path) -> Option<String> {
    Some(directory.file_name()?.to_str()?.to_owned())
}
