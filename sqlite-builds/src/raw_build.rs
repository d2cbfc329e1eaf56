//! What the C file of a build hands out, field by field as it lays it out.

use std::ffi::{c_char, c_int, c_void};
use std::sync::atomic::{AtomicI32, AtomicI64, AtomicU32, AtomicU64};

/// `struct durabench_build` in `build/sqlite_build.c`. All of it is known when the file is linked.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct RawBuild {
    pub(crate) api_table: *const c_void,
    pub(crate) api_table_bytes: usize,
    pub(crate) version: *const c_char,
    pub(crate) compiler: *const c_char,
    pub(crate) counters: *const RawCounters,
    /// Null where no cost can be planted.
    pub(crate) plant: *const RawPlant,
    pub(crate) initialize: unsafe extern "C" fn() -> c_int,
    pub(crate) version_number: i32,
    pub(crate) thread_safe: i32,
    pub(crate) sync_call: i32,
    pub(crate) optimized: i32,
}

/// `struct durabench_counters` in `build/sqlite_build.c`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct RawCounters {
    pub(crate) file_syncs: AtomicU64,
    pub(crate) directory_syncs: AtomicU64,
    pub(crate) writes: AtomicU64,
    pub(crate) bytes_written: AtomicU64,
    pub(crate) truncates: AtomicU64,
    pub(crate) sync_countdown: AtomicI64,
    pub(crate) write_countdown: AtomicI64,
    pub(crate) sync_errno: AtomicI32,
    pub(crate) write_errno: AtomicI32,
    pub(crate) failed_errno: AtomicI32,
}

const _: () = assert!(size_of::<RawCounters>() == 72);

/// `struct durabench_plant` in `build/sqlite_build.c`.
#[repr(C)]
#[derive(Debug)]
pub(crate) struct RawPlant {
    pub(crate) rounds: AtomicU32,
    pub(crate) executed: AtomicU64,
}

const _: () = assert!(size_of::<RawPlant>() == 16);
