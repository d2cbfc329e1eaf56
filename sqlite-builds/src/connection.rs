//! Opening and closing connections of the active build, and setting them aside while another is.

#![expect(
    unsafe_code,
    reason = "opens through sqlite3_open_v2: rusqlite refuses builds without mutexes"
)]

use std::ffi::{CStr, CString, c_int};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::{Deref, DerefMut};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{self, Path};
use std::ptr;
use std::time::Duration;

use rusqlite::ffi;

use crate::active::ActiveBuild;
use crate::build::{SqliteBuild, ThreadMode};
use crate::error::Error;
use crate::file_identity::FileIdentity;
use crate::{open_gate, registry};

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

/// A connection of the active build. It derefs to [`rusqlite::Connection`], holds a lease, and
/// stays on its thread.
///
/// Safe code cannot part the rusqlite connection from its lease: to swap it out takes another one,
/// and none can be opened around [`ActiveBuild::open`]. While the connection is set aside it holds
/// no lease, and cannot be used.
///
/// # Panics
///
/// The deref panics while the connection is set aside.
#[derive(Debug)]
pub struct Connection {
    inner: ManuallyDrop<rusqlite::Connection>,
    place: Place,
    build: &'static SqliteBuild,
    /// The database file; a VFS of its own kind may have none.
    file: Option<FileIdentity>,
    /// A build without mutexes must not be called from two threads, and all of its connections
    /// share state.
    stays_on_its_thread: PhantomData<*const ()>,
}

/// Whether a connection may be used.
#[derive(Debug)]
enum Place {
    /// It may: its build is active.
    Up(Registration),
    /// Its build is perhaps not.
    Aside,
}

/// The connection's place in the registry; dropped only after the connection is closed, or while
/// nothing can call it.
#[derive(Debug)]
struct Registration {
    active: ActiveBuild,
}

impl Registration {
    fn new(active: ActiveBuild) -> Result<Self, Error> {
        registry::register_connection(active.build())?;
        Ok(Self { active })
    }
}

impl Drop for Registration {
    fn drop(&mut self) {
        registry::unregister_connection();
    }
}

impl Connection {
    pub(crate) fn open(
        active: ActiveBuild,
        path: &Path,
        options: &OpenOptions,
    ) -> Result<Self, Error> {
        let flags = open_flags(active.build(), options)?;
        let absolute = absolute_path(path)?;
        let build = active.build();
        refuse_file_set_aside(build, path)?;
        let registration = Registration::new(active)?;
        let opened = open_raw(&absolute, flags, &options.vfs);
        let inner = opened.map_err(|source| Error::Open {
            build: build.name,
            path: path.to_owned(),
            source,
        })?;
        let file = FileIdentity::of(path)?;
        Ok(Self {
            inner: ManuallyDrop::new(inner),
            place: Place::Up(registration),
            build,
            file,
            stays_on_its_thread: PhantomData,
        })
    }

    /// The build that this connection belongs to, and is active.
    ///
    /// # Panics
    ///
    /// While the connection is set aside.
    pub fn active_build(&self) -> &ActiveBuild {
        match &self.place {
            Place::Up(registration) => &registration.active,
            Place::Aside => panic!("{}", self.aside()),
        }
    }

    /// Gives the lease back but keeps the connection open, with its caches and locks, so that
    /// another build can be active in the meantime. It cannot be used until
    /// [`Connection::take_up`]; nothing happens to one that is aside already.
    ///
    /// No other build may open its database file meanwhile, because the locks of two SQLite copies
    /// in one process break each other.
    pub fn set_aside(&mut self) {
        if let Place::Up(registration) = mem::replace(&mut self.place, Place::Aside) {
            registry::note_aside(self.build, self.file);
            drop(registration);
        }
    }

    /// Makes the connection's build the active one again, and the connection usable; nothing
    /// happens to one that is.
    ///
    /// # Errors
    ///
    /// As [`SqliteBuild::activate`], and [`Error::OtherThread`] as [`ActiveBuild::open`]. The
    /// connection then stays aside.
    pub fn take_up(&mut self) -> Result<(), Error> {
        if matches!(self.place, Place::Aside) {
            let registration = Registration::new(self.build.activate()?)?;
            registry::forget_aside(self.build, self.file);
            self.place = Place::Up(registration);
        }
        Ok(())
    }

