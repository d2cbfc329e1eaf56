//! Open files: writes, lengths and syncs are recorded; everything else is the stock VFS's own.

use std::ffi::{c_int, c_void};
use std::slice;
use std::sync::{Arc, Mutex, PoisonError};

use disk_model::{Event, InodeId};
use sqlite_builds::rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods};

use crate::fault::Outcome;
use crate::recording::{Recorder, Tape};

/// What stands behind the methods of a file that the stock VFS has opened.
#[repr(C)]
pub(super) struct RecordedFile {
    /// The stock file's, but for four of them. They come first, so that the file's pointer to them leads here.
    methods: sqlite3_io_methods,
    stock: *const sqlite3_io_methods,
    recorder: Recorder,
    inode: InodeId,
    /// The directory that its first sync syncs too, until it has.
    syncs_directory: Mutex<Option<Arc<str>>>,
}

/// Puts other methods in the place of a file's own, until it is closed.
///
/// # Safety
/// The stock VFS has just opened the file, and SQLite does not know of it yet.
pub(super) unsafe fn record(
    file: *mut sqlite3_file,
    recorder: Recorder,
    inode: InodeId,
    syncs_directory: Option<Arc<str>>,
) {
    // SAFETY: the file is open, so its methods are a constant of the build, and nobody else looks at them now.
    unsafe {
        let stock = (*file).pMethods;
        let methods = sqlite3_io_methods {
            xClose: Some(close),
            xWrite: Some(write),
            xTruncate: Some(truncate),
            xSync: Some(sync),
            ..*stock
        };
        let syncs_directory = Mutex::new(syncs_directory);
        let recorded = Box::new(RecordedFile { methods, stock, recorder, inode, syncs_directory });
        (*file).pMethods = Box::into_raw(recorded).cast();
    }
}

/// What stands behind a file's methods.
///
/// # Safety
/// The file is recorded. It is not closed while the answer is used.
unsafe fn recorded<'file>(file: *mut sqlite3_file) -> &'file RecordedFile {
    // SAFETY: `record` has made the methods the beginning of a `RecordedFile`, of which only shared borrows are made
    // until the file is closed.
    unsafe { &*(*file).pMethods.cast() }
}

/// What a function of the stock VFS answered, if there is one.
pub(super) fn answered(code: Option<c_int>) -> Result<(), c_int> {
    match code {
        Some(ffi::SQLITE_OK) => Ok(()),
        code => Err(code.unwrap_or(ffi::SQLITE_MISUSE)),
    }
}

/// Runs a method of the stock file, and notes what it did if it answered that all is well.
///
/// # Safety
/// As of [`recorded`].
unsafe fn noted(
    file: *mut sqlite3_file,
    call: impl FnOnce(&sqlite3_io_methods) -> Option<c_int>,
    note: impl FnOnce(&mut Tape, InodeId),
) -> c_int {
    // SAFETY: the caller vouches for the file; its stock methods are a constant of the build.
    let (of, stock) = unsafe { (recorded(file), &*recorded(file).stock) };
    let done = of.recorder.run(|| answered(call(stock)), |notes, ()| note(notes, of.inode));
    done.err().unwrap_or(ffi::SQLITE_OK)
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite hands in a file that is recorded, and `length` bytes to read.
    unsafe {
        if recorded(file).recorder.try_write() != Outcome::Done {
            return ffi::SQLITE_IOERR_WRITE;
        }
        noted(
            file,
            |stock| stock.xWrite.map(|write| write(file, bytes, length, offset)),
            |notes, inode| {
                let bytes = slice::from_raw_parts(bytes.cast::<u8>(), length as usize);
                notes.event(Event::Write { inode, offset: offset as usize, bytes: bytes.into() });
            },
        )
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    // SAFETY: SQLite hands in a file that is recorded.
    unsafe {
        noted(
            file,
            |stock| stock.xTruncate.map(|truncate| truncate(file, length)),
            |notes, inode| notes.event(Event::SetLen { inode, length: length as usize }),
        )
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite hands in a file that is recorded, and closes it no earlier than this is done; its stock methods
    // are a constant of the build.
    let (of, stock) = unsafe { (recorded(file), &*recorded(file).stock) };
    let synced = of.recorder.sync(
        Event::Sync { inode: of.inode },
        // SAFETY: the stock file is open.
        || answered(stock.xSync.map(|sync| unsafe { sync(file, flags) })),
        ffi::SQLITE_IOERR_FSYNC,
    );
    let mut syncs_directory = of.syncs_directory.lock().unwrap_or_else(PoisonError::into_inner);
    if synced.is_ok()
        && let Some(directory) = syncs_directory.take()
    {
        // The stock file has synced the directory too, unless that is to go wrong: SQLite ignores that it failed.
        let _ = of.recorder.sync(Event::SyncDirectory { directory }, || Ok(()), ());
    }
    synced.err().unwrap_or(ffi::SQLITE_OK)
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file that is recorded once, and uses it no more. What `record` has made is dropped.
    unsafe {
        let recorded = Box::from_raw((*file).pMethods.cast_mut().cast::<RecordedFile>());
        (*file).pMethods = recorded.stock;
        (*recorded.stock).xClose.map_or(ffi::SQLITE_MISUSE, |close| close(file))
    }
}
