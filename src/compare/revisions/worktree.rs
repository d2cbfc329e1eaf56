//! A revision's files, in a worktree of git's that goes with its owner.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use anyhow::{Context as _, bail};
use measure::git::command_in;

use crate::session::say;

/// Where a package lies below the root of the repository that holds it.
pub(super) fn below_root(package: &Path) -> anyhow::Result<PathBuf> {
    let below = git(package, ["rev-parse", "--show-prefix"]).with_context(|| {
        format!("{}: expected a repository of git's that holds it", package.display())
    })?;
    Ok(PathBuf::from(below))
}

/// The commit that a revision names.
pub(super) fn commit(package: &Path, revision: &str) -> anyhow::Result<String> {
    let peeled = format!("{revision}^{{commit}}");
    git(package, ["rev-parse", "--verify", "--end-of-options", &peeled])
        .map_err(|_| anyhow::anyhow!("expected a revision that git knows, got {revision:?}"))
}

/// A worktree, removed when it is dropped.
pub(super) struct Worktree {
    /// What the side is called.
    pub(super) name: &'static str,
    pub(super) commit: String,
    /// The package in it.
    pub(super) package: PathBuf,
    path: PathBuf,
    /// The directory in which git is asked.
    repository: PathBuf,
}

impl Worktree {
    /// The files of a commit below `place`, where at most a worktree lies that an earlier call could not remove.
    pub(super) fn add(
        package: &Path,
        place: &Path,
        name: &'static str,
        commit: String,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(place).with_context(|| format!("making {}", place.display()))?;
        let path = place.join(name);
        if path.join(".git").is_file() {
            remove(package, &path)?;
        }
        let add = ["worktree", "add", "--force", "--detach", "--quiet"].map(OsStr::new);
        git(package, add.into_iter().chain([path.as_os_str(), OsStr::new(&commit)]))
            .with_context(|| format!("{}: making a worktree of {commit}", path.display()))?;
        let (repository, package) = (package.to_owned(), path.join(below_root(package)?));
        Ok(Self { name, commit, package, path, repository })
    }
}

impl Drop for Worktree {
    fn drop(&mut self) {
        if let Err(error) = remove(&self.repository, &self.path) {
            say(format_args!("warning: {}: {error:#}; remove it with git", self.path.display()));
        }
    }
}

fn remove(repository: &Path, path: &Path) -> anyhow::Result<()> {
    let remove = ["worktree", "remove", "--force"].map(OsStr::new);
    git(repository, remove.into_iter().chain([path.as_os_str()])).map(drop)
}

/// What git answers in a directory.
fn git(
    directory: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> anyhow::Result<String> {
    let mut command = command_in(directory);
    let output = command.args(arguments).stdin(Stdio::null()).output();
    let output = output.context("git could not be started")?;
    if !output.status.success() {
        bail!("git says: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
