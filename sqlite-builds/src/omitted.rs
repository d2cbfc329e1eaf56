//! Stubs for the API entries that a build left out: they answer harmlessly and remember that they
//! were called.

#![expect(unsafe_code, reason = "function types of the C API are unsafe extern functions")]

use std::ffi::c_int;
use std::mem::offset_of;
use std::sync::atomic::{AtomicBool, Ordering};

use rusqlite::ffi::{self, sqlite3_api_routines};

static CALLED: [AtomicBool; ENTRY_NAMES.len()] =
    [const { AtomicBool::new(false) }; ENTRY_NAMES.len()];

/// Entries whose int is a yes or no: `SQLITE_MISUSE` would read as yes there.
const YES_OR_NO: [&str; 4] = ["compileoption_used", "complete", "complete16", "expired"];

/// Names of the API entries that were called although the active build does not have them, since
/// the last time this was asked; the note is cleared.
///
/// What such a call answered is no result of SQLite: an int function answered `SQLITE_MISUSE` (or
/// no), a pointer was null, a void function did nothing. `open_v2` in the list means that a
/// connection was opened around [`ActiveBuild::open`](crate::ActiveBuild::open), and `interruptx` that
/// an interrupt handle was used. The note is one for the whole process.
pub fn take_omitted_calls() -> Vec<&'static str> {
    let taken =
        CALLED.iter().zip(ENTRY_NAMES).filter(|(called, _)| called.swap(false, Ordering::Relaxed));
    taken.map(|(_, name)| name).collect()
}

/// Notes a call of the entry at `index` of the table.
pub(crate) fn note_call(index: usize) {
    if let Some(called) = CALLED.get(index) {
        called.store(true, Ordering::Relaxed);
    }
}

/// Puts the stub of entry `ENTRY` into `slot` if there is nothing.
fn fill_entry<const ENTRY: usize, F: Stub<ENTRY>>(slot: &mut Option<F>) {
    if slot.is_none() {
        *slot = Some(F::STUB);
    }
}

/// A function type for which there is a stub; `ENTRY` is the position in the table.
trait Stub<const ENTRY: usize>: Sized {
    /// Notes the call and returns the answer of its type.
    const STUB: Self;
}

/// What a function that is not there returns.
trait Answer {
    /// The answer of the entry `name`.
    fn of(name: &str) -> Self;
}

impl Answer for () {
    fn of(_name: &str) -> Self {}
}

impl Answer for c_int {
    fn of(name: &str) -> Self {
        if YES_OR_NO.contains(&name) { 0 } else { ffi::SQLITE_MISUSE }
    }
}

impl<T> Answer for *const T {
    fn of(_name: &str) -> Self {
        std::ptr::null()
    }
}

impl<T> Answer for *mut T {
    fn of(_name: &str) -> Self {
        std::ptr::null_mut()
    }
}

macro_rules! answer_zero {
    ($($number:ty),+) => {$(
        impl Answer for $number {
            fn of(_name: &str) -> Self {
                Self::default()
            }
        }
    )+};
}
answer_zero!(u32, i64, u64, f64);

macro_rules! stub {
    ($($argument:ident),*) => {
        impl<const ENTRY: usize, R: Answer, $($argument),*> Stub<ENTRY>
            for unsafe extern "C" fn($($argument),*) -> R
        {
            const STUB: Self = {
                unsafe extern "C" fn stub<const ENTRY: usize, R: Answer, $($argument),*>(
                    $(_: $argument),*
                ) -> R {
                    note_call(ENTRY);
                    R::of(ENTRY_NAMES[ENTRY])
                }
                stub::<ENTRY, R, $($argument),*>
            };
        }
    };
}
stub!();
stub!(A);
stub!(A, B);
stub!(A, B, C);
stub!(A, B, C, D);
stub!(A, B, C, D, E);
stub!(A, B, C, D, E, F);
stub!(A, B, C, D, E, F, G);
stub!(A, B, C, D, E, F, G, H);
stub!(A, B, C, D, E, F, G, H, I);
stub!(A, B, C, D, E, F, G, H, I, J);

// The entries are numbered by their order in the bindings; other bindings must not compile with
// wrong numbers.
const _: () = {
    assert!(size_of::<sqlite3_api_routines>() == ENTRY_OFFSETS.len() * size_of::<usize>());
    let mut entry = 0;
    while entry < ENTRY_OFFSETS.len() {
        assert!(ENTRY_OFFSETS[entry] == entry * size_of::<usize>());
        entry += 1;
    }
};

include!(concat!(env!("OUT_DIR"), "/api_entries.rs"));
