//! Where cases write: a directory that is checked before, and gone after.

mod exclusion;
mod held_directory;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use measure::environment::{free_bytes, is_tmpfs, sync_warnings};
use tempfile::TempDir;

pub use exclusion::{DiskClaim, SHARED_VARIABLE, allow_shared};

use crate::error::RunnerError;
use held_directory::{HeldDirectory, remove_abandoned};

/// Names the environment variable that moves the scratch directory.
pub const DIRECTORY_VARIABLE: &str = "DURABENCH_DIR";

/// Where Linux keeps a tmpfs for everybody.
const SHARED_MEMORY: &str = "/dev/shm";

/// What a session needs free before it starts.
const FREE_BYTES_MIN: u64 = 2 << 30;

/// The root under which one process's cases write. Removed when dropped.
#[derive(Debug)]
pub struct ScratchRoot {
    directory: HeldDirectory,
    parent: PathBuf,
    warnings: Vec<String>,
    /// Of a session that measures.
    claim: Option<Arc<DiskClaim>>,
}

impl ScratchRoot {
    /// Makes the root where `DURABENCH_DIR` says, else below `target_directory`.
    ///
    /// # Errors
    /// [`RunnerError::Scratch`] for a place that cannot be used, or that would flatter.
    pub fn create(target_directory: &Path) -> Result<Self, RunnerError> {
        match std::env::var_os(DIRECTORY_VARIABLE) {
            Some(chosen) => Self::create_below(&PathBuf::from(chosen), Choice::Explicit),
            None => {
                let parent = target_directory.join("durabench").join("scratch");
                fs::create_dir_all(&parent).map_err(RunnerError::io("creating", &parent))?;
                Self::create_below(&parent, Choice::Default)
            }
        }
    }

    /// Makes a root in shared memory, for questions about processor time.
    pub fn create_in_memory() -> Result<Self, RunnerError> {
        let parent = Path::new(SHARED_MEMORY);
        if !parent.is_dir() || !is_tmpfs(parent).unwrap_or(false) {
            return Err(RunnerError::Scratch {
                path: parent.to_path_buf(),
                what: "expected a tmpfs, got none".into(),
                advice: "mount one there to measure processor time without the disk",
            });
        }
        Self::create_below(parent, Choice::Explicit)
    }

    /// Makes the root below an existing directory.
    pub fn create_below(parent: &Path, choice: Choice) -> Result<Self, RunnerError> {
        let refuse = |what: String, advice| RunnerError::Scratch {
            path: parent.to_path_buf(),
            what,
            advice,
        };
        if !parent.is_dir() {
            return Err(refuse(
                "expected a directory, got none".into(),
                "create it, or point DURABENCH_DIR elsewhere",
            ));
        }
        remove_abandoned(parent);
        let directory = HeldDirectory::create_below(parent).map_err(|error| {
            refuse(
                format!("cannot be written: {error}"),
                "make it writable, or point DURABENCH_DIR elsewhere",
            )
        })?;
        let mut warnings = Vec::new();
        let looked_at = |error| {
            refuse(format!("cannot be looked at: {error}"), "point DURABENCH_DIR elsewhere")
        };
        if is_tmpfs(directory.path()).map_err(looked_at)? {
            if choice == Choice::Default {
                return Err(refuse(
                    "is on tmpfs, where a sync costs nothing".into(),
                    "point DURABENCH_DIR at a disk, or at this directory if that is what you want",
                ));
            }
            warnings.push(
                "the scratch directory is on tmpfs: syncs cost nothing here, so this run says \
                 nothing about durability's price"
                    .to_string(),
            );
        }
        let free_bytes = free_bytes(directory.path()).map_err(looked_at)?;
        if free_bytes < FREE_BYTES_MIN {
            return Err(refuse(
                format!("expected {FREE_BYTES_MIN} bytes free, got {free_bytes}"),
                "free some space, or point DURABENCH_DIR elsewhere",
            ));
        }
        warnings.extend(sync_warnings(directory.path()));
        Ok(Self { directory, parent: parent.to_path_buf(), warnings, claim: None })
    }

