//! The first sample of a profile, taken at a place where it does no harm.
#![expect(unsafe_code, reason = "raising a signal has no safe interface")]

use std::hint;

use pprof::ProfilerGuard;

use crate::exact_addresses;

/// The demangled name of [`take_first_sample`], by which its sample is known.
pub(crate) const FIRST_SAMPLE_FRAME: &str = concat!(module_path!(), "::take_first_sample");

/// Raises the sampling signal once on the calling thread. pprof 0.15.0 prepares its unwinder
/// (allocating and reading files) inside the handler at the first sample of the process; a tick
/// could do so while the interrupted code holds the allocator's lock, but no lock is held here.
#[inline(never)]
pub(crate) fn take_first_sample(_guard: &ProfilerGuard<'static>) {
    // SAFETY: the guard proves that a handler for SIGPROF is installed, so the process is not
    // killed.
    let status = unsafe { libc::raise(libc::SIGPROF) };
    // Work after the call keeps this frame on the stack; as a tail call it would leave before the
    // sample.
    hint::black_box((status, exact_addresses::replacement()));
}
