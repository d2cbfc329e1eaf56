//! The build `bundled` has the flags that libsqlite3-sys passes for its feature `bundled`: an
//! upgrade that changes these must be seen.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

use std::fs;
use std::path::Path;

/// The flags that its build script passes under a condition: `SQLCipher`, Android, Windows, wasm,
/// and features that are not used here. A new one in this list is a new condition to look at.
const CONDITIONAL: [&str; 14] = [
    "SQLITE_HAS_CODEC",
    "SQLITE_TEMP_STORE=2",
    "SQLITE_EXTRA_INIT=sqlcipher_extra_init",
    "SQLITE_EXTRA_SHUTDOWN=sqlcipher_extra_shutdown",
    "HAVE_STDINT_H=1",
    "SQLCIPHER_CRYPTO_CC",
    "SQLITE_TEMP_STORE=3",
    "SQLITE_THREADSAFE=0",
    "LONGDOUBLE_TYPE=double",
    "_WASI_EMULATED_MMAN",
    "_WASI_EMULATED_GETPID",
    "_WASI_EMULATED_SIGNAL",
    "_WASI_EMULATED_PROCESS_CLOCKS",
    "SQLITE_ENABLE_UNLOCK_NOTIFY",
];

#[test]
fn bundled_has_the_flags_of_libsqlite3_sys() {
    let amalgamation = Path::new(env!("DURABENCH_AMALGAMATION"));
    let script = fs::read_to_string(amalgamation.parent().unwrap().join("build.rs")).unwrap();
    let (before, rest) = script.split_once(".file(&source)").unwrap();
    let (always, rest) = rest.split_once(".warnings(false)").unwrap();
    let (_, not_on_windows) = rest.split_once("if !win_target() {").unwrap();
    let (not_on_windows, _) = not_on_windows.split_once('}').unwrap();

    assert_eq!(defines_in(before), Vec::<&str>::new());
    let expected = [defines_in(always), defines_in(not_on_windows)].concat();
    assert_eq!(sqlite_builds::find("bundled").unwrap().defines, expected);
    let conditional: Vec<_> = defines_in(rest)
        .into_iter()
        .filter(|define| !expected.contains(define) && !FEATURES.contains(define))
        .collect();
    assert_eq!(conditional, CONDITIONAL);
}

/// Flags behind features of libsqlite3-sys that pull in bindgen.
const FEATURES: [&str; 2] = ["SQLITE_ENABLE_PREUPDATE_HOOK", "SQLITE_ENABLE_SESSION"];

/// The defines in `.flag("-DNAME")`, in their order.
fn defines_in(script: &str) -> Vec<&str> {
    let parts = script.split(".flag(\"-D").skip(1);
    parts.map(|part| part.split_once('"').unwrap().0).collect()
}
