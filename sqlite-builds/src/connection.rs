//! Connections of the active build, and setting them aside while another is.

#![expect(
    unsafe_code,
    reason = "takes the rusqlite connection out to close it, and asks for file names"
)]

use std::ffi::{CStr, OsStr, c_int};
use std::marker::PhantomData;
use std::mem::{self, ManuallyDrop};
use std::ops::Deref;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use rusqlite::hooks::Wal;
use rusqlite::{Transaction, TransactionBehavior, ffi};

use crate::active::ActiveBuild;
use crate::build::SqliteBuild;
use crate::database_file::{self, DatabaseFile};
use crate::error::Error;
use crate::file_identity::FileIdentity;
use crate::opening::{self, OpenOptions, absolute_path, open_flags};
use crate::registry;

/// A connection of the active build. It derefs to [`rusqlite::Connection`], holds a lease, and
/// stays on its thread.
///
/// Safe code can neither part the rusqlite connection from its lease nor take it to another thread,
/// where a build without mutexes must not be called. A connection of rusqlite's is [`Send`], so none
/// is lent to be changed; what changes one is offered here by name. A shared borrow stays on its
/// thread, because a connection of rusqlite's is not [`Sync`]. Its interrupt handle would outlive the
/// lease: a call of it does nothing and is noted ([`take_omitted_calls`](crate::take_omitted_calls)).
///
/// ```
/// # fn with(connection: &mut sqlite_builds::Connection) -> Result<(), rusqlite::Error> {
/// let lent: &rusqlite::Connection = &*connection;
/// lent.execute_batch("CREATE TABLE vote(user INTEGER)")?;
/// let immediate = rusqlite::TransactionBehavior::Immediate;
/// connection.transaction_with_behavior(immediate)?.commit()
/// # }
/// ```
///
/// ```compile_fail,E0596
/// # fn with(connection: &mut sqlite_builds::Connection) {
/// let lent: &mut rusqlite::Connection = &mut **connection;
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # fn with(connection: &mut sqlite_builds::Connection) {
/// fn elsewhere<T: Send>(_: T) {}
/// elsewhere(connection);
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # fn with(connection: &sqlite_builds::Connection) {
/// fn elsewhere<T: Send>(_: T) {}
/// elsewhere(&**connection);
/// # }
/// ```
///
/// ```compile_fail,E0277
/// # fn with(mut connection: sqlite_builds::Connection) {
/// fn elsewhere<T: Send>(_: T) {}
/// let immediate = rusqlite::TransactionBehavior::Immediate;
/// elsewhere(connection.transaction_with_behavior(immediate));
/// # }
/// ```
///
/// While the connection is suspended it holds no lease, and cannot be used.
///
/// # Panics
///
/// The deref panics while the connection is suspended.
#[derive(Debug)]
pub struct Connection {
    inner: ManuallyDrop<rusqlite::Connection>,
    /// Its place in the registry, while it may be used: its build is active then.
    registration: Option<Registration>,
    build: &'static SqliteBuild,
    /// Absolute, so that it leads to the file wherever the process goes.
    path: PathBuf,
    /// The database file; a VFS of its own kind may have none.
    file: Option<FileIdentity>,
    /// While it is suspended: that file, and those that SQL has attached.
    files_aside: Vec<FileIdentity>,
    /// A build without mutexes must not be called from two threads, and all of its connections
    /// share state.
    stays_on_its_thread: PhantomData<*const ()>,
}

/// A connection's place in the registry; dropped only after the connection is closed, or while
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

