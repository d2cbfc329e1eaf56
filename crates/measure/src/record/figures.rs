//! What follows from a record's fields.

use super::{CostRecord, RunRecord};
use crate::attribution::Cause;
use crate::stats::{Coefficient, Yardsticks};

impl RunRecord {
    /// Where the case stands on an axis.
    #[must_use]
    pub fn axis(&self, name: &str) -> Option<&str> {
        let axis = self.case.axes.iter().find(|axis| axis.axis == name);
        axis.map(|axis| axis.value.as_str())
    }

    /// The `SQLite` build of the case.
    #[must_use]
    pub fn build(&self) -> Option<&str> {
        self.sqlite.as_ref().map(|sqlite| sqlite.build.as_str())
    }

    /// Whether the case's scratch lay in memory.
    #[must_use]
    pub fn is_in_memory(&self) -> bool {
        let kind = self.environment.filesystem.kind.as_deref();
        matches!(kind, Some("tmpfs" | "ramfs"))
    }

    /// Whether acks wait for a sync: counted, not promised.
    #[must_use]
    pub fn ack_syncs(&self) -> bool {
        self.sync_audit.as_ref().is_some_and(|audit| audit.syncs_per_commit >= 1.0)
    }

    /// A figure that only some questions have, by its name.
    #[must_use]
    pub fn extra(&self, name: &str) -> Option<f64> {
        self.extra.get(name).copied().filter(|figure| figure.is_finite())
    }

    /// How many blocks hold the case.
    #[must_use]
    pub fn block_count(&self) -> Option<usize> {
        self.blocks.as_ref().map(|blocks| blocks.replicates.len())
    }

    /// Bytes that reached the device for each byte of acked payload.
    #[must_use]
    pub fn device_bytes_per_acked_byte(&self) -> Option<f64> {
        let per_record = self.device.device_bytes_per_record?;
        (self.case.record_bytes > 0).then(|| per_record / self.case.record_bytes as f64)
    }

    /// What most of the slowest acks waited for, and its share of them.
    #[must_use]
    pub fn slowest_waited_for(&self) -> Option<(Cause, f64)> {
        let attribution = self.attribution.as_ref()?;
        let most = attribution.causes.iter().max_by_key(|cause| cause.acks)?;
        let share = most.acks as f64 / attribution.slowest.max(1) as f64;
        (most.acks > 0).then_some((most.cause, share))
    }

    /// Half of the 95 % interval of the time over blocks, relative.
    #[must_use]
    pub fn time_half_width(&self) -> Option<f64> {
        self.cost.as_ref()?.time.half_width_95()
    }

    /// An ack's time over the floor's; none where it waits for no sync, or too few pieces tell.
    #[must_use]
    pub fn floors_per_ack(&self) -> Option<f64> {
        self.synced_cost().map(|cost| cost.time.geometric_mean_ns() / cost.nominal.floor_ns)
    }

    /// An ack's time less the floor's, in ns; none as above.
    #[must_use]
    pub fn beyond_floor_ns(&self) -> Option<f64> {
        self.synced_cost().map(|cost| cost.time.geometric_mean_ns() - cost.nominal.floor_ns)
    }

    fn synced_cost(&self) -> Option<&CostRecord> {
        self.cost.as_ref().filter(|cost| cost.floors().is_some() && self.ack_syncs())
    }
}

impl CostRecord {
    /// How many floors it takes; none where it does not wait for the disk.
    #[must_use]
    pub fn floors(&self) -> Option<Coefficient> {
        (self.fit.yardsticks != Yardsticks::ReferenceOnly).then_some(self.fit.floors)
    }

    /// How many CPU references it takes; none where the fit leaves them out.
    #[must_use]
    pub fn references(&self) -> Option<Coefficient> {
        (self.fit.yardsticks != Yardsticks::FloorOnly).then_some(self.fit.references)
    }
}
