//! Comparing a compiled build with what `builds.toml` says of it: figures are told by the manifest,
//! and threads are let in by it.

use crate::build::{SqliteBuild, SyncCall, ThreadMode};
use crate::error::Error;

/// `DURABENCH_SYNC_CALL` of the C file, by number.
const SYNC_CALLS: [&str; 4] = ["none (SQLITE_NO_SYNC)", "fsync", "fdatasync", "F_FULLFSYNC"];

/// `DURABENCH_OPTIMIZED` of the C file, by number: compilers tell no more of a level than this.
const LEVELS: [&str; 3] = ["no optimisation", "optimised for speed", "optimised for size"];

/// Refuses a build whose C file was compiled with another threading mode, sync call or optimisation
/// than the manifest says.
pub(crate) fn check(build: &'static SqliteBuild) -> Result<(), Error> {
    let raw = build.raw();
    let threads = match build.thread_mode {
        ThreadMode::SingleThread => "0",
        ThreadMode::Serialized => "1",
        ThreadMode::MultiThread => "2",
    };
    let sync_call = match build.sync_call {
        SyncCall::Fsync => "fsync",
        SyncCall::Fdatasync => "fdatasync",
    };
    let level = match build.optimize {
        "0" => "no optimisation",
        "s" | "z" => "optimised for size",
        _ => "optimised for speed",
    };
    compare(build, "SQLITE_THREADSAFE", threads, &raw.thread_safe.to_string(), "")?;
    compare(build, "the sync call", sync_call, name(&SYNC_CALLS, raw.sync_call), "")?;
    let flag = format!("-O{}", build.optimize);
    compare(build, "optimisation", level, name(&LEVELS, raw.optimized), &flag)
}

fn name(names: &[&'static str], number: i32) -> &'static str {
    let place = usize::try_from(number).ok();
    place.and_then(|place| names.get(place)).unwrap_or(&"an unknown one")
}

/// Holds what the manifest says of `what`, by this flag if it has one, against what was compiled.
fn compare(
    build: &SqliteBuild,
    what: &str,
    expected: &str,
    found: &str,
    flag: &str,
) -> Result<(), Error> {
    if expected == found {
        return Ok(());
    }
    let expected =
        if flag.is_empty() { expected.to_owned() } else { format!("{flag} ({expected})") };
    Err(build.unusable(format!(
        "was not compiled as builds.toml says: {what}: expected {expected}, got {found}; take flags out of the \
         compiler's wrapper, `cargo clean -p sqlite-builds`, and compile again"
    )))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The compiled build `bundled`, of which another manifest speaks.
    fn said_otherwise(say: impl FnOnce(&mut SqliteBuild)) -> String {
        let bundled = crate::find("bundled").unwrap();
        let mut build = SqliteBuild { name: "lying", ..bundled.copied() };
        say(&mut build);
        let build: &'static SqliteBuild = Box::leak(Box::new(build));
        build.activate().unwrap_err().to_string()
    }

    #[test]
    fn a_build_that_was_compiled_otherwise_is_not_activated() {
        for (thread_mode, expected) in [(ThreadMode::SingleThread, 0), (ThreadMode::MultiThread, 2)]
        {
            let refusal = said_otherwise(|build| build.thread_mode = thread_mode);
            assert_eq!(
                refusal,
                format!(
                    "SQLite build `lying` was not compiled as builds.toml says: SQLITE_THREADSAFE: \
                     expected {expected}, got 1; take flags out of the compiler's wrapper, `cargo \
                     clean -p sqlite-builds`, and compile again"
                )
            );
        }
        let refusal = said_otherwise(|build| build.sync_call = SyncCall::Fdatasync);
        assert!(refusal.contains("the sync call: expected fdatasync, got fsync;"), "{refusal}");
        let other = if crate::find("bundled").unwrap().optimize == "0" { "3" } else { "0" };
        let refusal = said_otherwise(|build| build.optimize = other);
        assert!(refusal.contains(&format!("optimisation: expected -O{other} (")), "{refusal}");
    }

    #[test]
    fn every_build_is_compiled_as_said_and_names_its_compiler() {
        for build in crate::builds() {
            check(build).unwrap();
            let (name, version) = build.compiler().split_once(' ').unwrap();
            assert!(["gcc", "clang"].contains(&name), "{name}");
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{version}");
        }
    }
}
