//! The VFS: the stock one, but that opening and deleting are recorded.

use std::ffi::{CStr, c_char, c_int};
use std::ptr;

use disk_model::Event;
use sqlite_builds::rusqlite::ffi::{self, sqlite3_file, sqlite3_filename, sqlite3_vfs};

use super::directories::{RecordedName, recorded_name};
use super::files::{answered, record};

const NAME: &CStr = c"power-cut";

/// The files whose first sync also syncs the directory, if they were opened to be created: `UNIXFILE_DIRSYNC` in
/// SQLite's `os_unix.c`.
const SYNC_THEIR_DIRECTORY: c_int =
    ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_WAL;

/// The VFS as SQLite knows it, and the stock one whose functions it has, but for two. None of the others looks at the
/// VFS that it is called with.
#[repr(C)]
struct Layer {
    vfs: sqlite3_vfs,
    stock: *mut sqlite3_vfs,
}

/// Registers the VFS with the active build, over its own `unix`. It stays for the life of the process: the build's
/// list holds it.
pub(super) fn register() -> Result<(), c_int> {
    // SAFETY: a build is active, as the caller's lease proves; the name ends in a zero byte.
    let stock = unsafe { ffi::sqlite3_vfs_find(c"unix".as_ptr()) };
    // SAFETY: a VFS that is found is a static of the build, which nobody changes.
    let Some(real) = (unsafe { stock.as_ref() }) else { return Err(ffi::SQLITE_NOTFOUND) };
    if real.iVersion < 3 || real.xOpen.is_none() || real.xDelete.is_none() {
        return Err(ffi::SQLITE_MISUSE);
    }
    let vfs = sqlite3_vfs {
        pNext: ptr::null_mut(),
        zName: NAME.as_ptr(),
        xOpen: Some(open),
        xDelete: Some(delete),
        ..*real
    };
    let layer = Box::into_raw(Box::new(Layer { vfs, stock }));
    // SAFETY: the object is never freed, so it lives as long as the build's list points to it, and belongs to this
    // list alone.
    match unsafe { ffi::sqlite3_vfs_register(layer.cast(), 1) } {
        ffi::SQLITE_OK => Ok(()),
        code => Err(code),
    }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands in the VFS that was registered, which a `Layer` begins with, a name that is null or ends in
    // a zero byte, and room for szOsFile bytes. The same name pointer is handed on, because options may lie behind it.
    unsafe {
        let stock = (*vfs.cast::<Layer>()).stock;
        let Some(open) = (*stock).xOpen else { return ffi::SQLITE_MISUSE };
        let recorded = if name.is_null() { None } else { recorded_name(CStr::from_ptr(name)) };
        let Some(RecordedName { recorder, directory, name: name_there }) = recorded else {
            return open(stock, name, file, flags, out_flags);
        };
        let opened = recorder.run(
            || answered(Some(open(stock, name, file, flags, out_flags))),
            |notes, ()| notes.opened(&name_there),
        );
        match opened {
            Ok(inode) => {
                let is_created = flags & ffi::SQLITE_OPEN_CREATE != 0;
                let syncs_directory = is_created && flags & SYNC_THEIR_DIRECTORY != 0;
                record(file, recorder, inode, syncs_directory.then_some(directory));
                ffi::SQLITE_OK
            }
            Err(code) => {
                (*file).pMethods = ptr::null();
                code
            }
        }
    }
}

unsafe extern "C" fn delete(
    vfs: *mut sqlite3_vfs,
    name: *const c_char,
    sync_directory: c_int,
) -> c_int {
    // SAFETY: as in `open`.
    let (done, recorded) = unsafe {
        let stock = (*vfs.cast::<Layer>()).stock;
        let Some(delete) = (*stock).xDelete else { return ffi::SQLITE_MISUSE };
        let Some(recorded) = recorded_name(CStr::from_ptr(name)) else {
            return delete(stock, name, sync_directory);
        };
        let done = recorded.recorder.run(
            || answered(Some(delete(stock, name, sync_directory))),
            |notes, ()| notes.unlinked(&recorded.name),
        );
        (done, recorded)
    };
    let done = done.and_then(|()| match sync_directory {
        0 => Ok(()),
        _ => {
            let synced = Event::SyncDirectory { directory: recorded.directory };
            recorded.recorder.sync(synced, || Ok(()), ffi::SQLITE_IOERR_DIR_FSYNC)
        }
    });
    done.err().unwrap_or(ffi::SQLITE_OK)
}
