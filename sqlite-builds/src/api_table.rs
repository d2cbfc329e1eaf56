//! Pointing rusqlite at a build: its API table, with stubs where the build left entries out.

#![expect(
    unsafe_code,
    reason = "reads the table of function pointers that a build's C file hands out"
)]

use std::ffi::CStr;

use rusqlite::ffi::{self, sqlite3_api_routines};

use crate::attach_gate;
use crate::build::SqliteBuild;
use crate::build_handle::BuildHandle;
use crate::compiled_as_said;
use crate::error::Error;
use crate::omitted::fill_missing;
use crate::open_gate;
use crate::raw_build::RawBuild;

/// Makes `build` the one that rusqlite calls. The caller sees to it that no connection is open and
/// no one else is in here.
pub(crate) fn install(build: &'static SqliteBuild) -> Result<BuildHandle, Error> {
    let raw = initialised(build)?;
    let mut table = *own_table(build, raw)?;
    let code = attach_gate::guard(&table);
    if code != ffi::SQLITE_OK {
        return Err(Error::Initialize { build: build.name, code });
    }
    fill_missing(&mut table)
        .map_err(|entry| Error::MissingVariadic { build: build.name, entry })?;
    open_gate::guard(&mut table);
    // SAFETY: the table is complete; rusqlite copies its entries, each a function of this build or
    // a stub of the same type. No connection of another build is open, so no pointer made by it is
    // passed to these functions.
    unsafe { ffi::rusqlite_extension_init2(&raw mut table) }
        .map_err(|error| Error::Bindings { build: build.name, message: error.to_string() })?;
    // SAFETY: both point to statics of the build's C file: a string of ASCII letters, and atomics
    // laid out as RawCounters.
    let (version, counters) = unsafe { (CStr::from_ptr(raw.version), &*raw.counters) };
    Ok(BuildHandle {
        version: version.to_str().unwrap_or("unreadable"),
        version_number: raw.version_number,
        counters,
    })
}

/// What the C file of a build hands out, found to be compiled as it says, and initialised. The caller sees to it that
/// no one else is in here.
pub(crate) fn initialised(build: &'static SqliteBuild) -> Result<&'static RawBuild, Error> {
    let raw = build.raw();
    compiled_as_said::check(build, raw)?;
    // SAFETY: the function is sqlite3_initialize of this build, which takes nothing. The registry's
    // lock keeps other threads out.
    let code = unsafe { (raw.initialize)() };
    if code == ffi::SQLITE_OK {
        Ok(raw)
    } else {
        Err(Error::Initialize { build: build.name, code })
    }
}

/// The table of a build's own functions, as the build has it: some may be missing.
pub(crate) fn own_table(
    build: &'static SqliteBuild,
    raw: &'static RawBuild,
) -> Result<&'static sqlite3_api_routines, Error> {
    if raw.api_table_bytes < size_of::<sqlite3_api_routines>() {
        return Err(Error::ShortApiTable {
            build: build.name,
            found_bytes: raw.api_table_bytes,
            expected_bytes: size_of::<sqlite3_api_routines>(),
        });
    }
    // SAFETY: the table is a static of at least the size read here, made of function pointers that
    // may be null, which is how the bindings describe it; the generated assertions compare every
    // field's offset. Nothing writes to it.
    Ok(unsafe { &*raw.api_table.cast::<sqlite3_api_routines>() })
}
