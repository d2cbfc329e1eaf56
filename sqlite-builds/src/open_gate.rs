//! Lets only this crate open connections, since one opened around it would hold no lease and could
//! outlive its build; and lets nobody interrupt one, since rusqlite's handle for that goes to any
//! thread and outlives the lease: it would write into a connection while another build is active.

#![expect(
    unsafe_code,
    reason = "stands in for sqlite3_open_v2, its older forms and sqlite3_interrupt"
)]

use std::cell::Cell;
use std::ffi::{c_char, c_int, c_void};
use std::ptr;
use std::sync::Mutex;

use rusqlite::ffi::{self, sqlite3, sqlite3_api_routines};

use crate::omitted::{ENTRY_NAMES, note_call};

type OpenV2 = unsafe extern "C" fn(*const c_char, *mut *mut sqlite3, c_int, *const c_char) -> c_int;

static OPEN_V2: Mutex<Option<OpenV2>> = Mutex::new(None);

thread_local! {
    static OPENING: Cell<bool> = const { Cell::new(false) };
}

/// Puts the gate before the functions that open connections and the one that interrupts them.
pub(crate) fn guard(table: &mut sqlite3_api_routines) {
    *OPEN_V2.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = table.open_v2;
    table.open_v2 = Some(gated_open_v2);
    table.open = Some(refused_open);
    table.open16 = Some(refused_open16);
    table.interruptx = Some(refused_interrupt);
}

/// Runs `open`, which may pass the gate on this thread.
pub(crate) fn pass<T>(open: impl FnOnce() -> T) -> T {
    let _closes_again = Opened::now();
    open()
}

/// The gate is open on this thread until this is dropped, by a panic too.
struct Opened;

impl Opened {
    fn now() -> Self {
        OPENING.set(true);
        Self
    }
}

impl Drop for Opened {
    fn drop(&mut self) {
        OPENING.set(false);
    }
}

unsafe extern "C" fn gated_open_v2(
    path: *const c_char,
    connection: *mut *mut sqlite3,
    flags: c_int,
    vfs: *const c_char,
) -> c_int {
    let real = *OPEN_V2.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    match real {
        // SAFETY: the arguments are passed on as the caller gave them, to the function that they
        // were meant for.
        Some(open) if OPENING.get() => unsafe { open(path, connection, flags, vfs) },
        // SAFETY: the caller of sqlite3_open_v2 hands in a place for the connection.
        _ => unsafe { refuse(connection) },
    }
}

unsafe extern "C" fn refused_open(_path: *const c_char, connection: *mut *mut sqlite3) -> c_int {
    // SAFETY: the caller of sqlite3_open hands in a place for the connection.
    unsafe { refuse(connection) }
}

unsafe extern "C" fn refused_open16(_path: *const c_void, connection: *mut *mut sqlite3) -> c_int {
    // SAFETY: the caller of sqlite3_open16 hands in a place for the connection.
    unsafe { refuse(connection) }
}

/// # Safety
///
/// `connection` is null or may be written to.
unsafe fn refuse(connection: *mut *mut sqlite3) -> c_int {
    if !connection.is_null() {
        // SAFETY: not null, and the caller vouches for the rest.
        unsafe { connection.write(ptr::null_mut()) };
    }
    note("open_v2");
    ffi::SQLITE_MISUSE
}

/// Does nothing: the connection may belong to a build that is not active, or to another thread.
unsafe extern "C" fn refused_interrupt(_connection: *mut sqlite3) {
    note("interruptx");
}

fn note(entry: &str) {
    if let Some(index) = ENTRY_NAMES.iter().position(|name| *name == entry) {
        note_call(index);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_in_between_leaves_the_gate_closed() {
        let panicked = std::panic::catch_unwind(|| {
            pass(|| {
                assert!(OPENING.get());
                panic!("in between");
            })
        });
        assert!(panicked.is_err());
        assert!(!OPENING.get());
    }
}
