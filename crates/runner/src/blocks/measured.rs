//! What was measured of a case.

use measure::record::SyncAudit;

use super::replicate::{Replicate, Work};

/// What was measured of a case.
#[derive(Debug)]
pub struct Measured {
    /// What a commit does; `None` in a case that commits nothing while it is timed.
    pub sync_audit: Option<SyncAudit>,
    /// How much each replicate did.
    pub work: Work,
    /// Packets per second that an open loop offered.
    pub offered_per_second: Option<f64>,
    /// In the order of the blocks.
    pub replicates: Vec<Replicate>,
    /// Seconds from the first preparation to the last verification, of this case alone.
    pub seconds: f64,
}
