//! Makes pprof tell apart samples that hit the same functions at different instructions.
//!
//! pprof 0.15.0 merges two samples when `_Unwind_FindEnclosingFunction` gives the same answers for
//! their frames, and keeps the addresses of the first. All samples within a function would so be
//! credited to whatever inlined function the first one hit: two loops inlined into one function,
//! taking 3/4 and 1/4 of its time, were drawn as 1 and 0. The function below takes libgcc's place
//! in the program and answers each address with itself, so only equal samples merge. Nothing else
//! relies on the answer: it informs debuggers and backtraces, and unwinding itself does not ask.
#![expect(unsafe_code, reason = "a function of the C library is replaced by its name")]

use std::ffi::c_void;

/// Answers with the address itself, where libgcc would answer with the start of its function.
// SAFETY: the signature is the one that libgcc declares in unwind.h, and both are functions without
// preconditions. A statically linked libgcc would clash at link time, so there this is left out,
// and shares of inlined functions are as rough as pprof makes them.
#[cfg_attr(not(target_feature = "crt-static"), unsafe(no_mangle))]
#[cfg_attr(target_feature = "crt-static", expect(non_snake_case, reason = "the name is libgcc's"))]
extern "C" fn _Unwind_FindEnclosingFunction(address: *mut c_void) -> *mut c_void {
    address
}

/// The address of the replacement. A use of it makes the linker take the replacement into the
/// program.
pub(crate) fn replacement() -> *const c_void {
    _Unwind_FindEnclosingFunction as *const c_void
}
