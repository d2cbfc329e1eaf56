//! Compiling the builds, several at a time.

use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{env, fs, thread};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::layouts::Pads;
use crate::manifest::{BuildSpec, Optimize};
use crate::object::Object;

/// A build that has been compiled and archived.
#[derive(Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) spec: &'a BuildSpec,
    /// The one symbol that each of its objects exports: one for each layout.
    pub(crate) symbols: Vec<String>,
    /// What followed `-O`.
    pub(crate) optimize: String,
    pub(crate) object_bytes: u64,
}

/// What all builds are compiled from, and where to.
pub(crate) struct Sources<'a> {
    /// The one C file.
    pub(crate) source: &'a Path,
    /// The directory of the amalgamation that it includes.
    pub(crate) amalgamation: &'a Path,
    pub(crate) output_directory: &'a Path,
}

/// Compiles all `specs`, with as many compilers at once as cargo allows jobs.
pub(crate) fn all<'a>(specs: &'a [BuildSpec], sources: &Sources<'_>) -> Result<Vec<Compiled<'a>>> {
    let profile_level = env::var("OPT_LEVEL").context("cargo sets OPT_LEVEL")?;
    let pads = Pads::assemble(&profile_level, sources.output_directory);
    let jobs: usize = env::var("NUM_JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(1);
    let next = AtomicUsize::new(0);
    let results: Mutex<Vec<(usize, Result<Compiled<'a>>)>> = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..jobs.clamp(1, specs.len().max(1)) {
            scope.spawn(|| {
                loop {
                    let index = next.fetch_add(1, Ordering::Relaxed);
                    let Some(spec) = specs.get(index) else { break };
                    let result = one(spec, sources, &profile_level, &pads)
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
    sources: &Sources<'_>,
    profile_level: &str,
    pads: &Result<Pads>,
) -> Result<Compiled<'a>> {
    let library = format!("durabench_sqlite_{}", spec.name.replace('-', "_"));
    let symbol = |layout: usize| format!("{library}_{layout:02}");
    let directory = sources.output_directory.join(&spec.name);
    fs::create_dir_all(&directory)?;

    let mut compiler = compiler(spec, profile_level, &directory);
    compiler.file(sources.source).include(sources.amalgamation);
    compiler.define("DURABENCH_ENTRY", symbol(0).as_str());
    let objects = compiler.try_compile_intermediates()?;
    let [object] = &objects[..] else { bail!("one C file made {} objects", objects.len()) };
    let linked = match pads {
        Ok(pads) => pads.link(object, symbol, &directory),
        Err(error) => Err(anyhow!("{error:#}")),
    };
    let layouts = linked.unwrap_or_else(|error| {
        let name = &spec.name;
        println!("cargo::warning=the code of SQLite build `{name}` has one layout only: {error:#}");
        vec![object.clone()]
    });
    cc::Build::new().objects(&layouts).out_dir(&directory).try_compile(&library)?;
    Ok(Compiled {
        spec,
        symbols: (0..layouts.len()).map(symbol).collect(),
        optimize: override_level(spec, profile_level)
            .map_or_else(|| profile_level.to_owned(), |level| level.to_string()),
        object_bytes: Object::read(object)?.loaded_bytes()?,
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
    // The code of a build is one section, which is shifted as a whole. The linker could not drop much of it anyway: the
    // table of functions holds nearly all.
    compiler.flag("-fno-function-sections").flag("-fno-data-sections");
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
