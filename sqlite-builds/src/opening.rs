//! How a connection is opened.

#![expect(
    unsafe_code,
    reason = "opens through sqlite3_open_v2: rusqlite refuses builds without mutexes"
)]

use std::ffi::{CStr, CString, c_int};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{self, Path};
use std::ptr;
use std::time::Duration;

use rusqlite::ffi;

use crate::build::{SqliteBuild, ThreadMode};
use crate::error::Error;
use crate::open_gate;

/// How long a statement waits for another connection's lock, set on every connection at open: 5 s,
/// as `rusqlite::Connection::open` sets it. `busy_timeout` changes it afterwards.
pub const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How a connection is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenOptions {
    /// Whether each call locks the connection.
    pub mutex: ConnectionMutex,
    /// What the connection may do with the file.
    pub mode: OpenMode,
    /// The file system layer beneath.
    pub vfs: Vfs,
}

impl OpenOptions {
    /// For a connection of one thread, through the build's own VFS.
    #[must_use]
    pub const fn of_one_thread(mode: OpenMode) -> Self {
        Self { mutex: ConnectionMutex::NoMutex, mode, vfs: Vfs::Default }
    }
}

/// Whether SQLite locks a mutex of the connection in every call
/// (<https://sqlite.org/threadsafe.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ConnectionMutex {
    /// `SQLITE_OPEN_NOMUTEX`: what rusqlite uses; a connection stays on its thread here in any
    /// case.
    NoMutex,
    /// `SQLITE_OPEN_FULLMUTEX`: what the C library does by default.
    FullMutex,
}

/// What a connection may do with the database file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OpenMode {
    /// Read and write; the file is made if it is not there.
    ReadWriteCreate,
    /// Read and write a file that exists.
    ReadWrite,
    /// Read a file that exists.
    ReadOnly,
}

/// The layer through which a connection reaches its files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Vfs {
    /// The build's default: `unix`, unless another was registered as the default.
    Default,
    /// The one registered under this name with the active build.
    Named(CString),
}

/// The flags for `sqlite3_open_v2`, which the build can serve.
pub(crate) fn open_flags(
    build: &'static SqliteBuild,
    options: &OpenOptions,
) -> Result<c_int, Error> {
    let mutex = match options.mutex {
        ConnectionMutex::NoMutex => ffi::SQLITE_OPEN_NOMUTEX,
        ConnectionMutex::FullMutex if build.thread_mode == ThreadMode::SingleThread => {
            return Err(build.unusable(
                "has no mutexes (SQLITE_THREADSAFE=0), expected FullMutex; open with NoMutex",
            ));
        }
        ConnectionMutex::FullMutex => ffi::SQLITE_OPEN_FULLMUTEX,
    };
    let mode = match options.mode {
        OpenMode::ReadWriteCreate => ffi::SQLITE_OPEN_READWRITE | ffi::SQLITE_OPEN_CREATE,
        OpenMode::ReadWrite => ffi::SQLITE_OPEN_READWRITE,
        OpenMode::ReadOnly => ffi::SQLITE_OPEN_READONLY,
    };
    Ok(mutex | mode | ffi::SQLITE_OPEN_EXRESCODE)
}

/// Absolute, so that no file name reads as a URI: some builds take `file:...` as one, others do
/// not.
pub(crate) fn absolute_path(path: &Path) -> Result<CString, Error> {
    let absolute = path::absolute(path).map_err(|source| Error::path(path, source))?;
    CString::new(absolute.as_os_str().as_bytes())
        .map_err(|_| Error::path(path, "found a zero byte, expected a path without"))
}

/// Opens the database through the build that is active.
pub(crate) fn open(
    path: &CStr,
    flags: c_int,
    vfs: &Vfs,
) -> Result<rusqlite::Connection, rusqlite::Error> {
    let vfs = match vfs {
        Vfs::Default => ptr::null(),
        Vfs::Named(name) => name.as_ptr(),
    };
    let mut raw: *mut ffi::sqlite3 = ptr::null_mut();
    // SAFETY: both strings end in a zero byte and live through the call; `raw` is a place for the
    // result.
    let code = open_gate::pass(|| unsafe {
        ffi::sqlite3_open_v2(path.as_ptr(), &raw mut raw, flags, vfs)
    });
    if code != ffi::SQLITE_OK {
        return Err(open_failure(raw, code));
    }
    // SAFETY: the handle was just opened and is owned by no one else.
    let connection = unsafe { rusqlite::Connection::from_handle_owned(raw) }?;
    connection.busy_timeout(BUSY_TIMEOUT)?;
    Ok(connection)
}

/// The error of a failed open; `raw` is closed, as SQLite asks even then.
fn open_failure(raw: *mut ffi::sqlite3, code: c_int) -> rusqlite::Error {
    let error = ffi::Error::new(code);
    if raw.is_null() {
        return rusqlite::Error::SqliteFailure(error, None);
    }
    // SAFETY: the handle is valid; its message lives until the next call on it, and is copied
    // before that. Nothing else holds the handle, so it may be closed.
    let message = unsafe {
        let message = CStr::from_ptr(ffi::sqlite3_errmsg(raw)).to_string_lossy().into_owned();
        ffi::sqlite3_close(raw);
        message
    };
    rusqlite::Error::SqliteFailure(error, Some(message))
}
