//! Comparing a compiled build with what `builds.toml` says of it: figures are told by the manifest,
//! and threads are let in by it.

use crate::build::{SqliteBuild, SyncCall, ThreadMode};
use crate::error::Error;
use crate::raw_build::RawBuild;

/// Refuses a build whose C file was compiled with another threading mode, sync call or optimisation
/// than the manifest says.
pub(crate) fn check(build: &'static SqliteBuild, raw: &RawBuild) -> Result<(), Error> {
    let differs = |what, expected: &str, found: &str| Error::NotAsSaid {
        build: build.name,
        what,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let (thread_safe, call, optimized) =
        (expected_threads(build), expected_sync(build), level(build));
    if raw.thread_safe != thread_safe {
        let (expected, found) = (thread_safe.to_string(), raw.thread_safe.to_string());
        return Err(differs("SQLITE_THREADSAFE", &expected, &found));
    }
    if raw.sync_call != call {
        return Err(differs("the sync call", sync_name(call), sync_name(raw.sync_call)));
    }
    if raw.optimized != optimized {
        let expected = format!("-O{} ({})", build.optimize, level_name(optimized));
        return Err(differs("optimisation", &expected, level_name(raw.optimized)));
    }
    Ok(())
}

fn expected_threads(build: &SqliteBuild) -> i32 {
    match build.thread_mode {
        ThreadMode::SingleThread => 0,
        ThreadMode::Serialized => 1,
        ThreadMode::MultiThread => 2,
    }
}

/// `DURABENCH_SYNC_CALL` of the C file.
fn expected_sync(build: &SqliteBuild) -> i32 {
    match build.sync_call {
        SyncCall::Fsync => 1,
        SyncCall::Fdatasync => 2,
    }
}

fn sync_name(call: i32) -> &'static str {
    match call {
        0 => "none (SQLITE_NO_SYNC)",
        1 => "fsync",
        2 => "fdatasync",
        3 => "F_FULLFSYNC",
        _ => "an unknown one",
    }
}

/// `DURABENCH_OPTIMIZED` of the C file: compilers tell no more of a level than this.
fn level(build: &SqliteBuild) -> i32 {
    match build.optimize {
        "0" => 0,
        "s" | "z" => 2,
        _ => 1,
    }
}

fn level_name(optimized: i32) -> &'static str {
    match optimized {
        0 => "no optimisation",
        1 => "optimised for speed",
        2 => "optimised for size",
        _ => "an unknown optimisation",
    }
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
            check(build, build.raw()).unwrap();
            let (name, version) = build.compiler().split_once(' ').unwrap();
            assert!(["gcc", "clang"].contains(&name), "{name}");
            assert!(version.starts_with(|first: char| first.is_ascii_digit()), "{version}");
        }
    }
}
