//! What opening a log finds.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::report::RecoveryReport;
use crate::segment::{PreparedSegment, Segment};

/// The state from which a log goes on.
#[derive(Debug)]
pub(crate) struct Recovered {
    pub(crate) log_id: u64,
    pub(crate) segments: VecDeque<Arc<Segment>>,
    pub(crate) position: u64,
    /// The active segment takes no more packets: the next one goes to a new segment.
    pub(crate) rotate_next: bool,
    /// A mark ends the active segment, just before `position`.
    pub(crate) segment_ended: bool,
    pub(crate) next_sequence: u64,
    /// All packets up to this one are on the device for certain.
    pub(crate) synced_through: u64,
    pub(crate) next_generation: u32,
    pub(crate) prepared: Option<PreparedSegment>,
    pub(crate) spares: Vec<u32>,
    pub(crate) close_marked: bool,
    pub(crate) report: RecoveryReport,
}
