//! The VFS's own functions: opening and deleting are recorded, the rest is handed on.

use std::ffi::{CStr, c_char, c_int, c_void};
use std::ptr;
use std::sync::Arc;

use disk_model::Event;
use sqlite_builds::rusqlite::ffi::{self, sqlite3_file, sqlite3_filename, sqlite3_vfs};

use super::directories::{RecordedName, recorded_name};
use super::files::{self, HEADER_BYTES, Opened};
use crate::fault::Outcome;

const NAME: &CStr = c"power-cut";

/// The files whose first sync also syncs the directory, if they were opened to be created: `UNIXFILE_DIRSYNC` in
/// SQLite's `os_unix.c`.
const SYNC_THEIR_DIRECTORY: c_int =
    ffi::SQLITE_OPEN_SUPER_JOURNAL | ffi::SQLITE_OPEN_MAIN_JOURNAL | ffi::SQLITE_OPEN_WAL;

type AnyCall = unsafe extern "C" fn();

/// Registers the VFS with the active build, over its own `unix`. It stays for the life of the process: the build's
/// list holds it.
pub(super) fn register() -> Result<(), c_int> {
    // SAFETY: a build is active, as the caller's lease proves; the name ends in a zero byte.
    let real = unsafe { ffi::sqlite3_vfs_find(c"unix".as_ptr()) };
    // SAFETY: a VFS that is found is a static of the build, which nobody changes.
    let Some(stock) = (unsafe { real.as_ref() }) else { return Err(ffi::SQLITE_NOTFOUND) };
    let has = |is_there: bool| if is_there { Ok(()) } else { Err(ffi::SQLITE_MISUSE) };
    has(stock.iVersion >= 3 && stock.xOpen.is_some() && stock.xDelete.is_some())?;
    let header = c_int::try_from(HEADER_BYTES).map_err(|_| ffi::SQLITE_MISUSE)?;
    let layer = sqlite3_vfs {
        iVersion: 3,
        szOsFile: stock.szOsFile + header,
        mxPathname: stock.mxPathname,
        pNext: ptr::null_mut(),
        zName: NAME.as_ptr(),
        pAppData: real.cast::<c_void>(),
        xOpen: Some(open),
        xDelete: Some(delete),
        xAccess: stock.xAccess.and(Some(access)),
        xFullPathname: stock.xFullPathname.and(Some(full_pathname)),
        xDlOpen: stock.xDlOpen.and(Some(dl_open)),
        xDlError: stock.xDlError.and(Some(dl_error)),
        xDlSym: stock.xDlSym.and(Some(dl_sym)),
        xDlClose: stock.xDlClose.and(Some(dl_close)),
        xRandomness: stock.xRandomness.and(Some(randomness)),
        xSleep: stock.xSleep.and(Some(sleep)),
        xCurrentTime: stock.xCurrentTime.and(Some(current_time)),
        xGetLastError: stock.xGetLastError.and(Some(last_error)),
        xCurrentTimeInt64: stock.xCurrentTimeInt64.and(Some(current_time_int64)),
        xSetSystemCall: stock.xSetSystemCall.and(Some(set_system_call)),
        xGetSystemCall: stock.xGetSystemCall.and(Some(get_system_call)),
        xNextSystemCall: stock.xNextSystemCall.and(Some(next_system_call)),
    };
    // SAFETY: the object is leaked, so it lives as long as the build's list points to it, and belongs to this list
    // alone.
    let code = unsafe { ffi::sqlite3_vfs_register(Box::leak(Box::new(layer)), 1) };
    if code == ffi::SQLITE_OK { Ok(()) } else { Err(code) }
}

/// The stock VFS beneath.
///
/// # Safety
/// `vfs` is one that [`register`] made.
unsafe fn stock(vfs: *mut sqlite3_vfs) -> *mut sqlite3_vfs {
    // SAFETY: the caller vouches for `vfs`, whose data points to the build's static.
    unsafe { (*vfs).pAppData.cast::<sqlite3_vfs>() }
}

