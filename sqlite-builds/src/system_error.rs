//! What the system answered where SQLite says "disk I/O error".

use std::io;
use std::sync::atomic::Ordering;

use rusqlite::ffi;

use crate::registry;

/// What failed writes, syncs and truncations are answered with.
const OF_CALLS_THAT_ARE_WATCHED: [i32; 4] = [
    ffi::SQLITE_IOERR_WRITE,
    ffi::SQLITE_IOERR_FSYNC,
    ffi::SQLITE_IOERR_DIR_FSYNC,
    ffi::SQLITE_IOERR_TRUNCATE,
];

/// Why the system refused the write, sync or truncation behind an error of the active build: a quota, a filesystem that is
/// read-only now, a device that failed. `None` for any other error, and where it was asked before. The note is one for
/// all connections of the build.
pub fn take_system_error(error: &rusqlite::Error) -> Option<io::Error> {
    let code = error.sqlite_error()?.extended_code;
    if !OF_CALLS_THAT_ARE_WATCHED.contains(&code) {
        return None;
    }
    let noted = registry::active_handle()?.counters.failed_errno.swap(0, Ordering::Relaxed);
    (noted != 0).then(|| io::Error::from_raw_os_error(noted))
}
