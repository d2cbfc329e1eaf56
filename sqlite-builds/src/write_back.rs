//! Handing a part of a file to the device.

#![expect(
    unsafe_code,
    reason = "sync_file_range has no safe wrapper in the crates that are used here"
)]

use std::fs::File;
use std::io;
use std::os::fd::AsRawFd as _;

/// Writes back the dirty pages in a range of a file, and returns once the device has taken them
/// (`sync_file_range(2)`).
///
/// That is no sync: what the device keeps in a cache of its own is not durable, and neither is a new
/// length of the file. It only leaves a later sync less to do.
///
/// # Errors
///
/// What the system reports, a write that failed included.
pub fn write_back(file: &File, offset_bytes: u64, length_bytes: u64) -> io::Result<()> {
    let (Ok(offset), Ok(length)) = (i64::try_from(offset_bytes), i64::try_from(length_bytes))
    else {
        return Err(io::Error::from(io::ErrorKind::InvalidInput));
    };
    let flags = libc::SYNC_FILE_RANGE_WAIT_BEFORE
        | libc::SYNC_FILE_RANGE_WRITE
        | libc::SYNC_FILE_RANGE_WAIT_AFTER;
    // SAFETY: the descriptor is open as long as the file is borrowed, and the call touches no memory
    // of this process.
    let answer = unsafe { libc::sync_file_range(file.as_raw_fd(), offset, length, flags) };
    if answer == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_range_is_written_back_and_a_range_before_the_file_refused() {
        let directory = tempfile::tempdir().expect("temporary directory");
        let path = directory.path().join("pages");
        fs::write(&path, vec![7; 1 << 20]).expect("written");
        let file = File::open(&path).expect("open");
        write_back(&file, 4096, 64 << 10).expect("written back");
        write_back(&file, 2 << 20, 4096).expect("nothing to do beyond the end");
        let refused = write_back(&file, u64::MAX, 1).expect_err("no such offset");
        assert_eq!(refused.kind(), io::ErrorKind::InvalidInput);
        assert_eq!(fs::read(&path).expect("read"), vec![7; 1 << 20]);
    }
}
