//! A revision's files, in a worktree of git's that goes with its owner.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, bail};

use crate::saying::say;

/// The repository that holds the package.
pub(super) struct Repository {
    root: PathBuf,
    /// The package, from the root.
    package: PathBuf,
}

impl Repository {
    pub(super) fn around(package: &Path) -> anyhow::Result<Self> {
        let package = package
            .canonicalize()
            .with_context(|| format!("{}: the package cannot be looked at", package.display()))?;
        let root = git(&package, ["rev-parse", "--show-toplevel"]).with_context(|| {
            format!("{}: expected a repository of git's that holds it", package.display())
        })?;
        let root = PathBuf::from(root).canonicalize()?;
        let below = package.strip_prefix(&root).unwrap_or(Path::new("")).to_owned();
        Ok(Self { root, package: below })
    }

    /// The commit that a revision names.
    pub(super) fn commit(&self, revision: &str) -> anyhow::Result<String> {
        let peeled = format!("{revision}^{{commit}}");
        git(&self.root, ["rev-parse", "--verify", "--end-of-options", &peeled])
            .map_err(|_| anyhow::anyhow!("expected a revision that git knows, got {revision:?}"))
    }
}

/// A worktree, removed when it is dropped.
pub(super) struct Worktree<'repository> {
    repository: &'repository Repository,
    path: PathBuf,
    commit: String,
}

impl<'repository> Worktree<'repository> {
    /// The files of a commit at `path`, where at most a worktree lies that an earlier call could not remove.
    pub(super) fn add(
        repository: &'repository Repository,
        path: &Path,
        commit: &str,
    ) -> anyhow::Result<Self> {
        let parent = path.parent().unwrap_or(Path::new("."));
        std::fs::create_dir_all(parent).with_context(|| format!("making {}", parent.display()))?;
        if path.join(".git").is_file() {
            remove(repository, path)?;
        }
        let add = ["worktree", "add", "--force", "--detach", "--quiet"].map(OsStr::new);
        let arguments = add.into_iter().chain([path.as_os_str(), OsStr::new(commit)]);
        git(&repository.root, arguments)
            .with_context(|| format!("{}: making a worktree of {commit}", path.display()))?;
        Ok(Self { repository, path: path.to_owned(), commit: commit.to_owned() })
    }

    /// The package in it.
    pub(super) fn package(&self) -> PathBuf {
        self.path.join(&self.repository.package)
    }

    pub(super) fn commit(&self) -> &str {
        &self.commit
    }
}

impl Drop for Worktree<'_> {
    fn drop(&mut self) {
        if let Err(error) = remove(self.repository, &self.path) {
            say(format_args!("warning: {}: {error:#}; remove it with git", self.path.display()));
        }
    }
}

fn remove(repository: &Repository, path: &Path) -> anyhow::Result<()> {
    let remove = ["worktree", "remove", "--force"].map(OsStr::new);
    git(&repository.root, remove.into_iter().chain([path.as_os_str()])).map(drop)
}

/// What git answers in a directory. None of its variables counts: inside a hook they name the hook's repository.
fn git(
    directory: &Path,
    arguments: impl IntoIterator<Item = impl AsRef<OsStr>>,
) -> anyhow::Result<String> {
    let mut command = Command::new("git");
    command.arg("-C").arg(directory).args(arguments).stdin(Stdio::null());
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    let output = command.output().context("git could not be started")?;
    if !output.status.success() {
        bail!("git says: {}", String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}
