//! The typed description of the native log as a write path.

use native_log::LogOptions;

/// The axis that tells in what form packets come.
pub(super) const PACKETS_AXIS: &str = "packets";

/// The native log as a case describes it.
#[derive(Debug, Clone, Copy)]
pub struct LogSpec {
    /// Every option of the log.
    pub options: LogOptions,
}
