//! Where cargo keeps the SQLite amalgamation that libsqlite3-sys ships.

use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use cargo_metadata::{Metadata, MetadataCommand};

const PACKAGE: &str = "libsqlite3-sys";

/// The directory with `sqlite3.c` and the pre-generated bindings, found without the network.
pub(crate) fn find(crate_directory: &Path) -> Result<PathBuf> {
    let metadata = workspace_metadata(crate_directory)
        .or_else(|workspace_error| probe_metadata(crate_directory).context(workspace_error))?;
    let packages: Vec<_> =
        metadata.packages.iter().filter(|package| package.name.as_str() == PACKAGE).collect();
    let [package] = packages[..] else {
        bail!(
            "cargo metadata lists {} packages named {PACKAGE}, expected exactly one",
            packages.len()
        );
    };
    let root = package.manifest_path.parent().context("a manifest lies in a directory")?;
    let directory = root.join("sqlite3").into_std_path_buf();
    if !directory.join("sqlite3.c").is_file() {
        bail!(
            "{} holds no sqlite3.c; {PACKAGE} {} ships it elsewhere",
            directory.display(),
            package.version
        );
    }
    Ok(directory)
}

/// Works wherever the whole workspace has been fetched for this target.
fn workspace_metadata(crate_directory: &Path) -> Result<Metadata> {
    let target = env::var("TARGET").context("cargo sets TARGET for build scripts")?;
    let options = ["--frozen", "--filter-platform", &target].map(str::to_owned);
    MetadataCommand::new()
        .manifest_path(crate_directory.join("Cargo.toml"))
        .other_options(options)
        .exec()
        .context("cargo metadata of the workspace failed")
}

/// Works also after a fetch of this crate's dependencies only (`cargo build -p sqlite-builds` in a
/// clean clone): asks about a package that depends on nothing but libsqlite3-sys, under the
/// workspace's lock file.
fn probe_metadata(crate_directory: &Path) -> Result<Metadata> {
    let probe = PathBuf::from(env::var("OUT_DIR").context("cargo sets OUT_DIR")?).join("probe");
    fs::create_dir_all(probe.join("src"))?;
    fs::write(probe.join("src/lib.rs"), "")?;
    fs::copy(lock_file(crate_directory)?, probe.join("Cargo.lock"))?;
    let manifest = format!(
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies.{PACKAGE}]\nversion = \"*\"\n"
    );
    fs::write(probe.join("Cargo.toml"), manifest)?;
    let target = env::var("TARGET").context("cargo sets TARGET for build scripts")?;
    // The working directory stays in the workspace, whose cargo configuration may replace the
    // registry.
    MetadataCommand::new()
        .manifest_path(probe.join("Cargo.toml"))
        .current_dir(crate_directory)
        .other_options(["--offline", "--filter-platform", &target].map(str::to_owned))
        .exec()
        .context("cargo metadata of a probe package failed")
}

fn lock_file(crate_directory: &Path) -> Result<PathBuf> {
    crate_directory
        .ancestors()
        .map(|directory| directory.join("Cargo.lock"))
        .find(|path| path.is_file())
        .context("no Cargo.lock above the crate; run this through cargo")
}
