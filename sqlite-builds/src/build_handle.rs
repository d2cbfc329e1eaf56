//! What the registry keeps of the active build.

use crate::raw_build::RawCounters;

/// What stays of a build after it was installed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BuildHandle {
    pub(crate) version: &'static str,
    pub(crate) version_number: i32,
    pub(crate) counters: &'static RawCounters,
}
