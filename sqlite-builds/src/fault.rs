//! Failing system calls on demand, for tests.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use crate::active::ActiveBuild;
use crate::error::Error;
use crate::fault_kind::FaultKind;
use crate::raw_build::RawCounters;
use crate::registry;

/// The error that an injected failure sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum InjectedError {
    /// `EIO`: the device failed.
    InputOutput,
    /// `ENOSPC`: no space left.
    NoSpace,
}

impl InjectedError {
    /// The numbers of Linux, the same on every architecture (asm-generic/errno-base.h).
    fn errno(self) -> i32 {
        match self {
            Self::InputOutput => 5,
            Self::NoSpace => 28,
        }
    }
}

/// The countdown of a kind of call, and the error that it ends in.
fn place(
    kind: FaultKind,
    counters: &'static RawCounters,
) -> (&'static AtomicI64, &'static AtomicI32) {
    match kind {
        FaultKind::Sync => (&counters.sync_countdown, &counters.sync_errno),
        FaultKind::Write => (&counters.write_countdown, &counters.write_errno),
    }
}

/// For tests: a call of the build that is going to fail. Dropping the guard disarms it.
///
/// The countdown is one for the whole process: calls of every connection and thread count.
#[derive(Debug)]
#[must_use = "dropping the guard disarms the fault"]
pub struct FaultGuard {
    /// The counters belong to this build, which stays active while a fault is armed.
    _active: ActiveBuild,
    countdown: &'static AtomicI64,
    kind: FaultKind,
}

impl ActiveBuild {
    /// For tests: makes the `nth` sync from now (directory syncs included) fail with `error`, once,
    /// until the guard drops.
    ///
    /// SQLite ignores a failed sync of a directory.
    ///
    /// # Errors
    ///
    /// [`Error::FaultAlreadyArmed`] while a guard of this kind lives.
    pub fn fail_sync(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        FaultGuard::arm(self.clone(), self.handle().counters, FaultKind::Sync, nth, error)
    }

    /// For tests: makes the `nth` write from now fail with `error`, once, until the guard drops.
    ///
    /// # Errors
    ///
    /// [`Error::FaultAlreadyArmed`] while a guard of this kind lives.
    pub fn fail_write(&self, nth: NonZeroU64, error: InjectedError) -> Result<FaultGuard, Error> {
        FaultGuard::arm(self.clone(), self.handle().counters, FaultKind::Write, nth, error)
    }
}

impl FaultGuard {
    fn arm(
        active: ActiveBuild,
        counters: &'static RawCounters,
        kind: FaultKind,
        nth: NonZeroU64,
        error: InjectedError,
    ) -> Result<Self, Error> {
        registry::reserve_fault(kind)?;
        let (countdown, errno) = place(kind, counters);
        errno.store(error.errno(), Ordering::Relaxed);
        countdown.store(i64::try_from(nth.get()).unwrap_or(i64::MAX), Ordering::Relaxed);
        Ok(Self { _active: active, countdown, kind })
    }

    /// Whether the call has failed already.
    pub fn has_fired(&self) -> bool {
        self.countdown.load(Ordering::Relaxed) <= 0
    }
}

impl Drop for FaultGuard {
    fn drop(&mut self) {
        self.countdown.store(0, Ordering::Relaxed);
        registry::free_fault(self.kind);
    }
}
