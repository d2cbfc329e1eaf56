//! Handles on database files: one for each file in the whole process, open as long as a connection is.
//!
//! POSIX locks belong to a process and a file: closing any descriptor of the file drops them all,
//! those of every connection included (<https://sqlite.org/howtocorrupt.html>, 2.2). SQLite keeps to
//! that among its own descriptors; a handle beside them must keep to it too.

use std::fs::File;
use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::file_identity::FileIdentity;

/// A database file that connections of this process have open.
#[derive(Debug)]
struct OpenFile {
    identity: FileIdentity,
    /// Connections that have it open as their main database, those that are suspended included.
    connections: usize,
    /// Shared by every [`DatabaseFile`] on it.
    handle: Option<Arc<File>>,
}

static OPEN_FILES: Mutex<Vec<OpenFile>> = Mutex::new(Vec::new());

/// No step between lock and unlock can leave the list half changed.
fn open_files() -> MutexGuard<'static, Vec<OpenFile>> {
    OPEN_FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A handle on the database file of a connection, for what SQLite does not offer, such as a sync.
///
/// It may be dropped at any time and in any order with connections: the descriptor behind it is one
/// for the process and closes only after the last connection to the file, so that no lock is lost.
/// It may outlive its connection, and be sent to other threads.
/// A file that SQL has attached counts only for the connection that has it as its main database.
#[derive(Debug)]
pub struct DatabaseFile {
    // Fields drop in order. The list holds a share too, so the first never closes the descriptor.
    file: Arc<File>,
    _use: Use,
}

/// That a handle is in use; dropping it closes the descriptor if it was the last need of it.
#[derive(Debug)]
struct Use(FileIdentity);

impl DatabaseFile {
    /// Makes durable what was written to the file, as `fdatasync` does.
    ///
    /// # Errors
    ///
    /// What the system answers. After an error nothing tells which writes are durable: do not call
    /// it again and take its success for theirs.
    pub fn sync_data(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

impl Drop for Use {
    fn drop(&mut self) {
        close_if_unused(&mut open_files(), self.0);
    }
}

/// Notes a connection that has just opened the file, and has not read it yet: so it holds no lock that
/// a handle closing at this moment could drop.
pub(crate) fn connection_opened(identity: FileIdentity) {
    let mut files = open_files();
    match files.iter_mut().find(|file| file.identity == identity) {
        Some(file) => file.connections += 1,
        None => files.push(OpenFile { identity, connections: 1, handle: None }),
    }
}

/// The connection has closed the file.
pub(crate) fn connection_closed(identity: FileIdentity) {
    let mut files = open_files();
    if let Some(file) = files.iter_mut().find(|file| file.identity == identity) {
        file.connections -= 1;
    }
    close_if_unused(&mut files, identity);
}

/// The handle on the file at `path`, which a connection has open as `identity`.
pub(crate) fn share(identity: FileIdentity, path: &Path) -> io::Result<DatabaseFile> {
    let mut files = open_files();
    let Some(known) = files.iter_mut().find(|file| file.identity == identity) else {
        return Err(io::Error::other("no connection has it open"));
    };
    let file = match &known.handle {
        Some(file) => Arc::clone(file),
        None => {
            let file = Arc::new(open_same(identity, path)?);
            known.handle = Some(Arc::clone(&file));
            file
        }
    };
    Ok(DatabaseFile { file, _use: Use(identity) })
}

/// Opens `path` if it still leads to `identity`. It is looked at before, because opening another file
/// by mistake and closing it would drop that one's locks.
fn open_same(identity: FileIdentity, path: &Path) -> io::Result<File> {
    let replaced = || io::Error::other("another file is in its place now");
    if FileIdentity::from(&path.metadata()?) != identity {
        return Err(replaced());
    }
    let file = File::open(path)?;
    if FileIdentity::from(&file.metadata()?) == identity {
        return Ok(file);
    }
    // Replaced in between. Whether a connection has the new one open is not known here: leaked.
    std::mem::forget(file);
    Err(replaced())
}

/// Closes the descriptor when neither a connection nor a handle needs it any more, and forgets the
/// file.
fn close_if_unused(files: &mut Vec<OpenFile>, identity: FileIdentity) {
    let is_unused = |file: &OpenFile| {
        let handles = file.handle.as_ref().map_or(0, |handle| Arc::strong_count(handle) - 1);
        file.identity == identity && file.connections == 0 && handles == 0
    };
    files.retain(|file| !is_unused(file));
}
