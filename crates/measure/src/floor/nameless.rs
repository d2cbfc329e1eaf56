//! Files without a name, of which nothing is left however the process ends.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};

use rustix::fs::OFlags;
use rustix::io::Errno;

/// Makes an inode in `dir` and lets it go, which brings the machine into one state for the next syncs.
///
/// On a virtual machine (Linux 6.18, ext4, two processors) a write and `fdatasync` took 90 us within some 13 ms of that
/// and 137 us at other times, with the same writes and flushes at the device: a processor that has such work pending
/// wakes sooner. Some cases do it by themselves (a rollback journal is made and removed) and others never do, so without
/// this the floor beside a case would depend on the case.
///
/// # Errors
/// Whatever making the file answers.
pub fn awaken(dir: &Path) -> io::Result<()> {
    static AWAKENED: AtomicU64 = AtomicU64::new(0);
    nameless_file(dir, AWAKENED.fetch_add(1, Ordering::Relaxed)).map(drop)
}

/// A file in `dir` that goes with its last handle.
pub(super) fn nameless_file(dir: &Path, number: u64) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.read(true).write(true);
    let nameless = options.clone().custom_flags(OFlags::TMPFILE.bits().cast_signed()).open(dir);
    match nameless {
        Err(error) if error.raw_os_error().is_some_and(is_unknown_flag) => named_and_unlinked(
            &dir.join(format!(".floor-{}-{number}", std::process::id())),
            &options,
        ),
        outcome => outcome,
    }
}

/// Not every filesystem makes a file without a name, and a kernel that does not know the flag takes it for
/// opening the directory.
fn is_unknown_flag(error: i32) -> bool {
    [Errno::OPNOTSUPP, Errno::ISDIR, Errno::INVAL]
        .iter()
        .any(|unknown| unknown.raw_os_error() == error)
}

pub(super) fn named_and_unlinked(path: &Path, options: &OpenOptions) -> io::Result<File> {
    let file = options.clone().create_new(true).open(path)?;
    std::fs::remove_file(path)?;
    Ok(file)
}
