//! Ticks of the monotonic clock, delivered to one thread as the signal that makes pprof take a
//! sample.
//!
//! pprof arms the process's CPU timer. Here that timer is disarmed and a POSIX timer stands in for
//! it (`SIGEV_THREAD_ID`, see `timer_create(2)`): it ticks while its thread waits. During a wait
//! that cannot be interrupted, `fsync(2)` first of all, ticks are not delivered one by one but once
//! at its end; the kernel counts those missed (`timer_getoverrun(2)`), and the sample is taken that
//! many times more.
#![expect(unsafe_code, reason = "timers and signal handlers have no safe interface")]

use std::io;
use std::mem;
use std::ptr;
use std::sync::atomic::{AtomicPtr, AtomicU64, AtomicUsize, Ordering};

use libc::{c_int, c_void, siginfo_t};
use pprof::ProfilerGuard;

use crate::ProfilerError;

/// Of the ticks that a wait missed, at most so many get a sample, so that no handler runs for long: at
/// 25 to 140 microseconds a sample, 35 ms. That is a wait of a quarter of a second at 1 kHz.
const MISSED_TICKS_MAX: u64 = 250;

type Handler = extern "C" fn(c_int, *mut siginfo_t, *mut c_void);

/// The handler that pprof installed, as an address; zero before the first wall-clock profile.
static PPROF_HANDLER: AtomicUsize = AtomicUsize::new(0);
/// The running timer's id, which the kernel counts missed ticks by.
static TIMER_ID: AtomicPtr<c_void> = AtomicPtr::new(ptr::null_mut());
/// Missed ticks beyond the bound, since the timer started.
static LEFT_OUT: AtomicU64 = AtomicU64::new(0);

/// A running timer; dropping it stops the ticks.
#[derive(Debug)]
pub(crate) struct WallTimer {
    id: libc::timer_t,
}

impl WallTimer {
    /// Ticks the calling thread `frequency_hz` times a second (1 or more). The guard proves that
    /// pprof's handler is installed and that no second timer runs.
    pub(crate) fn start(
        _guard: &ProfilerGuard<'static>,
        frequency_hz: u32,
    ) -> Result<Self, ProfilerError> {
        disarm_cpu_timer()?;
        stand_before_pprof_handler()?;
        let timer = Self { id: create_timer()? };
        TIMER_ID.store(timer.id, Ordering::Release);
        LEFT_OUT.store(0, Ordering::Relaxed);
        timer.arm(frequency_hz)?;
        Ok(timer)
    }

    /// Stops the ticks, and says of how many that waits missed no sample was taken.
    pub(crate) fn stop(self) -> u64 {
        drop(self);
        LEFT_OUT.load(Ordering::Relaxed)
    }

    fn arm(&self, frequency_hz: u32) -> Result<(), ProfilerError> {
        let period_ns = 1_000_000_000 / libc::c_long::from(frequency_hz);
        let period = libc::timespec {
            tv_sec: period_ns / 1_000_000_000,
            tv_nsec: period_ns % 1_000_000_000,
        };
        let schedule = libc::itimerspec { it_interval: period, it_value: period };
        // SAFETY: the timer lives until drop, and the schedule is a valid value read during the
        // call.
        succeeded("timer_settime", unsafe {
            libc::timer_settime(self.id, 0, &raw const schedule, ptr::null_mut())
        })
    }
}

impl Drop for WallTimer {
    fn drop(&mut self) {
        // SAFETY: the timer was created by `start` and is deleted only here. A tick still under way
        // finds a handler that asks for the missed ticks of an unknown timer, which the kernel
        // refuses.
        unsafe { libc::timer_delete(self.id) };
    }
}

fn disarm_cpu_timer() -> Result<(), ProfilerError> {
    // SAFETY: all-zero is a valid itimerval and means "disarmed".
    let disarmed: libc::itimerval = unsafe { mem::zeroed() };
    // SAFETY: the value is valid and read during the call; no old value is asked for.
    succeeded("setitimer", unsafe {
        libc::setitimer(libc::ITIMER_PROF, &raw const disarmed, ptr::null_mut())
    })
}

