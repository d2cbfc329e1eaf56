//! Which revision was measured, told by the `git` command.

use std::path::Path;
use std::process::{Command, Stdio};

use serde::{Deserialize, Serialize};

/// The revision of a working tree.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GitState {
    /// The full commit id.
    pub revision: String,
    /// The commit id as short as git makes it.
    pub revision_short: String,
    /// Whether the tree differs from the revision, files that git neither tracks nor ignores
    /// included; null when git did not tell.
    pub dirty: Option<bool>,
}

impl GitState {
    /// The state of the working tree that holds `dir`; `None` without git, a repository or a
    /// commit.
    #[must_use]
    pub fn capture(dir: &Path) -> Option<Self> {
        Some(Self {
            revision: ask(dir, &["rev-parse", "HEAD"])?,
            revision_short: ask(dir, &["rev-parse", "--short", "HEAD"])?,
            dirty: ask(dir, &["status", "--porcelain"]).map(|changes| !changes.is_empty()),
        })
    }
}

fn ask(dir: &Path, arguments: &[&str]) -> Option<String> {
    let output = Command::new("git")
        .arg("-C")
        .arg(dir)
        .args(arguments)
        // A status that rewrote the index would get in the way of a git command running beside us.
        .env("GIT_OPTIONAL_LOCKS", "0")
        // Inside a git hook these name the hook's repository, whatever the directory is.
        .env_remove("GIT_DIR")
        .env_remove("GIT_WORK_TREE")
        .env_remove("GIT_INDEX_FILE")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| answer.trim().to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(dir: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"];
        let status = Command::new("git")
            .arg("-C")
            .arg(dir)
            .args(identity)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }

    #[test]
    fn a_tree_is_clean_until_a_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init"]);
        assert_eq!(GitState::capture(dir.path()), None, "a repository without a commit");
        std::fs::write(dir.path().join("file"), "one").unwrap();
        git(dir.path(), &["add", "file"]);
        git(dir.path(), &["commit", "-m", "one", "--no-gpg-sign"]);
        let clean = GitState::capture(dir.path()).unwrap();
        assert_eq!(clean.dirty, Some(false));
        assert_eq!(clean.revision.len(), 40);
        assert!(clean.revision.starts_with(&clean.revision_short));
        std::fs::write(dir.path().join("file"), "two").unwrap();
        let changed = GitState::capture(dir.path()).unwrap();
        assert_eq!(changed, GitState { dirty: Some(true), ..clean });
    }

    #[test]
    fn no_repository_is_no_failure() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(GitState::capture(dir.path()), None);
        assert_eq!(GitState::capture(&dir.path().join("gone")), None);
    }
}
