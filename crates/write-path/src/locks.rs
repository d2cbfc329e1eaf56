//! Locks whose state is whole at every moment: a panic elsewhere leaves it fit to be used.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Locks.
pub fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until the condition is told of, or for no reason.
pub fn wait<'lock, T>(condition: &Condvar, state: MutexGuard<'lock, T>) -> MutexGuard<'lock, T> {
    condition.wait(state).unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps until the condition is told of, for no reason, or for so long.
pub fn wait_timeout<'lock, T>(
    condition: &Condvar,
    state: MutexGuard<'lock, T>,
    longest: Duration,
) -> MutexGuard<'lock, T> {
    condition.wait_timeout(state, longest).unwrap_or_else(PoisonError::into_inner).0
}

/// Sleeps for as long as the state is so.
pub fn wait_while<'lock, T>(
    condition: &Condvar,
    mutex: &'lock Mutex<T>,
    is_so: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'lock, T> {
    condition.wait_while(lock(mutex), is_so).unwrap_or_else(PoisonError::into_inner)
}

/// Sleeps for as long as the state is so, and no longer than that.
pub fn wait_timeout_while<'lock, T>(
    condition: &Condvar,
    state: MutexGuard<'lock, T>,
    longest: Duration,
    is_so: impl FnMut(&mut T) -> bool,
) -> MutexGuard<'lock, T> {
    let waited = condition.wait_timeout_while(state, longest, is_so);
    waited.unwrap_or_else(PoisonError::into_inner).0
}

#[cfg(test)]
mod tests {
    use std::thread;

    use super::*;

    #[test]
    fn a_panic_elsewhere_leaves_a_lock_fit() {
        let (state, changed) = (Mutex::new(1), Condvar::new());
        let panicked = thread::scope(|scope| {
            let holder = scope.spawn(|| {
                let _held = state.lock();
                panic!("while it is held");
            });
            holder.join().is_err()
        });
        assert!(panicked && state.is_poisoned());
        *lock(&state) += 1;
        assert_eq!(*wait_while(&changed, &state, |state| *state < 2), 2);
    }
}
