//! What can go wrong with the files of a run.

use std::io;
use std::path::{Path, PathBuf};

/// A run's directory or one of its records could not be written or read.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    /// A file or directory could not be worked with.
    #[error("{}: {action} failed: {source}", path.display())]
    File {
        /// What was worked with.
        path: PathBuf,
        /// What was tried.
        action: &'static str,
        /// What the system answered.
        source: io::Error,
    },
    /// A file is not the JSON it should be.
    #[error("{}: not a {expected}: {source}", path.display())]
    Json {
        /// The file.
        path: PathBuf,
        /// What the file should hold.
        expected: &'static str,
        /// What was found.
        source: serde_json::Error,
    },
    /// A record was written by another version of the schema.
    #[error(
        "{}: the record has schema version {found}, this program reads {expected}; \
         read it with the program that wrote it", path.display()
    )]
    SchemaVersion {
        /// The file.
        path: PathBuf,
        /// The version that this program reads.
        expected: u32,
        /// The version that was found.
        found: u32,
    },
    /// A question or a case has a name that no file can have.
    #[error(
        "`{name}` cannot name {what} in a run: a name has at most {bytes_max} bytes, which are letters, \
         digits and the characters `{extra}`, does not begin with a dot or a slash, and is not \
         `question` for a case"
    )]
    Name {
        /// The beginning of the name.
        name: String,
        /// What it should name.
        what: &'static str,
        /// The characters allowed beside letters and digits.
        extra: &'static str,
        /// The most bytes that it may have.
        bytes_max: usize,
    },
    /// A label or a value is none that could be shown.
    #[error(
        "`{text}` cannot be {what}: expected at most {bytes_max} bytes without control characters, got \
         others"
    )]
    Text {
        /// The beginning of the text.
        text: String,
        /// What it should be.
        what: &'static str,
        /// The most bytes that it may have.
        bytes_max: usize,
    },
    /// A file holds a record with a bad name.
    #[error("{}: {source}; no program of this project writes such a record", path.display())]
    InFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Box<Self>,
    },
    /// A record's name belongs to something that cannot be read as one: a pipe, a directory.
    #[error("{}: expected a file, got something else; remove it or move it away", path.display())]
    NoFile {
        /// What lies there.
        path: PathBuf,
    },
}

impl RunError {
    /// For `map_err`: names the file and what was tried with it.
    pub(super) fn file(path: &Path, action: &'static str) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::File { path, action, source }
    }

    /// For `map_err`: names the file that an error was found in.
    pub(super) fn in_file(path: &Path) -> impl FnOnce(Self) -> Self {
        let path = path.to_owned();
        move |source| Self::InFile { path, source: Box::new(source) }
    }

    /// For `map_err`: names the file and what it should hold.
    pub(super) fn json(
        path: &Path,
        expected: &'static str,
    ) -> impl FnOnce(serde_json::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Json { path, expected, source }
    }
}
