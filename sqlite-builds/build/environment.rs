//! What the environment may say about a build: the compiler's name. Flags and defines may come from
//! `builds.toml` alone, so that what is compiled is what is said.
//!
//! Shared by the build script and by `tests/environment.rs`.

use std::env;
use std::ffi::OsStr;
use std::path::Path;

use anyhow::{Result, ensure};

/// Flags for C compilers, as the crate `cc` reads them (with the target before or behind), as `make`
/// knows them, and as clang edits its own command line.
const FLAGS: &str = "CFLAGS";
const FURTHER_FLAGS: [&str; 3] = ["CPPFLAGS", "CRATE_CC_NO_DEFAULTS", "CCC_OVERRIDE_OPTIONS"];

/// What libsqlite3-sys' own build script reads, which compiles nothing here.
/// `tests/environment.rs` compares the list with that script.
pub(crate) const OF_LIBSQLITE3_SYS: [&str; 9] = [
    "LIBSQLITE3_FLAGS",
    "LIBSQLITE3_SYS_BUNDLING",
    "LIBSQLITE3_SYS_USE_PKG_CONFIG",
    "SQLITE_MAX_COLUMN",
    "SQLITE_MAX_EXPR_DEPTH",
    "SQLITE_MAX_VARIABLE_NUMBER",
    "SQLITE3_INCLUDE_DIR",
    "SQLITE3_LIB_DIR",
    "SQLITE3_STATIC",
];

/// Programs that may stand before a compiler, as the crate `cc` knows them.
const WRAPPERS: [&str; 7] =
    ["buildcache", "cachepot", "ccache", "distcc", "icecc", "kache", "sccache"];

/// Warns of each variable that is passed over, takes it away from the compiler, and refuses flags
/// behind the compiler's name.
///
/// # Safety
///
/// No other thread may use the environment meanwhile.
#[expect(unsafe_code, reason = "the crate cc reads flags from the process's own environment")]
pub(crate) unsafe fn pass_over_flags(target: &str) -> Result<()> {
    for name in with_target("CC", target) {
        println!("cargo:rerun-if-env-changed={name}");
        if let Some(value) = env::var_os(&name) {
            check_compiler(&name, &value)?;
        }
    }
    for name in ignored_names(target) {
        println!("cargo:rerun-if-env-changed={name}");
        if env::var_os(&name).is_some_and(|value| !value.is_empty()) {
            println!("cargo::warning={}", warning(&name));
            // SAFETY: the caller keeps other threads from the environment.
            unsafe { env::remove_var(&name) };
        }
    }
    Ok(())
}

/// Every variable that could say how SQLite is compiled for `target`, compilers left out.
fn ignored_names(target: &str) -> Vec<String> {
    let of_compilers = with_target(FLAGS, target).into_iter();
    let others = FURTHER_FLAGS.iter().chain(&OF_LIBSQLITE3_SYS).map(|name| (*name).to_owned());
    of_compilers.chain(others).collect()
}

/// One line for the user about a variable that is passed over: its name, and where such things belong.
fn warning(variable: &str) -> String {
    let belongs = if OF_LIBSQLITE3_SYS.contains(&variable) {
        "it is read by libsqlite3-sys, which compiles nothing here; defines belong under `defines`"
    } else {
        "flags belong under `compiler_flags`, defines under `defines`"
    };
    format!(
        "{variable} is ignored: the SQLite builds are compiled as builds.toml says; {belongs} of a \
         build in sqlite-builds/local/builds.local.toml"
    )
}

/// Refuses flags behind the compiler's name: they would be compiled in unseen.
pub(crate) fn check_compiler(variable: &str, value: &OsStr) -> Result<()> {
    // A path with spaces is a path.
    if Path::new(value).is_file() {
        return Ok(());
    }
    let text = value.to_string_lossy();
    let mut words = text.split_whitespace().peekable();
    let is_wrapper = |word: &&str| {
        Path::new(word).file_stem().is_some_and(|stem| WRAPPERS.iter().any(|name| stem == *name))
    };
    words.next_if(is_wrapper);
    ensure!(
        words.count() <= 1,
        "{variable}: expected a compiler, at most with a wrapper such as ccache before it, got \
         `{text}`; flags belong under `compiler_flags` of a build in \
         sqlite-builds/local/builds.local.toml"
    );
    Ok(())
}

/// The names under which the crate `cc` looks for a variable.
fn with_target(name: &str, target: &str) -> Vec<String> {
    let underscored = target.replace(['-', '.'], "_");
    vec![
        format!("{name}_{target}"),
        format!("{name}_{underscored}"),
        format!("HOST_{name}"),
        format!("TARGET_{name}"),
        name.to_owned(),
    ]
}
