//! Threads that a load needs, and what happens where the system gives none.

use std::io;
use std::thread::{Builder, Scope, ScopedJoinHandle};

use crate::error::RunnerError;

/// Starts a thread, where `Scope::spawn` would panic if there can be none.
///
/// # Errors
/// [`RunnerError::Thread`].
pub fn start_thread<'scope, Outcome: Send + 'scope>(
    scope: &'scope Scope<'scope, '_>,
    name: &'static str,
    act: impl FnOnce() -> Outcome + Send + 'scope,
) -> Result<ScopedJoinHandle<'scope, Outcome>, RunnerError> {
    let started = Builder::new().name(name.into()).spawn_scoped(scope, act);
    started.map_err(|source: io::Error| RunnerError::Thread { name, source })
}