    /// Claims the disk for a session that measures; from here on no other one begins there. One that only tries
    /// what it does, as `--test`, needs no claim.
    ///
    /// # Errors
    /// [`RunnerError::Scratch`] where another session measures, unless `DURABENCH_ALLOW_SHARED` permits that.
    pub fn claim_disk(&mut self) -> Result<(), RunnerError> {
        let claim = DiskClaim::of(&self.parent)?;
        self.warnings.extend(claim.warning().map(str::to_owned));
        self.claim = Some(Arc::new(claim));
        Ok(())
    }

    /// A further root of the same session, beside this one and under its claim.
    ///
    /// # Errors
    /// [`RunnerError::Scratch`] if it cannot be made.
    pub fn beside(&self) -> Result<Self, RunnerError> {
        let beside = Self::create_below(&self.parent, Choice::Explicit)?;
        Ok(Self { warnings: self.warnings.clone(), claim: self.claim.clone(), ..beside })
    }

    /// The root itself.
    pub fn path(&self) -> &Path {
        self.directory.path()
    }

    /// What the reader should know about the place.
    pub fn warnings(&self) -> &[String] {
        &self.warnings
    }

    /// What the reader of a session that has ended should know: also whether another one came beside it.
    pub fn warnings_at_end(&self) -> Vec<String> {
        let mut warnings = self.warnings.clone();
        if self.claim.as_ref().is_some_and(|claim| claim.was_shared()) {
            warnings.push(
                "another session began to measure on this disk before this one ended, as it was permitted to: each \
                 slowed the other"
                    .to_owned(),
            );
        }
        warnings
    }

    /// A fresh directory for one case. Removed when dropped.
    ///
    /// # Errors
    /// [`WriteError::Io`](write_path::WriteError::Io) if it cannot be made.
    pub fn case_directory(&self) -> Result<TempDir, RunnerError> {
        let doing = "creating a scratch directory in";
        TempDir::new_in(self.path()).map_err(RunnerError::io(doing, self.path()))
    }
}

/// Whether the user named the scratch directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// Nobody did: it must not be a place that flatters.
    Default,
    /// The user did, and gets what was asked for, with a warning.
    Explicit,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error_text(result: Result<ScratchRoot, RunnerError>) -> String {
        result.expect_err("must be refused").to_string()
    }

    #[test]
    fn a_missing_directory_is_refused_by_name() {
        let text = error_text(ScratchRoot::create_below(
            Path::new("/nonexistent/durabench"),
            Choice::Explicit,
        ));
        assert!(text.contains("/nonexistent/durabench"), "{text}");
        assert!(text.contains("expected a directory, got none"), "{text}");
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_refused() {
        // Even root cannot create files in /proc.
        let text = error_text(ScratchRoot::create_below(Path::new("/proc"), Choice::Explicit));
        assert!(text.contains("cannot be written"), "{text}");
    }

    #[test]
    fn tmpfs_is_refused_unless_asked_for() {
        let shared_memory = Path::new("/dev/shm");
        if !shared_memory.is_dir() || !is_tmpfs(shared_memory).expect("a directory") {
            return;
        }
        let Ok(place) = TempDir::new_in(shared_memory) else { return };
        let text = error_text(ScratchRoot::create_below(place.path(), Choice::Default));
        assert!(text.contains("tmpfs"), "{text}");
        let chosen = ScratchRoot::create_below(place.path(), Choice::Explicit);
        assert_eq!(chosen.expect("asked for").warnings().len(), 1);
    }

    #[test]
    fn scratch_is_gone_after_use() {
        let place = TempDir::new().expect("temporary directory");
        let root = ScratchRoot::create_below(place.path(), Choice::Explicit).expect("usable");
        let case = root.case_directory().expect("usable");
        fs::write(case.path().join("file"), b"x").expect("write");
        drop(case);
        drop(root);
        assert_eq!(fs::read_dir(place.path()).expect("readable").count(), 0);
    }
}
