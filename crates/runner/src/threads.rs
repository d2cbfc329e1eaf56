//! Threads that a load needs, and what happens where the system gives none.

use std::thread::{Builder, Scope, ScopedJoinHandle};

use write_path::WriteError;

use crate::error::RunnerError;

/// Starts a thread, where `Scope::spawn` would panic if there can be none.
///
/// # Errors
/// [`WriteError::NoThread`].
pub fn start_thread<'scope, Outcome: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &'static str,
    act: impl FnOnce() -> Outcome + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, Outcome>, RunnerError> {
    let started = Builder::new().name(name.into()).spawn_scoped(scope, act);
    let refused = |source| WriteError::NoThread { thread: name.into(), source };
    Ok(started.map_err(refused)?)
}
