//! Failing system calls on demand, for tests.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicI64, Ordering};

use crate::active::ActiveBuild;
use crate::error::Error;

/// The error that an injected failure sets, by its number on Linux, which is the same on every architecture
/// (asm-generic/errno-base.h).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InjectedError {
    /// `EIO`: the device failed.
    InputOutput = 5,
    /// `ENOSPC`: no space left.
    NoSpace = 28,
}

/// For tests: a call of the build that is going to fail. Dropping the guard disarms it.
///
/// The countdown is one for the whole process: calls of every connection and thread count.
#[derive(Debug)]
#[must_use = "dropping the guard disarms the fault"]
pub struct FaultGuard {
    /// The countdown belongs to this build, which stays active while a fault is armed.
    _active: ActiveBuild,
    countdown: &'static AtomicI64,
    kind: &'static FaultKind,
}

/// A kind of calls that can fail. The active build has one fault of each, while its guard lives.
#[derive(Debug)]
struct FaultKind {
    name: &'static str,
    is_armed: AtomicBool,
}

static SYNC: FaultKind = FaultKind { name: "sync", is_armed: AtomicBool::new(false) };
static WRITE: FaultKind = FaultKind { name: "write", is_armed: AtomicBool::new(false) };

impl ActiveBuild {
    /// For tests: makes the `nth` sync from now (directory syncs included) fail with `error`, once,
    /// until the guard drops.
    ///
    /// SQLite ignores a failed sync of a directory.
    ///
    /// # Errors
    ///
    /// While a guard of this kind lives.
    pub fn fail_sync(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        let counters = self.build().counters();
        self.arm(&SYNC, &counters.sync_countdown, &counters.sync_errno, nth, error)
    }

    /// For tests: makes the `nth` write from now fail with `error`, once, until the guard drops.
    ///
    /// # Errors
    ///
    /// While a guard of this kind lives.
    pub fn fail_write(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        let counters = self.build().counters();
        self.arm(&WRITE, &counters.write_countdown, &counters.write_errno, nth, error)
    }

    fn arm(
        &self,
        kind: &'static FaultKind,
        countdown: &'static AtomicI64,
        errno: &AtomicI32,
        nth: NonZeroU64,
        error: InjectedError,
    ) -> Result<FaultGuard, Error> {
        if kind.is_armed.swap(true, Ordering::AcqRel) {
            let kind = kind.name;
            return Err(Error::Refused(format!(
                "a {kind} fault is armed already; drop its guard first"
            )));
        }
        errno.store(error as i32, Ordering::Relaxed);
        countdown.store(i64::try_from(nth.get()).unwrap_or(i64::MAX), Ordering::Relaxed);
        Ok(FaultGuard { _active: self.clone(), countdown, kind })
    }
}

impl FaultGuard {
    /// Whether the call has failed already.
    pub fn has_fired(&self) -> bool {
        self.countdown.load(Ordering::Relaxed) <= 0
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        self.countdown.store(0, Ordering::Relaxed);
        self.kind.is_armed.store(false, Ordering::Release);
    }
}
