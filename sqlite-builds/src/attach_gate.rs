//! Keeps SQL from attaching a file that a connection of another build, which is suspended, has open:
//! the locks of two copies of SQLite break each other (<https://sqlite.org/howtocorrupt.html>, 2.2.1).
//!
//! It stands where SQLite's unix VFS opens files, the one place that `ATTACH`, `VACUUM INTO` and all
//! else pass. While nothing is suspended it costs one load for each file that is opened.

#![expect(unsafe_code, reason = "stands in for open(2) in SQLite's table of system calls")]

use std::ffi::{CStr, OsStr, c_char, c_int};
use std::mem;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

use rusqlite::ffi::{self, sqlite3_api_routines};

use crate::file_identity::FileIdentity;
use crate::registry;

/// `EACCES` of Linux, the same on every architecture (asm-generic/errno-base.h).
const ACCESS_DENIED: c_int = 13;

/// What SQLite adds to a database's name. These are opened in commits, and by a database that was let
/// in itself.
const BESIDE_A_DATABASE: [&[u8]; 3] = [b"-journal", b"-shm", b"-wal"];

unsafe extern "C" {
    fn open(path: *const c_char, flags: c_int, ...) -> c_int;
    fn __errno_location() -> *mut c_int;
}

/// SQLite's type of any system call (`sqlite3_syscall_ptr`).
type AnyCall = unsafe extern "C" fn();
type Open = unsafe extern "C" fn(*const c_char, c_int, c_int) -> c_int;

/// Puts the gate into a build that was just initialised. Its code, or `SQLITE_ERROR` where it has no
/// such VFS.
pub(crate) fn guard(table: &sqlite3_api_routines) -> c_int {
    let Some(find) = table.vfs_find else { return ffi::SQLITE_ERROR };
    let gate: Open = gated_open;
    // SAFETY: the build is initialised, and the name ends in a zero byte. A VFS that is found is a
    // static of the build, in whose table of system calls SQLite itself casts `open` so; it casts it
    // back to the type of the gate.
    unsafe {
        let vfs = find(c"unix".as_ptr());
        match vfs.as_ref().and_then(|vfs| vfs.xSetSystemCall) {
            Some(set) => set(vfs, c"open".as_ptr(), Some(mem::transmute::<Open, AnyCall>(gate))),
            None => ffi::SQLITE_ERROR,
        }
    }
}

unsafe extern "C" fn gated_open(path: *const c_char, flags: c_int, mode: c_int) -> c_int {
    // SAFETY: SQLite hands in a path that ends in a zero byte.
    if registry::is_any_aside() && is_refused(unsafe { CStr::from_ptr(path) }) {
        // SAFETY: the location of this thread's errno is always valid.
        unsafe { *__errno_location() = ACCESS_DENIED };
        return -1;
    }
    // SAFETY: the arguments are passed on as SQLite gave them, as its own wrapper passes them.
    unsafe { open(path, flags, mode) }
}

fn is_refused(path: &CStr) -> bool {
    let path = path.to_bytes();
    if BESIDE_A_DATABASE.iter().any(|suffix| path.ends_with(suffix)) {
        return false;
    }
    // What cannot be looked at is left to open(2) to refuse.
    let file = FileIdentity::of(Path::new(OsStr::from_bytes(path)));
    file.ok().flatten().is_some_and(registry::is_aside_for_the_active)
}
