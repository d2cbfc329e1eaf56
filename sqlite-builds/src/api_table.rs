//! Pointing rusqlite at a build: its API table, with stubs where the build left entries out.

#![expect(
    unsafe_code,
    reason = "reads the table of function pointers that a build's C file hands out"
)]

use rusqlite::ffi::{self, sqlite3_api_routines};

use crate::attach_gate;
use crate::build::SqliteBuild;
use crate::compiled_as_said;
use crate::error::Error;
use crate::omitted::fill_missing;
use crate::open_gate;

/// Makes `build` the one that rusqlite calls. The caller sees to it that no connection is open and
/// no one else is in here.
pub(crate) fn install(build: &'static SqliteBuild) -> Result<(), Error> {
    let mut table = *initialised(build)?;
    let code = attach_gate::guard(&table);
    if code != ffi::SQLITE_OK {
        return Err(not_initialised(build, code));
    }
    fill_missing(&mut table).map_err(|entry| {
        build.unusable(format!(
            "has no `{entry}`, which takes variable arguments and can have no stub; remove the option that omits it \
             from builds.toml"
        ))
    })?;
    open_gate::guard(&mut table);
    // SAFETY: the table is complete; rusqlite copies its entries, each a function of this build or
    // a stub of the same type. No connection of another build is open, so no pointer made by it is
    // passed to these functions.
    unsafe { ffi::rusqlite_extension_init2(&raw mut table) }
        .map_err(|error| build.unusable(format!("is refused by libsqlite3-sys: {error}")))
}

fn not_initialised(build: &'static SqliteBuild, code: i32) -> Error {
    build.unusable(format!(
        "cannot be initialised: expected the answer 0, got {code}; take the defines away that its base does not have"
    ))
}

/// The table of a build's own functions, as the build has it: some may be missing. The build was found to be compiled as
/// it says, and is initialised. The caller sees to it that no one else is in here.
pub(crate) fn initialised(
    build: &'static SqliteBuild,
) -> Result<&'static sqlite3_api_routines, Error> {
    compiled_as_said::check(build)?;
    let raw = build.raw();
    // SAFETY: the function is sqlite3_initialize of this build, which takes nothing. The registry's
    // lock keeps other threads out.
    let code = unsafe { (raw.initialize)() };
    if code != ffi::SQLITE_OK {
        return Err(not_initialised(build, code));
    }
    let (found, expected) = (raw.api_table_bytes, size_of::<sqlite3_api_routines>());
    if found < expected {
        return Err(build.unusable(format!(
            "has an API table of {found} bytes, the bindings wish {expected}; use the bindings of the same version"
        )));
    }
    // SAFETY: the table is a static of at least the size read here, made of function pointers that
    // may be null, which is how the bindings describe it; the generated assertions compare every
    // field's offset. Nothing writes to it.
    Ok(unsafe { &*raw.api_table.cast::<sqlite3_api_routines>() })
}
