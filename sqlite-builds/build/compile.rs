//! Compiling the builds, several at a time.

use std::path::Path;
use std::sync::Mutex;
use std::{env, fs, thread};

use anyhow::{Context as _, Result, anyhow, bail};

use crate::layouts::Pads;
use crate::manifest::{BuildSpec, name_of};
use crate::object::Object;

/// A build that has been compiled and archived.
#[derive(Debug)]
pub(crate) struct Compiled<'a> {
    pub(crate) spec: &'a BuildSpec,
    /// The one symbol that each of its objects exports: one for each layout.
    pub(crate) symbols: Vec<String>,
    /// What followed `-O`.
    pub(crate) optimize: &'a str,
    pub(crate) object_bytes: u64,
}

/// What all builds are compiled from, and where to.
pub(crate) struct Sources<'a> {
    /// The one C file.
    pub(crate) source: &'a Path,
    /// The directory of the amalgamation that it includes.
    pub(crate) amalgamation: &'a Path,
    pub(crate) output_directory: &'a Path,
    /// What follows `-O` in the cargo profile.
    pub(crate) profile_level: &'a str,
}

/// Compiles all `specs`, with as many compilers at once as cargo allows jobs.
pub(crate) fn all<'a>(specs: &'a [BuildSpec], sources: &Sources<'a>) -> Result<Vec<Compiled<'a>>> {
    let pads = Pads::assemble(sources.profile_level, sources.output_directory);
    let jobs: usize = env::var("NUM_JOBS").ok().and_then(|jobs| jobs.parse().ok()).unwrap_or(1);
    let mut results: Vec<Option<Result<Compiled<'a>>>> = specs.iter().map(|_| None).collect();
    let queue = Mutex::new(specs.iter().zip(&mut results));
    let next = || queue.lock().expect("no compiling thread panics").next();
    thread::scope(|scope| {
        for _ in 0..jobs.max(1) {
            scope.spawn(|| {
                while let Some((spec, result)) = next() {
                    let compiled = one(spec, sources, &pads);
                    let context = || format!("cannot compile SQLite build `{}`", spec.name);
                    *result = Some(compiled.with_context(context));
                }
            });
        }
    });
    results.into_iter().flatten().collect()
}

fn one<'a>(
    spec: &'a BuildSpec,
    sources: &Sources<'a>,
    pads: &Result<Pads>,
) -> Result<Compiled<'a>> {
    // A profile at level 0 wins: tests would wait for more.
    let is_optimised = sources.profile_level != "0";
    let own_level = spec.optimize.as_deref().filter(|_| is_optimised);
    let optimize = own_level.unwrap_or(sources.profile_level);
    let library = format!("durabench_sqlite_{}", spec.name.replace('-', "_"));
    let symbol = |layout: usize| format!("{library}_{layout:02}");
    let directory = sources.output_directory.join(&spec.name);
    fs::create_dir_all(&directory)?;

    let mut compiler = compiler(spec, &directory);
    compiler.opt_level_str(optimize);
    // Nobody steps through SQLite. Without debug information a test's SQLite compiles in half the
    // time; flamegraphs need functions and lines, and without variables and types an optimised one
    // compiles in three quarters.
    compiler.debug(false);
    if is_optimised {
        compiler.flag("-g1");
    }
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
        optimize,
        object_bytes: Object::read(object)?.loaded_bytes()?,
    })
}

fn compiler(spec: &BuildSpec, directory: &Path) -> cc::Build {
    let mut compiler = cc::Build::new();
    // Warnings about SQLite's own source are SQLite's matter.
    compiler.warnings(false).extra_warnings(false).flag("-w").out_dir(directory);
    // RUSTFLAGS say how Rust is compiled; SQLite is compiled as builds.toml says.
    compiler.inherit_rustflags(false);
    for define in &spec.defines {
        let value = define.split_once('=').map(|(_, value)| value);
        compiler.define(name_of(define), value);
    }
    for flag in &spec.compiler_flags {
        compiler.flag(flag);
    }
    // The code of a build is one section, which is shifted as a whole. The linker could not drop much of it anyway: the
    // table of functions holds nearly all.
    compiler.flag("-fno-function-sections").flag("-fno-data-sections");
    compiler
}
