//! One session at a time measures on a disk: of two each would slow the other, and neither would know.
//!
//! Both locks are the kernel's. They leave no file, and end with the process however that ends: a socket named after
//! the disk, for sessions in other directories, and a lock on the directory, for those in other containers.

use std::env;
use std::fs::{File, TryLockError};
use std::io;
use std::os::linux::net::SocketAddrExt as _;
use std::os::unix::net::{SocketAddr, UnixDatagram};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

use measure::environment::disk_name;

use crate::error::RunnerError;

/// Names the environment variable that lets a session measure beside another one.
pub const SHARED_VARIABLE: &str = "DURABENCH_ALLOW_SHARED";

static ALLOWED_ON_COMMAND_LINE: AtomicBool = AtomicBool::new(false);

/// Lets this process measure beside another session, as the variable does.
pub fn allow_shared() {
    ALLOWED_ON_COMMAND_LINE.store(true, Ordering::Relaxed);
}

/// A disk on which no other session begins to measure, until it is dropped.
#[derive(Debug)]
pub struct DiskClaim {
    _disk: Option<UnixDatagram>,
    _directory: Option<File>,
}

/// How a session stands on a disk.
#[derive(Debug)]
pub enum Claimed {
    /// Alone, as far as the system tells.
    Alone(DiskClaim),
    /// Beside another one, which was allowed; the sentence for the record.
    Shared(String),
}

impl DiskClaim {
    /// Claims the disk of a directory.
    ///
    /// # Errors
    /// [`RunnerError::Scratch`] where another session measures there, unless that was allowed.
    pub fn of(directory: &Path) -> Result<Claimed, RunnerError> {
        let is_allowed = is_shared_allowed()?;
        let disk = disk_name(directory).unwrap_or_else(|_| "unknown".to_owned());
        if let Some(claim) = Self::try_of(directory, &disk) {
            return Ok(Claimed::Alone(claim));
        }
        if is_allowed {
            return Ok(Claimed::Shared(format!(
                "another session measured on this disk ({disk}) when this one began, which {SHARED_VARIABLE} or \
                 --allow-shared permitted: each slows the other"
            )));
        }
        Err(RunnerError::Scratch {
            path: directory.to_path_buf(),
            what: format!("expected no other session that measures on this disk ({disk}), got one"),
            advice: "wait until it has ended, or set DURABENCH_ALLOW_SHARED=1, which the record then tells",
        })
    }

    /// `None` where another session has it. A system that knows neither lock refuses nobody.
    fn try_of(directory: &Path, disk: &str) -> Option<Self> {
        let name = format!("durabench: measures on {disk}");
        let bound = SocketAddr::from_abstract_name(name)
            .and_then(|address| UnixDatagram::bind_addr(&address));
        let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
        if bound.as_ref().is_err_and(is_taken) {
            return None;
        }
        let opened = File::open(directory).ok();
        let locked = opened.map(|file| file.try_lock().map(|()| file));
        if matches!(locked, Some(Err(TryLockError::WouldBlock))) {
            return None;
        }
        Some(Self { _disk: bound.ok(), _directory: locked.and_then(Result::ok) })
    }
}

fn is_shared_allowed() -> Result<bool, RunnerError> {
    if ALLOWED_ON_COMMAND_LINE.load(Ordering::Relaxed) {
        return Ok(true);
    }
    match env::var_os(SHARED_VARIABLE) {
        None => Ok(false),
        Some(value) => is_one(&value.to_string_lossy()),
    }
}

fn is_one(value: &str) -> Result<bool, RunnerError> {
    match value {
        "" | "0" => Ok(false),
        "1" => Ok(true),
        found => Err(RunnerError::UnknownSharing { found: found.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_disk_is_claimed_once_and_free_again_afterwards() {
        let place = tempfile::tempdir().expect("temporary directory");
        let other = tempfile::tempdir().expect("temporary directory");
        let disk = format!("of {}", place.path().display());
        let first = DiskClaim::try_of(place.path(), &disk).expect("nobody has it");
        assert!(DiskClaim::try_of(other.path(), &disk).is_none(), "by the disk's name");
        assert!(
            DiskClaim::try_of(place.path(), "another name of it").is_none(),
            "by the directory"
        );
        drop(first);
        assert!(DiskClaim::try_of(place.path(), &disk).is_some());
        assert_eq!(std::fs::read_dir(place.path()).expect("readable").count(), 0);
    }

    #[test]
    fn the_variable_is_0_or_1() {
        assert!(!is_one("").expect("unset") && !is_one("0").expect("0") && is_one("1").expect("1"));
        let refused = is_one("yes").expect_err("neither").to_string();
        assert!(refused.contains("expected 0 or 1, got \"yes\""), "{refused}");
    }
}
