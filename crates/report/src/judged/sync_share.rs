//! How much of a case's time its syncs take.

use measure::record::RunRecord;

/// The share of a case's time that its counted syncs take, each as long as a floor; 0 to 1.
pub(crate) fn sync_share(record: &RunRecord) -> f64 {
    let share = || {
        let syncs = record.sync_audit.as_ref()?.syncs_per_commit;
        let cost = record.cost.as_ref()?;
        let commit_ns = cost.time.geometric_mean_ns();
        cost.floor_payload_bytes
            .map(|_| (syncs * cost.nominal.floor_ns / commit_ns).clamp(0.0, 1.0))
    };
    share().unwrap_or(0.0)
}
