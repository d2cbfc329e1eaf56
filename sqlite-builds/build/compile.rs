//! Compiling the builds, several at a time.

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use anyhow::{Context, Result, ensure};

use crate::manifest::{BuildSpec, Optimize};
use crate::object_size;

/// A build that has been compiled and archived.
#[derive(Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) spec: &'a BuildSpec,
    /// The one symbol that its object exports.
    pub(crate) symbol: String,
    /// What followed `-O`.
    pub(crate) optimize: String,
    pub(crate) object_bytes: u64,
}

/// Compiles all `specs` from `source`, with as many compilers at once as cargo allows jobs.
pub(crate) fn all<'a>(
    specs: &'a [BuildSpec],
    source: &Path,
    amalgamation: &Path,
    output_directory: &Path,
) -> Result<Vec<Compiled<'a>>> {
    let jobs: usize = env::var("NUM_JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(1);
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Compiled<'a>>)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, specs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(spec) = specs.get(index) else { break };
                    let result = one(spec, source, amalgamation, output_directory)
                        .with_context(|| format!("cannot compile SQLite build `{}`", spec.name));
                    results.lock().expect("no compiling thread panics").push((index, result));
                }
            });
        }
    });
    let mut results = results.into_inner().expect("no compiling thread panics");
    results.sort_by_key(|(index, _)| *index);
    results.into_iter().map(|(_, result)| result).collect()
}

fn one<'a>(
    spec: &'a BuildSpec,
    source: &Path,
    amalgamation: &Path,
    output_directory: &Path,
) -> Result<Compiled<'a>> {
    let library = format!("durabench_sqlite_{}", spec.name.replace('-', "_"));
    let directory = output_directory.join(&spec.name);
    fs::create_dir_all(&directory)?;
    let profile_level = env::var("OPT_LEVEL").context("cargo sets OPT_LEVEL")?;

    let mut compiler = compiler(spec, &profile_level, &directory);
    compiler.file(source).include(amalgamation).define("DURABENCH_ENTRY", library.as_str());
    let objects = compiler.try_compile_intermediates()?;
    ensure!(objects.len() == 1, "one C file made {} objects", objects.len());
    archive(&objects[0], &library, &directory)?;
    Ok(Compiled {
        spec,
        optimize: override_level(spec, &profile_level)
            .map_or(profile_level, |level| level.to_string()),
        object_bytes: object_size::loaded_bytes(&objects[0])?,
        symbol: library,
    })
}

fn compiler(spec: &BuildSpec, profile_level: &str, directory: &Path) -> cc::Build {
    let mut compiler = cc::Build::new();
    // Warnings about SQLite's own source are SQLite's matter.
    compiler.warnings(false).extra_warnings(false).flag("-w").out_dir(directory);
    // RUSTFLAGS say how Rust is compiled; SQLite is compiled as builds.toml says.
    compiler.inherit_rustflags(false);
    for define in &spec.defines {
        compiler.define(&define.name, define.value.as_deref());
    }
    for flag in &spec.compiler_flags {
        compiler.flag(flag);
    }
    if let Some(level) = override_level(spec, profile_level) {
        compiler.opt_level(level);
    }
    // Nobody steps through SQLite. Without debug information a test's SQLite compiles in half the
    // time; flamegraphs need functions and lines, and without variables and types an optimised one
    // compiles in three quarters.
    compiler.debug(false);
    if profile_level != "0" {
        compiler.flag("-g1");
    }
    compiler
}

/// A build's own level, unless the profile asks for no optimisation at all: then tests would wait
/// for it.
fn override_level(spec: &BuildSpec, profile_level: &str) -> Option<u32> {
    if profile_level == "0" {
        return None;
    }
    spec.optimize.map(|level| match level {
        Optimize::O0 => 0,
        Optimize::O1 => 1,
        Optimize::O2 => 2,
        Optimize::O3 => 3,
    })
}

/// Makes the static library and tells cargo to link it.
fn archive(object: &PathBuf, library: &str, directory: &Path) -> Result<()> {
    cc::Build::new().object(object).out_dir(directory).try_compile(library)?;
    Ok(())
}
