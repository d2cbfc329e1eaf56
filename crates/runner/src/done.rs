//! What came of a stretch of timing.

use std::time::Duration;

/// What was done in a stretch of timing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Done {
    /// Time of the work alone.
    pub elapsed: Duration,
    /// Operations, or rows read.
    pub operations: u64,
}