impl ActiveBuild {
    /// Opens the database at `path`, which is always taken as a file name: no URI, no `:memory:`.
    ///
    /// Every build opens in the same way: extended result codes on,
    /// [`BUSY_TIMEOUT`](crate::BUSY_TIMEOUT) set, and the mutex as asked for.
    ///
    /// # Errors
    ///
    /// When the build has no mutexes and another thread has connections open, or has none to give; for a path that
    /// cannot be handed to SQLite or leads to a file of a suspended connection; [`Error::Open`].
    pub fn open(&self, path: &Path, options: &OpenOptions) -> Result<Connection, Error> {
        let build = self.build();
        let flags = open_flags(build, options)?;
        let absolute = absolute_path(path)?;
        refuse_file_suspended(build, path)?;
        let registration = Registration::new(self.clone())?;
        let inner = opening::open(&absolute, flags, &options.vfs)
            .map_err(|source| Error::Open { build: build.name, path: path.to_owned(), source })?;
        let file = FileIdentity::of(path)?;
        file.into_iter().for_each(database_file::connection_opened);
        Ok(Connection {
            inner: ManuallyDrop::new(inner),
            registration: Some(registration),
            build,
            path: PathBuf::from(OsStr::from_bytes(absolute.to_bytes())),
            file,
            files_aside: Vec::new(),
            stays_on_its_thread: PhantomData,
        })
    }
}

impl Connection {
    /// A handle on the database file, beside SQLite's own.
    ///
    /// # Errors
    ///
    /// [`Error::DatabaseFile`] if the file cannot be opened, or another one is in its place.
    pub fn database_file(&self) -> Result<DatabaseFile, Error> {
        let no_file = || std::io::Error::other("the connection's VFS keeps it elsewhere");
        let identity = self.file.ok_or_else(no_file);
        identity.and_then(|identity| database_file::share(identity, &self.path)).map_err(|source| {
            Error::DatabaseFile { build: self.build.name, path: self.path.clone(), source }
        })
    }

