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
    /// Others that are allowed to measure beside it say so here.
    disk: Option<UnixDatagram>,
    /// Closing it gives the lock back.
    _directory: Option<File>,
    /// What the record tells of another session that was there first.
    warning: Option<String>,
    was_shared: AtomicBool,
}

impl DiskClaim {
    /// Claims the disk of a directory.
    ///
    /// # Errors
    /// [`RunnerError::Scratch`] where another session measures there, unless that was allowed.
    pub fn of(directory: &Path) -> Result<Self, RunnerError> {
        let is_allowed = is_shared_allowed()?;
        let disk = disk_name(directory).unwrap_or_else(|_| "unknown".to_owned());
        let (claim, is_alone) = Self::take(directory, &disk);
        if is_alone {
            return Ok(claim);
        }
        if !is_allowed {
            return Err(RunnerError::Scratch {
                path: directory.to_path_buf(),
                what: format!(
                    "expected no other session that measures on this disk ({disk}), got one"
                ),
                advice: "wait until it has ended, or set DURABENCH_ALLOW_SHARED=1, which the record then tells",
            });
        }
        tell_holder(&disk);
        let warning = format!(
            "another session measured on this disk ({disk}) when this one began, which {SHARED_VARIABLE} or \
             --allow-shared permitted: each slows the other"
        );
        Ok(Self { warning: Some(warning), ..claim })
    }

    /// Takes what no other session has, and says whether that is everything. A system that knows neither lock refuses
    /// nobody.
    fn take(directory: &Path, disk: &str) -> (Self, bool) {
        let bound = address(disk).and_then(|address| UnixDatagram::bind_addr(&address));
        let is_taken = |error: &io::Error| error.kind() == io::ErrorKind::AddrInUse;
        let is_disk_taken = bound.as_ref().is_err_and(is_taken);
        let opened = File::open(directory).ok();
        let locked = opened.map(|file| file.try_lock().map(|()| file));
        let is_directory_taken = matches!(locked, Some(Err(TryLockError::WouldBlock)));
        let claim = Self {
            disk: bound.ok().filter(|socket| socket.set_nonblocking(true).is_ok()),
            _directory: locked.and_then(Result::ok),
            warning: None,
            was_shared: AtomicBool::new(false),
        };
        (claim, !is_disk_taken && !is_directory_taken)
    }

    /// What the record tells of another session that was there first.
    pub fn warning(&self) -> Option<&str> {
        self.warning.as_deref()
    }

    /// Whether another session has said so far that it measures on the disk too, as it was allowed to.
    pub fn was_shared(&self) -> bool {
        let is_told = self.disk.as_ref().is_some_and(|socket| socket.recv(&mut [0]).is_ok());
        self.was_shared.fetch_or(is_told, Ordering::Relaxed) || is_told
    }
}

/// The socket of a disk, in the kernel's namespace of sockets without files.
fn address(disk: &str) -> io::Result<SocketAddr> {
    SocketAddr::from_abstract_name(format!("durabench: measures on {disk}"))
}

/// Says to the session that measures on a disk that it is not alone any more. One in another container does not hear it.
/// One that has not looked for long has been told often enough: nobody waits for room in its queue.
fn tell_holder(disk: &str) {
    let told = UnixDatagram::unbound().and_then(|socket| {
        socket.set_nonblocking(true)?;
        socket.send_to_addr(&[1], &address(disk)?).map(drop)
    });
    drop(told);
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
        found => Err(RunnerError::Unfit(format!(
            "{SHARED_VARIABLE}: expected 0 or 1, got {found:?}; set one of them, or unset it"
        ))),
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
        let (first, is_alone) = DiskClaim::take(place.path(), &disk);
        assert!(is_alone);
        let is_free = |directory: &Path, disk: &str| DiskClaim::take(directory, disk).1;
        assert!(!is_free(other.path(), &disk), "by the disk's name");
        assert!(!is_free(place.path(), "another name of it"), "by the directory");
        assert!(!first.was_shared());
        for _ in 0..1_000 {
            tell_holder(&disk);
        }
        assert!(first.was_shared() && first.was_shared(), "it stays so");
        drop(first);
        assert!(is_free(place.path(), &disk));
        assert_eq!(std::fs::read_dir(place.path()).expect("readable").count(), 0);
    }

    #[test]
    fn the_variable_is_0_or_1() {
        assert!(!is_one("").expect("unset") && !is_one("0").expect("0") && is_one("1").expect("1"));
        let refused = is_one("yes").expect_err("neither").to_string();
        assert!(refused.contains("expected 0 or 1, got \"yes\""), "{refused}");
    }
}