    fn aside(&self) -> String {
        format!(
            "a connection of SQLite build `{}` was used while it was set aside",
            self.build.name
        )
    }

    /// `PRAGMA compile_options`: what the build says of itself, without the prefix `SQLITE_`.
    ///
    /// # Errors
    ///
    /// What SQLite answers to the pragma.
    pub fn compile_options(&self) -> Result<Vec<String>, rusqlite::Error> {
        let mut statement = self.prepare("PRAGMA compile_options")?;
        statement.query_map([], |row| row.get(0))?.collect()
    }

    /// Closes the connection and says if that failed, which a drop cannot.
    ///
    /// # Errors
    ///
    /// What SQLite answers to `sqlite3_close`. The connection is then lost, and its build stays
    /// active for good.
    ///
    /// # Panics
    ///
    /// If the connection is set aside: take it up first.
    pub fn close(mut self) -> Result<(), rusqlite::Error> {
        let Place::Up(registration) = mem::replace(&mut self.place, Place::Aside) else {
            panic!("{}", self.aside());
        };
        // SAFETY: nothing uses the field afterwards: `self` is forgotten.
        let inner = unsafe { ManuallyDrop::take(&mut self.inner) };
        mem::forget(self);
        close_in_order(inner, registration)
    }
}

impl Deref for Connection {
    type Target = rusqlite::Connection;

    fn deref(&self) -> &Self::Target {
        assert!(matches!(self.place, Place::Up(_)), "{}", self.aside());
        &self.inner
    }
}

impl DerefMut for Connection {
    fn deref_mut(&mut self) -> &mut Self::Target {
        assert!(matches!(self.place, Place::Up(_)), "{}", self.aside());
        &mut self.inner
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Set aside while another build is in use: to close it would call that build. It is leaked,
        // and its file stays refused.
        if self.take_up().is_err() {
            return;
        }
        if let Place::Up(registration) = mem::replace(&mut self.place, Place::Aside) {
            // SAFETY: a drop runs once, and last.
            let inner = unsafe { ManuallyDrop::take(&mut self.inner) };
            // A drop has no one to tell; `close` is there for those who ask.
            let _closed = close_in_order(inner, registration);
        }
    }
}

/// The locks that a connection holds on a file while it is aside would break those of another copy
/// of SQLite (<https://sqlite.org/howtocorrupt.html>, 2.2.1).
fn refuse_file_set_aside(build: &'static SqliteBuild, path: &Path) -> Result<(), Error> {
    let Some(file) = FileIdentity::of(path)? else { return Ok(()) };
    match registry::holder_aside(build, file) {
        None => Ok(()),
        Some(holder) => {
            Err(Error::FileSetAside { build: build.name, holder, path: path.to_owned() })
        }
    }
}

/// The connection first, then its registration. A connection that does not close (a leaked
/// statement) lives on, so its registration and lease must too: they are leaked with it.
fn close_in_order(
    inner: rusqlite::Connection,
    registration: Registration,
) -> Result<(), rusqlite::Error> {
    match inner.close() {
        Ok(()) => Ok(()),
        Err((_still_open, error)) => {
            mem::forget(registration);
            Err(error)
        }
    }
}

fn open_flags(build: &'static SqliteBuild, options: &OpenOptions) -> Result<c_int, Error> {
    let mutex = match options.mutex {
        ConnectionMutex::NoMutex => ffi::SQLITE_OPEN_NOMUTEX,
        ConnectionMutex::FullMutex if build.thread_mode == ThreadMode::SingleThread => {
            return Err(Error::NoMutexInBuild { build: build.name });
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
fn absolute_path(path: &Path) -> Result<CString, Error> {
    let absolute = path::absolute(path)
        .map_err(|source| Error::BadPath { path: path.to_owned(), reason: source.to_string() })?;
    CString::new(absolute.as_os_str().as_bytes()).map_err(|_| Error::BadPath {
        path: path.to_owned(),
        reason: "found a zero byte, wished a path without".to_owned(),
    })
}

fn open_raw(path: &CStr, flags: c_int, vfs: &Vfs) -> Result<rusqlite::Connection, rusqlite::Error> {
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
