//! Sleeping until a moment: punctually, and never so long that Ctrl-C goes unheard.

use std::num::NonZeroU64;
use std::thread;
use std::time::{Duration, Instant};

use rustix::thread::set_current_timer_slack;

use crate::error::RunnerError;
use crate::interrupt;

/// The longest sleep in which a signal goes unnoticed.
const SLEEP_MAX: Duration = Duration::from_millis(100);

/// How much later than asked the kernel may end a sleep of this thread, to save power; 50 us unless one says otherwise
/// (prctl(2), `PR_SET_TIMERSLACK`), which would be part of every latency.
const TIMER_SLACK_NS: NonZeroU64 = NonZeroU64::new(1_000).expect("not zero");

/// Asks the kernel to end this thread's sleeps when they are over.
pub fn be_punctual() {
    // Without it the thread is only later, and its lateness is measured.
    let _refused = set_current_timer_slack(Some(TIMER_SLACK_NS));
}

/// Sleeps until a moment: on two cores, a thread that spins would take one from the path.
///
/// # Errors
/// [`RunnerError::Interrupted`] after Ctrl-C.
pub fn sleep_until(moment: Instant) -> Result<(), RunnerError> {
    loop {
        interrupt::check()?;
        let left = moment.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(SLEEP_MAX));
    }
}
