//! Where cargo keeps the SQLite amalgamation that libsqlite3-sys ships.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;

const PACKAGE: &str = "libsqlite3-sys";

/// The directory with `sqlite3.c` and the pre-generated bindings, found without the network.
pub(crate) fn find(crate_directory: &Path, output_directory: &Path) -> Result<PathBuf> {
    let metadata = metadata(crate_directory, output_directory)?;
    let packages = metadata["packages"].as_array().context("expected packages, got none")?;
    let named: Vec<&Value> = packages.iter().filter(|package| package["name"] == PACKAGE).collect();
    let [package] = named[..] else {
        bail!(
            "cargo metadata lists {} packages named {PACKAGE}, expected exactly one",
            named.len()
        );
    };
    let manifest = package["manifest_path"].as_str().map(Path::new);
    let root = manifest.and_then(Path::parent).context("a manifest lies in a directory")?;
    let directory = root.join("sqlite3");
    ensure!(
        directory.join("sqlite3.c").is_file(),
        "{} holds no sqlite3.c; {PACKAGE} {} ships it elsewhere",
        directory.display(),
        package["version"]
    );
    Ok(directory)
}

/// What cargo knows of a package that depends on nothing but libsqlite3-sys, under the workspace's lock file. So it is
/// enough that this crate's dependencies have been fetched (`cargo build -p sqlite-builds` in a clean clone).
fn metadata(crate_directory: &Path, output_directory: &Path) -> Result<Value> {
    let probe = output_directory.join("probe");
    fs::create_dir_all(probe.join("src"))?;
    fs::write(probe.join("src/lib.rs"), "")?;
    let lock_file = crate_directory
        .ancestors()
        .map(|directory| directory.join("Cargo.lock"))
        .find(|path| path.is_file())
        .context("no Cargo.lock above the crate; run this through cargo")?;
    fs::copy(lock_file, probe.join("Cargo.lock"))?;
    let manifest = format!(
        "[package]\nname = \"probe\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n\
         [dependencies.{PACKAGE}]\nversion = \"*\"\n"
    );
    fs::write(probe.join("Cargo.toml"), manifest)?;
    // The working directory stays in the workspace, whose cargo configuration may replace the
    // registry.
    let target = env::var("TARGET").context("cargo sets TARGET for build scripts")?;
    let output = Command::new(env::var_os("CARGO").context("cargo sets CARGO")?)
        .args(["metadata", "--format-version", "1", "--offline"])
        .args(["--filter-platform", &target, "--manifest-path"])
        .arg(probe.join("Cargo.toml"))
        .current_dir(crate_directory)
        .output()
        .context("cannot start cargo metadata")?;
    let answer = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "cargo metadata of a probe package failed: {answer}");
    serde_json::from_slice(&output.stdout).context("cannot understand cargo metadata")
}
