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
    let output = command_in(dir)
        .args(arguments)
        // A status that rewrote the index would get in the way of a git command running beside us.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(Stdio::null())
        .output()
        .ok()?;
    let answer = String::from_utf8(output.stdout).ok()?;
    output.status.success().then(|| answer.trim().to_owned())
}

/// The `git` command in a directory, without any of git's variables: inside a hook they name the hook's
/// repository, whatever the directory is.
#[must_use]
pub fn command_in(dir: &Path) -> Command {
    let mut command = Command::new("git");
    command.arg("-C").arg(dir);
    for (name, _) in std::env::vars_os() {
        if name.as_encoded_bytes().starts_with(b"GIT_") {
            command.env_remove(name);
        }
    }
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    fn git(dir: &Path, arguments: &[&str]) {
        let identity = ["-c", "user.name=tester", "-c", "user.email=tester@example.org"];
        let status = command_in(dir)
            .args(identity)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status();
        assert!(status.unwrap().success(), "git {arguments:?}");
    }

    fn commit_file(dir: &Path, text: &str) {
        git(dir, &["init"]);
        std::fs::write(dir.join("file"), text).unwrap();
        git(dir, &["add", "file"]);
        git(dir, &["commit", "-m", text, "--no-gpg-sign"]);
    }

    #[test]
    fn a_tree_is_clean_until_a_file_changes() {
        let dir = tempfile::tempdir().unwrap();
        git(dir.path(), &["init"]);
        assert_eq!(GitState::capture(dir.path()), None, "a repository without a commit");
        commit_file(dir.path(), "one");
        let clean = GitState::capture(dir.path()).unwrap();
        assert_eq!(clean.dirty, Some(false));
        assert_eq!(clean.revision.len(), 40);
        assert!(clean.revision.starts_with(&clean.revision_short));
        std::fs::write(dir.path().join("file"), "two").unwrap();
        let changed = GitState::capture(dir.path()).unwrap();
        assert_eq!(changed, GitState { dirty: Some(true), ..clean });
    }

    /// As a hook of git runs the tests: its variables name the developer's repository, which the test above
    /// must neither read nor write.
    #[test]
    fn a_hooks_repository_is_left_alone() {
        let developers = tempfile::tempdir().unwrap();
        commit_file(developers.path(), "the developer's");
        let before = GitState::capture(developers.path()).unwrap();
        let repository = developers.path().join(".git");
        let inner = Command::new(std::env::current_exe().unwrap())
            .args(["git::tests::a_tree_is_clean_until_a_file_changes", "--exact"])
            .env("GIT_DIR", &repository)
            .env("GIT_COMMON_DIR", &repository)
            .env("GIT_WORK_TREE", developers.path())
            .env("GIT_INDEX_FILE", repository.join("index"))
            .env("GIT_OBJECT_DIRECTORY", repository.join("objects"))
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&inner.stdout);
        assert!(inner.status.success() && said.contains("1 passed"), "{said}");
        assert_eq!(GitState::capture(developers.path()), Some(before));
    }

    #[test]
    fn no_repository_is_no_failure() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(GitState::capture(dir.path()), None);
        assert_eq!(GitState::capture(&dir.path().join("gone")), None);
    }
}
