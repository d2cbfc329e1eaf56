//! Open files: writes, lengths and syncs are recorded, the rest is handed on.

use std::ffi::{c_int, c_void};
use std::mem;
use std::ptr;
use std::slice;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use disk_model::{Event, InodeId};
use sqlite_builds::rusqlite::ffi::{self, sqlite3_file, sqlite3_io_methods};

use crate::fault::Outcome;
use crate::recording::{Notes, Recorder};

/// What is known of a file when it is opened.
pub(super) struct Opened {
    pub(super) recorder: Recorder,
    pub(super) inode: InodeId,
    /// The directory that its first sync syncs too.
    pub(super) syncs_directory: Option<Arc<str>>,
}

/// What stands before the stock VFS's own file in the room that SQLite gives.
#[repr(C)]
struct Header {
    /// The part that SQLite knows.
    file: sqlite3_file,
    /// The methods that `file` points to: as many as the stock file has, of its version.
    methods: sqlite3_io_methods,
    recorder: Recorder,
    inode: InodeId,
    directory: Option<Arc<str>>,
    owes_directory_sync: AtomicBool,
}

/// A multiple of the strictest alignment that C asks for, so that the file behind it is aligned.
pub(super) const HEADER_BYTES: usize = size_of::<Header>().next_multiple_of(16);

/// The stock VFS's file.
///
/// # Safety
/// `file` has room for a header and what follows.
pub(super) unsafe fn beneath(file: *mut sqlite3_file) -> *mut sqlite3_file {
    // SAFETY: the caller vouches for the room.
    unsafe { file.cast::<u8>().add(HEADER_BYTES).cast::<sqlite3_file>() }
}

/// Makes a file whose stock part has just been opened.
///
/// # Safety
/// `file` has room for a header, and the stock file behind it is open.
pub(super) unsafe fn begin(file: *mut sqlite3_file, opened: Opened) {
    let Opened { recorder, inode, syncs_directory } = opened;
    // SAFETY: the stock file is open, so its methods are a constant of the build. SQLite aligns the room for 8 bytes,
    // as much as the header needs. Nothing was in it that had to be dropped.
    unsafe {
        let header = file.cast::<Header>();
        header.write(Header {
            file: sqlite3_file { pMethods: ptr::null() },
            methods: methods_over(&*(*beneath(file)).pMethods),
            recorder,
            inode,
            owes_directory_sync: AtomicBool::new(syncs_directory.is_some()),
            directory: syncs_directory,
        });
        (*header).file.pMethods = &raw const (*header).methods;
    }
}

fn methods_over(stock: &sqlite3_io_methods) -> sqlite3_io_methods {
    sqlite3_io_methods {
        iVersion: stock.iVersion,
        xClose: Some(close),
        xRead: stock.xRead.and(Some(read)),
        xWrite: stock.xWrite.and(Some(write)),
        xTruncate: stock.xTruncate.and(Some(truncate)),
        xSync: stock.xSync.and(Some(sync)),
        xFileSize: stock.xFileSize.and(Some(file_size)),
        xLock: stock.xLock.and(Some(lock)),
        xUnlock: stock.xUnlock.and(Some(unlock)),
        xCheckReservedLock: stock.xCheckReservedLock.and(Some(check_reserved_lock)),
        xFileControl: stock.xFileControl.and(Some(file_control)),
        xSectorSize: stock.xSectorSize.and(Some(sector_size)),
        xDeviceCharacteristics: stock.xDeviceCharacteristics.and(Some(characteristics)),
        xShmMap: stock.xShmMap.and(Some(shm_map)),
        xShmLock: stock.xShmLock.and(Some(shm_lock)),
        xShmBarrier: stock.xShmBarrier.and(Some(shm_barrier)),
        xShmUnmap: stock.xShmUnmap.and(Some(shm_unmap)),
        xFetch: stock.xFetch.and(Some(fetch)),
        xUnfetch: stock.xUnfetch.and(Some(unfetch)),
    }
}

