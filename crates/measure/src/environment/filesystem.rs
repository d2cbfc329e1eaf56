//! The filesystem that holds a directory, and what lies under it.

use std::ffi::OsString;
use std::io;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::block::BlockDirectories;
use crate::system_roots::{SystemRoots, read_fact};

/// The filesystem that holds the scratch directory.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filesystem {
    /// The filesystem's type, such as `ext4`.
    pub kind: Option<String>,
    /// What is mounted: a device's path, or the name of something that has none.
    pub mount_source: Option<String>,
    /// Where it is mounted.
    pub mount_point: Option<String>,
    /// The options of this mount, separated by commas.
    pub mount_options: Option<String>,
    /// The options of the filesystem itself, separated by commas; the defaults are not among them.
    pub filesystem_options: Option<String>,
    /// Whether an ext4 has a journal; null for another filesystem and where procfs does not tell.
    /// Without one, a sync writes no journal commit, and is cheaper than on most machines.
    pub ext4_journal: Option<bool>,
    /// How an ext4's journal treats data: `ordered`, `writeback` or `journal`.
    pub ext4_data_mode: Option<String>,
    /// Whether barriers are on, without which ext4's syncs do not flush the device's cache.
    pub ext4_barrier: Option<bool>,
    /// Bytes that could still be written when the environment was captured.
    pub free_bytes: Option<u64>,
}

/// A directory's place: the mount it lies in, and the block device under that.
pub(super) struct Place {
    dir: PathBuf,
    mount: Option<Mount>,
    pub(super) directories: Option<BlockDirectories>,
}

/// One line of `/proc/self/mountinfo`, see `proc_pid_mountinfo(5)`.
struct Mount {
    device_numbers: Option<(u32, u32)>,
    mount_point: PathBuf,
    mount_options: String,
    kind: String,
    source: String,
    filesystem_options: String,
}

impl Filesystem {
    pub(super) fn read(roots: &SystemRoots, place: &Place) -> Self {
        let mount = place.mount.as_ref();
        let ext4_options = mount
            .filter(|mount| mount.kind == "ext4")
            .and_then(|_| read_ext4_options(roots, &place.directories.as_ref()?.volume));
        let ext4_option = |name: &str| {
            ext4_options
                .as_ref()?
                .lines()
                .find_map(|line| line.strip_prefix(name))
                .map(str::to_owned)
        };
        let ext4_has = |name: &str| {
            ext4_options.as_ref().map(|options| options.lines().any(|line| line == name))
        };
        Self {
            kind: mount.map(|mount| mount.kind.clone()),
            mount_source: mount.map(|mount| mount.source.clone()),
            mount_point: mount.map(|mount| text_of(mount.mount_point.as_os_str().as_bytes())),
            mount_options: mount.map(|mount| mount.mount_options.clone()),
            filesystem_options: mount.map(|mount| mount.filesystem_options.clone()),
            // The kernel prints the data mode exactly when there is a journal (ext4's super.c).
            ext4_journal: ext4_options.as_ref().map(|_| ext4_option("data=").is_some()),
            ext4_data_mode: ext4_option("data="),
            ext4_barrier: ext4_has("barrier"),
            free_bytes: free_bytes(&place.dir).ok(),
        }
    }
}

impl Place {
    /// Finds the place of a canonical path.
    pub(super) fn of(roots: &SystemRoots, canonical: &Path) -> io::Result<Self> {
        let mount = find_mount(roots, canonical);
        let device = std::fs::metadata(canonical)?.dev();
        let numbers_of_dir = (rustix::fs::major(device), rustix::fs::minor(device));
        let directories = [
            mount.as_ref().and_then(|mount| mount.device_numbers),
            Some(numbers_of_dir),
            // btrfs and others have numbers of their own, but are mounted from a device's path.
            mount.as_ref().and_then(|mount| numbers_of_device_file(Path::new(&mount.source))),
        ]
        .into_iter()
        .flatten()
        .find_map(|(major, minor)| BlockDirectories::of_numbers(roots, major, minor));
        Ok(Self { dir: canonical.to_owned(), mount, directories })
    }
}

