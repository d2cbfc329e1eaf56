//! Where the kernel tells its facts, so that tests can put a tree of their own there.

use std::path::{Path, PathBuf};

/// The roots under which the system's facts are files.
#[derive(Clone, Debug)]
pub(crate) struct SystemRoots {
    pub(crate) proc: PathBuf,
    pub(crate) sys: PathBuf,
    pub(crate) etc: PathBuf,
}

impl SystemRoots {
    /// The roots of the running system.
    pub(crate) fn of_this_system() -> Self {
        Self { proc: "/proc".into(), sys: "/sys".into(), etc: "/etc".into() }
    }
}

/// A file's text without the white space around it; `None` when it cannot be read or is empty.
pub(crate) fn read_fact(path: impl AsRef<Path>) -> Option<String> {
    let text = std::fs::read_to_string(path).ok()?;
    let text = text.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// A file that holds one whole number.
pub(crate) fn read_number(path: impl AsRef<Path>) -> Option<u64> {
    read_fact(path)?.parse().ok()
}

/// A file that holds 0 or 1; anything else is unknown.
pub(crate) fn read_flag(path: impl AsRef<Path>) -> Option<bool> {
    match read_number(path)? {
        0 => Some(false),
        1 => Some(true),
        _ => None,
    }
}