/// Runs a method of the stock file, and notes what it did if it answered that all is well.
///
/// # Safety
/// `file` is one that [`begin`] made.
unsafe fn noted(
    file: *mut sqlite3_file,
    call: impl FnOnce(*mut sqlite3_file, &sqlite3_io_methods) -> Option<c_int>,
    note: impl FnOnce(&mut Notes<'_>, &Header),
) -> c_int {
    // SAFETY: the caller vouches for the header; the stock file behind it is open, so that its methods are there.
    // Only shared borrows of the header are made while the file is open.
    unsafe {
        let header = &*file.cast::<Header>();
        let beneath = beneath(file);
        let methods = &*(*beneath).pMethods;
        let done = header.recorder.run(
            || match call(beneath, methods) {
                Some(ffi::SQLITE_OK) => Ok(()),
                code => Err(code.unwrap_or(ffi::SQLITE_MISUSE)),
            },
            |notes, ()| note(notes, header),
        );
        done.err().unwrap_or(ffi::SQLITE_OK)
    }
}

unsafe extern "C" fn write(
    file: *mut sqlite3_file,
    bytes: *const c_void,
    length: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: SQLite hands in a file that was opened here, and `length` bytes to read.
    unsafe {
        if recorder_of(file).try_write() != Outcome::Done {
            return ffi::SQLITE_IOERR_WRITE;
        }
        noted(
            file,
            |beneath, methods| methods.xWrite.map(|call| call(beneath, bytes, length, offset)),
            |notes, header| {
                let bytes = slice::from_raw_parts(bytes.cast::<u8>(), length as usize);
                let (inode, offset) = (header.inode, offset as usize);
                notes.event(Event::Write { inode, offset, bytes: bytes.into() });
            },
        )
    }
}

unsafe extern "C" fn truncate(file: *mut sqlite3_file, length: i64) -> c_int {
    // SAFETY: SQLite hands in a file that was opened here.
    unsafe {
        noted(
            file,
            |beneath, methods| methods.xTruncate.map(|call| call(beneath, length)),
            |notes, header| {
                notes.event(Event::SetLen { inode: header.inode, length: length as usize });
            },
        )
    }
}

unsafe extern "C" fn sync(file: *mut sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: SQLite hands in a file that was opened here, so that a header is there; only shared borrows of it are
    // made while the file is open.
    let header = unsafe { &*file.cast::<Header>() };
    let inode = header.inode;
    let answer = match header.recorder.try_sync(|| Event::SyncLost { inode }) {
        // SAFETY: as above.
        Outcome::Done => unsafe {
            noted(
                file,
                |beneath, methods| methods.xSync.map(|call| call(beneath, flags)),
                |notes, _| notes.event(Event::Sync { inode }),
            )
        },
        Outcome::Pretended => ffi::SQLITE_OK,
        Outcome::Fails | Outcome::Loses => return ffi::SQLITE_IOERR_FSYNC,
    };
    if answer == ffi::SQLITE_OK && header.owes_directory_sync.swap(false, Ordering::Relaxed) {
        header.sync_directory();
    }
    answer
}

impl Header {
    /// The stock file has synced the directory too, unless that is to go wrong: SQLite ignores that it failed.
    fn sync_directory(&self) {
        let Some(directory) = self.directory.clone() else { return };
        let lost = || Event::SyncDirectoryLost { directory: Arc::clone(&directory) };
        if self.recorder.try_sync(lost) == Outcome::Done {
            self.recorder.note(|notes| notes.event(Event::SyncDirectory { directory }));
        }
    }
}

/// Who records a file.
///
/// # Safety
/// `file` is one that [`begin`] made.
unsafe fn recorder_of<'file>(file: *mut sqlite3_file) -> &'file Recorder {
    // SAFETY: the caller vouches for the header, of which only shared borrows are made while the file is open.
    unsafe { &(*file.cast::<Header>()).recorder }
}

unsafe extern "C" fn close(file: *mut sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file that was opened here once, and uses it no more. The header is dropped in its
    // place, and SQLite frees the room.
    unsafe {
        let beneath = beneath(file);
        let code = match (*(*beneath).pMethods).xClose {
            Some(close) => close(beneath),
            None => ffi::SQLITE_MISUSE,
        };
        ptr::drop_in_place(file.cast::<Header>());
        (*file).pMethods = ptr::null();
        code
    }
}

const _: () = assert!(mem::offset_of!(Header, file) == 0);
const _: () = assert!(align_of::<Header>() <= 8);

/// Methods that hand everything on. One that the stock file lacks is not in its table.
macro_rules! handed_on {
    ($($name:ident => $stock:ident($($argument:ident: $type:ty),*) $(-> $answer:ty, $missing:expr)?;)+) => {$(
        unsafe extern "C" fn $name(file: *mut sqlite3_file, $($argument: $type),*) $(-> $answer)? {
            // SAFETY: SQLite calls with a file that was opened here, and with arguments that the stock file takes.
            unsafe {
                let beneath = beneath(file);
                match (*(*beneath).pMethods).$stock {
                    Some(call) => call(beneath, $($argument),*),
                    None => { $($missing)? }
                }
            }
        }
    )+};
}

handed_on! {
    read => xRead(bytes: *mut c_void, length: c_int, offset: i64) -> c_int, ffi::SQLITE_MISUSE;
    file_size => xFileSize(answer: *mut i64) -> c_int, ffi::SQLITE_MISUSE;
    lock => xLock(level: c_int) -> c_int, ffi::SQLITE_MISUSE;
    unlock => xUnlock(level: c_int) -> c_int, ffi::SQLITE_MISUSE;
    check_reserved_lock => xCheckReservedLock(answer: *mut c_int) -> c_int, ffi::SQLITE_MISUSE;
    file_control => xFileControl(operation: c_int, argument: *mut c_void) -> c_int, ffi::SQLITE_NOTFOUND;
    sector_size => xSectorSize() -> c_int, 0;
    characteristics => xDeviceCharacteristics() -> c_int, 0;
    shm_map => xShmMap(page: c_int, bytes: c_int, extend: c_int, answer: *mut *mut c_void) -> c_int, ffi::SQLITE_MISUSE;
    shm_lock => xShmLock(offset: c_int, count: c_int, flags: c_int) -> c_int, ffi::SQLITE_MISUSE;
    shm_barrier => xShmBarrier();
    shm_unmap => xShmUnmap(delete: c_int) -> c_int, ffi::SQLITE_MISUSE;
    fetch => xFetch(offset: i64, length: c_int, answer: *mut *mut c_void) -> c_int, ffi::SQLITE_MISUSE;
    unfetch => xUnfetch(offset: i64, page: *mut c_void) -> c_int, ffi::SQLITE_MISUSE;
}