/// Whether `dir` lies in memory (tmpfs or ramfs), where a sync costs nothing and proves nothing.
///
/// # Errors
/// When `dir` cannot be looked at.
pub fn is_tmpfs(dir: &Path) -> io::Result<bool> {
    /// From the kernel's `include/uapi/linux/magic.h`.
    const TMPFS_MAGIC: u64 = 0x0102_1994;
    /// From the kernel's `include/uapi/linux/magic.h`.
    const RAMFS_MAGIC: u64 = 0x8584_58F6;
    let kind = rustix::fs::statfs(dir)?.f_type as u64 & u64::from(u32::MAX);
    Ok(matches!(kind, TMPFS_MAGIC | RAMFS_MAGIC))
}

/// The bytes that an unprivileged process may still write in `dir`.
///
/// # Errors
/// When `dir` cannot be looked at.
pub fn free_bytes(dir: &Path) -> io::Result<u64> {
    let answer = rustix::fs::statvfs(dir)?;
    Ok(answer.f_bavail.saturating_mul(answer.f_frsize))
}

impl Mount {
    fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = line.split(|&byte| byte == b' ');
        let mut before = fields.by_ref().take_while(|field| *field != b"-").skip(2);
        let numbers = text_of(before.next()?);
        let (major, minor) = numbers.split_once(':')?;
        let (mount_point, mount_options) = (before.nth(1)?, before.next()?);
        // The rest of the optional fields, and the dash that ends them.
        before.for_each(drop);
        Some(Self {
            device_numbers: major.parse().ok().zip(minor.parse().ok()),
            mount_point: PathBuf::from(OsString::from_vec(unescape(mount_point))),
            mount_options: text_of(mount_options),
            kind: text_of(fields.next()?),
            source: text_of(&unescape(fields.next()?)),
            filesystem_options: text_of(fields.next()?),
        })
    }
}

impl BlockDirectories {
    /// The directories of the block device under `dir`; of the one it was mounted from where a
    /// filesystem spans several.
    pub(crate) fn of(dir: &Path) -> io::Result<Option<Self>> {
        let roots = SystemRoots::of_this_system();
        Ok(Place::of(&roots, &dir.canonicalize()?)?.directories)
    }
}

/// The mount that a path lies in: the one with the deepest mount point, and of several with the
/// same, the one that was mounted last and covers the others.
fn find_mount(roots: &SystemRoots, canonical: &Path) -> Option<Mount> {
    // A mount point may be named by any bytes: one that is no text must not hide the others.
    let table = std::fs::read(roots.proc.join("self/mountinfo")).ok()?;
    table
        .split(|&byte| byte == b'\n')
        .filter_map(Mount::parse)
        .filter(|mount| canonical.starts_with(&mount.mount_point))
        .max_by_key(|mount| mount.mount_point.components().count())
}

/// Bytes as a record shows them: those that are no text as `\xff`.
fn text_of(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        text.extend(chunk.invalid().iter().map(|byte| format!("\\x{byte:02x}")));
    }
    text
}

/// The kernel writes white space and backslashes in paths as three octal digits.
fn unescape(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((&first, after)) = rest.split_first() {
        let digits = after.get(..3).filter(|_| first == b'\\');
        let octal =
            digits.and_then(|digits| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 8).ok());
        bytes.push(octal.unwrap_or(first));
        rest = if octal.is_some() { &after[3..] } else { after };
    }
    bytes
}

fn numbers_of_device_file(path: &Path) -> Option<(u32, u32)> {
    if !path.is_absolute() {
        return None;
    }
    let device = std::fs::metadata(path).ok()?.rdev();
    (device != 0).then(|| (rustix::fs::major(device), rustix::fs::minor(device)))
}

fn read_ext4_options(roots: &SystemRoots, volume: &Path) -> Option<String> {
    read_fact(roots.proc.join("fs/ext4").join(volume.file_name()?).join("options"))
}
