//! The directory of a run: found by its key, or made.

use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::latest::{RUNS, point_latest_to};
use super::{RunError, RunIdentity, RunKey, files};
use crate::atomic_file::{self, DIRECTORY_MODE};
use crate::cargo;
use crate::record::{QuestionRecord, RunRecord};

/// The file that tells which run a directory belongs to.
const IDENTITY_FILE: &str = "run.json";

/// The directory of one run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RunDirectory {
    path: PathBuf,
}

/// Where the runs lie under cargo's target directory.
#[must_use]
pub fn runs_directory(target_dir: &Path) -> PathBuf {
    target_dir.join("durabench").join(RUNS)
}

impl RunDirectory {
    /// The directory of the run that this process belongs to. The first process of a run makes it, and
    /// the others find it by the run's key. The link `latest` stays where it is until there is a record.
    ///
    /// # Errors
    /// [`RunError`] when a file cannot be written.
    pub fn of_this_run(target_dir: &Path) -> Result<Self, RunError> {
        // The working directory may lie in another repository.
        let package = std::env::var_os(cargo::PACKAGE_VARIABLE).map(PathBuf::from);
        let working_tree = package.as_deref().unwrap_or(target_dir);
        let run = Self::of_run(target_dir, &RunIdentity::of_this_run(working_tree))?;
        if let Some(identity) = read_identity(&run.path) {
            identity.count_moments_from_its_start();
        }
        Ok(run)
    }

    /// A directory of one's own choice, which need not be there: for records that are kept with a project. No link points to
    /// it, and it may hold what several processes measured.
    ///
    /// # Errors
    /// [`RunError`] when it cannot be made.
    pub fn kept_in(directory: &Path) -> Result<Self, RunError> {
        std::fs::create_dir_all(directory)
            .map_err(RunError::file(directory, "making the directory of kept records"))?;
        Ok(Self { path: directory.to_owned() })
    }

    pub(super) fn of_run(target_dir: &Path, identity: &RunIdentity) -> Result<Self, RunError> {
        let runs = runs_directory(target_dir);
        std::fs::create_dir_all(&runs)
            .map_err(RunError::file(&runs, "making the directory of all runs"))?;
        let name = match find_run(&runs, &identity.key)? {
            Some(name) => name,
            None => make_run(&runs, identity)?,
        };
        Ok(Self { path: runs.join(name) })
    }

    /// The path of the directory.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Writes a record to `<question>/<case id, '/' as '.'>.json` and returns the path. An existing
    /// record is never overwritten: a further one of the same case gets `.2`, `.3` and so on before
    /// `.json`. The file appears whole or not at all to everyone who reads meanwhile. From then on the
    /// link `latest` points to this run.
    ///
    /// # Errors
    /// [`RunError`] when a name is unfit for a file, or the file cannot be written.
    pub fn write_record(&self, record: &RunRecord) -> Result<PathBuf, RunError> {
        let file = files::write_record(&self.path, record)?;
        point_latest_to(&self.path);
        Ok(file)
    }

    /// Every record of the run, ordered by question and file name.
    ///
    /// # Errors
    /// [`RunError`] naming the first file that is not a record of this schema.
    pub fn records(&self) -> Result<Vec<RunRecord>, RunError> {
        files::read_run(&self.path)
    }

    /// Writes a question to `<question>/question.json` and returns the path, in the place of what
    /// an earlier process of this run wrote there.
    ///
    /// # Errors
    /// [`RunError`] when the name is unfit for a directory, or the file cannot be written.
    pub fn write_question(&self, question: &QuestionRecord) -> Result<PathBuf, RunError> {
        files::write_question(&self.path, question)
    }

    /// Every question of the run, ordered by name.
    ///
    /// # Errors
    /// [`RunError`] naming the first file that is not a question of this schema.
    pub fn questions(&self) -> Result<Vec<QuestionRecord>, RunError> {
        files::read_questions(&self.path)
    }
}

/// The name of the run with this key. The name that it would get now may be another one: the clock
/// was set, a commit was made.
fn find_run(runs: &Path, key: &RunKey) -> Result<Option<String>, RunError> {
    let entries = std::fs::read_dir(runs).map_err(RunError::file(runs, "listing the runs"))?;
    for entry in entries {
        let entry = entry.map_err(RunError::file(runs, "listing the runs"))?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let known = read_identity(&entry.path()).map(|identity| identity.key);
        if !name.starts_with('.') && known.as_ref() == Some(key) {
            return Ok(Some(name));
        }
    }
    Ok(None)
}

/// A directory without a readable `run.json` belongs to no run that this program knows.
fn read_identity(run: &Path) -> Option<RunIdentity> {
    let file = run.join(IDENTITY_FILE);
    // A pipe of that name would keep every session waiting for ever.
    if !file.is_file() {
        return None;
    }
    let text = std::fs::read_to_string(file).ok()?;
    serde_json::from_str(&text).ok()
}

/// Makes the run's directory under the first free name, with its `run.json` inside from the first
/// moment on.
fn make_run(runs: &Path, identity: &RunIdentity) -> Result<String, RunError> {
    let unfinished = atomic_file::builder(DIRECTORY_MODE)
        .tempdir_in(runs)
        .map_err(RunError::file(runs, "making a run's directory in it"))?;
    let identity_file = unfinished.path().join(IDENTITY_FILE);
    let text = serde_json::to_string_pretty(identity)
        .map_err(RunError::json(&identity_file, "run's identity"))?;
    std::fs::write(&identity_file, text + "\n")
        .map_err(RunError::file(&identity_file, "writing a run's identity"))?;
    name_run(runs, unfinished, identity)
}

fn name_run(runs: &Path, unfinished: TempDir, identity: &RunIdentity) -> Result<String, RunError> {
    let base = identity.directory_name();
    let mut name = base.clone();
    let mut number = 1;
    loop {
        // A directory is renamed onto another only if that one is empty, and a run's never is.
        match std::fs::rename(unfinished.path(), runs.join(&name)) {
            Ok(()) => {
                // It has another name now, and is not to be removed.
                drop(unfinished.keep());
                return Ok(name);
            }
            Err(error) if is_taken(&error) => {}
            Err(error) => {
                return Err(RunError::file(&runs.join(&name), "making a run's directory")(error));
            }
        }
        if let Some(found) = find_run(runs, &identity.key)? {
            // Another process of this run was faster.
            return Ok(found);
        }
        number += 1;
        name = format!("{base}-{number}");
    }
}

fn is_taken(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::DirectoryNotEmpty | io::ErrorKind::AlreadyExists)
}
