//! Failing system calls on demand, for tests.

use std::num::NonZeroU64;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};

use crate::active::ActiveBuild;
use crate::error::Error;
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

/// Which calls fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaultKind {
    Sync,
    Write,
}

impl FaultKind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Sync => "sync",
            Self::Write => "write",
        }
    }

    fn place(self, counters: &'static RawCounters) -> (&'static AtomicI64, &'static AtomicI32) {
        match self {
            Self::Sync => (&counters.sync_countdown, &counters.sync_errno),
            Self::Write => (&counters.write_countdown, &counters.write_errno),
        }
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

impl FaultGuard {
    pub(crate) fn arm(
        active: ActiveBuild,
        counters: &'static RawCounters,
        kind: FaultKind,
        nth: NonZeroU64,
        error: InjectedError,
    ) -> Result<Self, Error> {
        registry::reserve_fault(kind)?;
        let (countdown, errno) = kind.place(counters);
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