fn stand_before_pprof_handler() -> Result<(), ProfilerError> {
    // SAFETY: all-zero is a valid sigaction, overwritten by the call.
    let mut action: libc::sigaction = unsafe { mem::zeroed() };
    // SAFETY: the pointer is valid for writing; nothing is installed by this call.
    succeeded("sigaction", unsafe {
        libc::sigaction(libc::SIGPROF, ptr::null(), &raw mut action)
    })?;
    PPROF_HANDLER.store(action.sa_sigaction, Ordering::Release);
    let weighted: Handler = sample_with_missed_ticks;
    action.sa_sigaction = weighted as libc::sighandler_t;
    action.sa_flags = libc::SA_SIGINFO | libc::SA_RESTART;
    // SAFETY: the handler has the signature that SA_SIGINFO asks for and calls only what may be
    // called in a handler; the mask is the one that pprof had installed.
    succeeded("sigaction", unsafe {
        libc::sigaction(libc::SIGPROF, &raw const action, ptr::null_mut())
    })
}

fn create_timer() -> Result<libc::timer_t, ProfilerError> {
    // SAFETY: all-zero is a valid sigevent; the fields that matter are set below.
    let mut event: libc::sigevent = unsafe { mem::zeroed() };
    event.sigev_notify = libc::SIGEV_THREAD_ID;
    event.sigev_signo = libc::SIGPROF;
    // SAFETY: gettid has no preconditions.
    event.sigev_notify_thread_id = unsafe { libc::gettid() };
    let mut id: libc::timer_t = ptr::null_mut();
    // SAFETY: both pointers are valid during the call.
    succeeded("timer_create", unsafe {
        libc::timer_create(libc::CLOCK_MONOTONIC, &raw mut event, &raw mut id)
    })?;
    Ok(id)
}

fn succeeded(call: &'static str, status: c_int) -> Result<(), ProfilerError> {
    if status == 0 {
        return Ok(());
    }
    Err(ProfilerError::Timer { call, source: io::Error::last_os_error() })
}

/// Runs as a signal handler: it must not allocate, lock or panic, and it leaves errno as it was.
extern "C" fn sample_with_missed_ticks(signal: c_int, info: *mut siginfo_t, context: *mut c_void) {
    let address = PPROF_HANDLER.load(Ordering::Acquire);
    if address == 0 || address == libc::SIG_IGN {
        return;
    }
    // SAFETY: the address was read from the installed action while pprof's guard was alive, hence
    // it is pprof's handler, a function of this type that is never unloaded.
    let take_sample: Handler = unsafe { mem::transmute::<usize, Handler>(address) };
    // SAFETY: the kernel hands a valid siginfo to a handler installed with SA_SIGINFO.
    let from_timer = unsafe { (*info).si_code } == libc::SI_TIMER;
    let missed_ticks = if from_timer { missed_ticks() } else { 0 };
    take_samples(missed_ticks, || take_sample(signal, info, context));
}

/// One sample for the tick, and one for each that was missed before it, up to the bound.
fn take_samples(missed_ticks: u64, mut take_sample: impl FnMut()) {
    let drawn = missed_ticks.min(MISSED_TICKS_MAX);
    LEFT_OUT.fetch_add(missed_ticks - drawn, Ordering::Relaxed);
    for _ in 0..=drawn {
        take_sample();
    }
}

fn missed_ticks() -> u64 {
    // SAFETY: the location of this thread's errno is always valid.
    let errno = unsafe { libc::__errno_location() };
    // SAFETY: as above.
    let errno_before = unsafe { *errno };
    // SAFETY: timer_getoverrun may be called in a handler (`signal-safety(7)`); an id whose timer
    // is gone is answered with -1.
    let missed = unsafe { libc::timer_getoverrun(TIMER_ID.load(Ordering::Acquire)) };
    // SAFETY: as above.
    unsafe { *errno = errno_before };
    u64::try_from(missed).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_handler_takes_a_bounded_number_of_samples_and_counts_the_rest() {
        for (missed, samples, left_out) in
            [(0, 1, 0), (250, 251, 0), (251, 251, 1), (10_000, 251, 9_750)]
        {
            LEFT_OUT.store(0, Ordering::Relaxed);
            let mut taken = 0;
            take_samples(missed, || taken += 1);
            assert_eq!((taken, LEFT_OUT.load(Ordering::Relaxed)), (samples, left_out), "{missed}");
        }
    }
}
