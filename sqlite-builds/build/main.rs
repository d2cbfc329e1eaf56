//! Compiles every named SQLite build from the amalgamation that libsqlite3-sys ships, and generates
//! the table of them.
//!
//! `DURABENCH_BUILDS` says which ([`chosen`]).

mod amalgamation;
mod chosen;
mod compile;
mod environment;
mod generate;
mod layouts;
mod manifest;
mod object;
mod refused;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

use anyhow::{Context, Result, ensure};

use crate::compile::Sources;
use crate::manifest::{BuildSpec, Manifest, ManifestFile};

const MANIFEST: &str = "builds.toml";
/// A directory of its own: cargo runs a build script again and again while a watched *file* does
/// not exist, but a watched directory may gain the file later.
const LOCAL_DIRECTORY: &str = "local";
const LOCAL_MANIFEST: &str = "local/builds.local.toml";
const SOURCE: &str = "build/sqlite_build.c";

fn main() -> ExitCode {
    match pass_over_environment().and_then(|()| run()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Cargo shows this line by itself, without the script's whole output around it.
            println!("cargo::error={error:#}");
            ExitCode::FAILURE
        }
    }
}

#[expect(unsafe_code, reason = "the crate cc reads flags from the process's own environment")]
fn pass_over_environment() -> Result<()> {
    let target = variable("TARGET")?;
    // SAFETY: this is the first thing that the program does; no other thread runs yet.
    unsafe { environment::pass_over_flags(&target) }
}

fn run() -> Result<()> {
    let target_os = variable("CARGO_CFG_TARGET_OS")?;
    ensure!(
        target_os == "linux",
        "sqlite-builds counts the system calls of Linux; found the target system {target_os}, \
         build for linux"
    );
    let crate_directory = PathBuf::from(variable("CARGO_MANIFEST_DIR")?);
    let output_directory = PathBuf::from(variable("OUT_DIR")?);
    println!("cargo:rerun-if-env-changed={}", chosen::VARIABLE);
    for path in [MANIFEST, LOCAL_DIRECTORY, SOURCE] {
        println!("cargo:rerun-if-changed={}", crate_directory.join(path).display());
    }

    let Manifest { builds, flags } = read_manifest(&crate_directory)?;
    let chosen = env::var_os(chosen::VARIABLE).unwrap_or_default();
    let is_chosen = chosen::predicate(&chosen.to_string_lossy(), &builds)?;
    let (chosen, left_out): (Vec<BuildSpec>, Vec<BuildSpec>) =
        builds.into_iter().partition(is_chosen);

    let amalgamation = amalgamation::find(&crate_directory, &output_directory)?;
    println!("cargo:rerun-if-changed={}", amalgamation.join("sqlite3.c").display());
    // For the test that compares the build `bundled` with libsqlite3-sys' own flags.
    println!("cargo:rustc-env=DURABENCH_AMALGAMATION={}", amalgamation.display());
    let bindings_path = amalgamation.join("bindgen_bundled_version_ext.rs");
    let api_entries = generate::api_entries(&read(&bindings_path)?)
        .with_context(|| format!("cannot understand {}", bindings_path.display()))?;

    let source = crate_directory.join(SOURCE);
    let sources = Sources {
        source: &source,
        amalgamation: &amalgamation,
        output_directory: &output_directory,
        profile_level: &variable("OPT_LEVEL")?,
    };
    let compiled = compile::all(&chosen, &sources)?;
    let builds = generate::builds(&compiled, &left_out, &flags);
    for (name, text) in [("builds.rs", builds), ("api_entries.rs", api_entries)] {
        let path = output_directory.join(name);
        fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))?;
    }
    Ok(())
}

fn read_manifest(crate_directory: &Path) -> Result<Manifest> {
    let shipped = read(&crate_directory.join(MANIFEST))?;
    let local_path = crate_directory.join(LOCAL_MANIFEST);
    let local = if local_path.exists() { read(&local_path)? } else { String::new() };
    manifest::parse(&[
        ManifestFile { name: MANIFEST, text: &shipped },
        ManifestFile { name: LOCAL_MANIFEST, text: &local },
    ])
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// A variable that cargo sets.
fn variable(name: &str) -> Result<String> {
    env::var(name)
        .with_context(|| format!("cargo sets {name} for build scripts; run this through cargo"))
}