unsafe extern "C" fn open(
    vfs: *mut sqlite3_vfs,
    name: sqlite3_filename,
    file: *mut sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite hands in the VFS that was registered, a name that is null or ends in a zero byte, and room for
    // szOsFile bytes. The same name pointer is handed on, because options may lie behind it.
    unsafe {
        let real = stock(vfs);
        let Some(open) = (*real).xOpen else { return ffi::SQLITE_MISUSE };
        let recorded = if name.is_null() { None } else { recorded_name(CStr::from_ptr(name)) };
        let Some(RecordedName { recorder, directory, name: name_there }) = recorded else {
            return open(real, name, file, flags, out_flags);
        };
        let beneath = files::beneath(file);
        let mut inode = None;
        let done = recorder.run(
            || match open(real, name, beneath, flags, out_flags) {
                ffi::SQLITE_OK => Ok(()),
                code => Err(code),
            },
            |notes, ()| inode = Some(notes.opened(&name_there)),
        );
        match (done, inode) {
            (Ok(()), Some(inode)) => {
                let is_created = flags & ffi::SQLITE_OPEN_CREATE != 0;
                let syncs_directory = is_created && flags & SYNC_THEIR_DIRECTORY != 0;
                let syncs_directory = syncs_directory.then_some(directory);
                files::begin(file, Opened { recorder, inode, syncs_directory });
                ffi::SQLITE_OK
            }
            (refused, _) => {
                (*file).pMethods = ptr::null();
                refused.err().unwrap_or(ffi::SQLITE_CANTOPEN)
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
    unsafe {
        let real = stock(vfs);
        let Some(delete) = (*real).xDelete else { return ffi::SQLITE_MISUSE };
        let recorded = recorded_name(CStr::from_ptr(name));
        let Some(RecordedName { recorder, directory, name: name_there }) = recorded else {
            return delete(real, name, sync_directory);
        };
        let done = recorder.run(
            || match delete(real, name, sync_directory) {
                ffi::SQLITE_OK => Ok(()),
                code => Err(code),
            },
            |notes, ()| notes.unlinked(&name_there),
        );
        if let Err(code) = done {
            return code;
        }
        if sync_directory == 0 {
            return ffi::SQLITE_OK;
        }
        let lost = || Event::SyncDirectoryLost { directory: Arc::clone(&directory) };
        match recorder.try_sync(lost) {
            Outcome::Done => {
                recorder.note(|notes| notes.event(Event::SyncDirectory { directory }));
                ffi::SQLITE_OK
            }
            Outcome::Pretended => ffi::SQLITE_OK,
            Outcome::Fails | Outcome::Loses => ffi::SQLITE_IOERR_DIR_FSYNC,
        }
    }
}

/// Functions that hand everything on. One that the stock VFS lacks is not registered.
macro_rules! handed_on {
    ($($name:ident => $stock:ident($($argument:ident: $type:ty),*) $(-> $answer:ty, $missing:expr)?;)+) => {$(
        unsafe extern "C" fn $name(vfs: *mut sqlite3_vfs, $($argument: $type),*) $(-> $answer)? {
            // SAFETY: SQLite calls with the VFS that was registered, and with arguments that the stock VFS takes.
            unsafe {
                let real = stock(vfs);
                match (*real).$stock {
                    Some(call) => call(real, $($argument),*),
                    None => { $($missing)? }
                }
            }
        }
    )+};
}

handed_on! {
    access => xAccess(name: *const c_char, flags: c_int, answer: *mut c_int) -> c_int, ffi::SQLITE_MISUSE;
    full_pathname => xFullPathname(name: *const c_char, bytes: c_int, answer: *mut c_char) -> c_int, ffi::SQLITE_MISUSE;
    dl_open => xDlOpen(name: *const c_char) -> *mut c_void, ptr::null_mut();
    dl_error => xDlError(bytes: c_int, message: *mut c_char);
    dl_sym => xDlSym(library: *mut c_void, symbol: *const c_char)
        -> Option<unsafe extern "C" fn(*mut sqlite3_vfs, *mut c_void, *const c_char)>, None;
    dl_close => xDlClose(library: *mut c_void);
    randomness => xRandomness(bytes: c_int, answer: *mut c_char) -> c_int, 0;
    sleep => xSleep(microseconds: c_int) -> c_int, 0;
    current_time => xCurrentTime(answer: *mut f64) -> c_int, ffi::SQLITE_MISUSE;
    last_error => xGetLastError(bytes: c_int, message: *mut c_char) -> c_int, 0;
    current_time_int64 => xCurrentTimeInt64(answer: *mut i64) -> c_int, ffi::SQLITE_MISUSE;
    set_system_call => xSetSystemCall(name: *const c_char, call: Option<AnyCall>) -> c_int, ffi::SQLITE_NOTFOUND;
    get_system_call => xGetSystemCall(name: *const c_char) -> Option<AnyCall>, None;
    next_system_call => xNextSystemCall(name: *const c_char) -> *const c_char, ptr::null();
}