    /// Begins a transaction, which is rolled back unless it is committed.
    ///
    /// # Errors
    ///
    /// What SQLite answers to `BEGIN`.
    pub fn transaction_with_behavior(
        &mut self,
        behavior: TransactionBehavior,
    ) -> Result<Transaction<'_>, rusqlite::Error> {
        self.inner_mut().transaction_with_behavior(behavior)
    }

    /// Calls `hook` after each commit to a WAL with the number of frames in it; `None` takes the hook
    /// away. SQLite has one such hook for each connection, which `PRAGMA wal_autocheckpoint` sets too.
    ///
    /// # Errors
    ///
    /// When SQLite has no memory for the hook.
    pub fn wal_hook<F>(&mut self, hook: Option<F>) -> Result<(), rusqlite::Error>
    where
        F: FnMut(&mut Wal, c_int) -> Result<(), rusqlite::Error> + Send + 'static,
    {
        self.inner_mut().wal_hook(hook)
    }

    /// Calls `handler` about every so many instructions of SQLite's virtual machine; it interrupts
    /// the statement by answering true. `None` takes it away.
    ///
    /// # Errors
    ///
    /// When SQLite has no memory for the handler.
    pub fn progress_handler<F>(
        &mut self,
        instructions: c_int,
        handler: Option<F>,
    ) -> Result<(), rusqlite::Error>
    where
        F: FnMut() -> bool + Send + 'static,
    {
        self.inner_mut().progress_handler(instructions, handler)
    }

    /// The build that this connection belongs to, and is active.
    ///
    /// # Panics
    ///
    /// While the connection is suspended.
    pub fn active_build(&self) -> &ActiveBuild {
        match &self.registration {
            Some(registration) => &registration.active,
            None => panic!("{}", self.aside()),
        }
    }

    /// Gives the lease back but keeps the connection open, with its caches and locks, so that
    /// another build can be active in the meantime. It cannot be used until
    /// [`Connection::resume`]; nothing happens to one that is suspended already.
    ///
    /// No other build may open its database file meanwhile, nor one that it has attached, because
    /// the locks of two SQLite copies in one process break each other.
    pub fn suspend(&mut self) {
        if let Some(registration) = self.registration.take() {
            self.files_aside = self.file.into_iter().chain(attached_files(&self.inner)).collect();
            registry::note_aside(self.build, &self.files_aside);
            drop(registration);
        }
    }

    /// Makes the connection's build the active one again, and the connection usable; nothing
    /// happens to one that is.
    ///
    /// # Errors
    ///
    /// As [`SqliteBuild::activate`], and as [`ActiveBuild::open`] for another thread. The
    /// connection then stays aside.
    pub fn resume(&mut self) -> Result<(), Error> {
        if self.registration.is_none() {
            self.registration = Some(Registration::new(self.build.activate()?)?);
            registry::forget_aside(self.build, &mem::take(&mut self.files_aside));
        }
        Ok(())
    }

    fn aside(&self) -> String {
        format!(
            "a connection of SQLite build `{}` was used while it was suspended",
            self.build.title
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
    /// If the connection is suspended: resume it first.
    pub fn close(mut self) -> Result<(), rusqlite::Error> {
        let registration = self.registration.take().unwrap_or_else(|| panic!("{}", self.aside()));
        // SAFETY: nothing uses the field afterwards: `self` is forgotten.
        let inner = unsafe { ManuallyDrop::take(&mut self.inner) };
        let file = self.file;
        drop(mem::take(&mut self.path));
        mem::forget(self);
        close_in_order(inner, file, registration)
    }

    fn inner_mut(&mut self) -> &mut rusqlite::Connection {
        assert!(self.registration.is_some(), "{}", self.aside());
        &mut self.inner
    }
}

impl Deref for Connection {
    type Target = rusqlite::Connection;

    fn deref(&self) -> &Self::Target {
        assert!(self.registration.is_some(), "{}", self.aside());
        &self.inner
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Set aside while another build is in use: to close it would call that build. It is leaked,
        // and its file stays refused.
        if self.resume().is_err() {
            return;
        }
        if let Some(registration) = self.registration.take() {
            // SAFETY: a drop runs once, and last.
            let inner = unsafe { ManuallyDrop::take(&mut self.inner) };
            // A drop has no one to tell; `close` is there for those who ask.
            let _closed = close_in_order(inner, self.file, registration);
        }
    }
}

/// The locks that a connection holds on a file while it is aside would break those of another copy
/// of SQLite (<https://sqlite.org/howtocorrupt.html>, 2.2.1).
fn refuse_file_suspended(build: &'static SqliteBuild, path: &Path) -> Result<(), Error> {
    let Some(file) = FileIdentity::of(path)? else { return Ok(()) };
    match registry::holder_aside(build, file) {
        None => Ok(()),
        Some(holder) => Err(Error::Refused(format!(
            "SQLite build `{}` cannot open {}: a connection of `{}` is suspended with that \
             file open, and the locks of two SQLite copies break each other; close it first",
            build.title,
            path.display(),
            holder.title,
        ))),
    }
}

/// The files that SQL has attached, where a path still leads to them. One that cannot be looked at cannot
/// be opened by another build either.
fn attached_files(connection: &rusqlite::Connection) -> impl Iterator<Item = FileIdentity> {
    // The first two are `main` and `temp`.
    let paths = (2..).map_while(|index| attached_path(connection, index));
    paths.filter_map(|path| FileIdentity::of(&path).ok().flatten())
}

/// The path of the database at `index`, empty for one in memory; `None` beyond the last.
fn attached_path(connection: &rusqlite::Connection, index: c_int) -> Option<PathBuf> {
    // SAFETY: the handle is valid, and used on the connection's thread during the calls only. The
    // name is null beyond the last database; it and the path live as long as the database is
    // attached, which nothing changes before the copy below.
    let path = unsafe {
        let handle = connection.handle();
        let name = ffi::sqlite3_db_name(handle, index);
        if name.is_null() {
            return None;
        }
        ffi::sqlite3_db_filename(handle, name)
    };
    if path.is_null() {
        return Some(PathBuf::new());
    }
    // SAFETY: not null, and SQLite's file names end in a zero byte; see above.
    let path = unsafe { CStr::from_ptr(path) };
    Some(PathBuf::from(OsStr::from_bytes(path.to_bytes())))
}

/// The connection first, then its file and its registration. A connection that does not close (a leaked
/// statement) lives on, so its registration, its lease and its file must too: they are leaked with it.
fn close_in_order(
    inner: rusqlite::Connection,
    file: Option<FileIdentity>,
    registration: Registration,
) -> Result<(), rusqlite::Error> {
    match inner.close() {
        Ok(()) => {
            file.into_iter().for_each(database_file::connection_closed);
            drop(registration);
            Ok(())
        }
        Err((_still_open, error)) => {
            mem::forget(registration);
            Err(error)
        }
    }
}
