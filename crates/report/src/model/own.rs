//! Figures of a case that a question may show in columns of its own.

use measure::attribution::Cause;
use measure::record::RunRecord;

use super::cost::Cost;
use crate::evidence::ack_syncs;
use crate::extra::{READER_NS_P99, READER_READS_PER_SECOND, figure};

/// Figures beside the common ones; what a case does not have is `None`.
#[derive(Clone, Debug, PartialEq)]
pub struct Own {
    /// The WAL at its largest, in bytes.
    pub wal_bytes_max: Option<u64>,
    /// The database at the end, in bytes.
    pub database_bytes: Option<u64>,
    /// Pages on the freelist at the end.
    pub free_pages: Option<u64>,
    /// What most of the slowest acks waited for, and its share of them.
    pub slowest_waited_for: Option<(Cause, f64)>,
    /// What a concurrent reader was answered per second.
    pub reads_per_second: Option<f64>,
    /// How long it waited, the 99th percentile in ns.
    pub reader_ns_p99: Option<f64>,
    /// Bytes that reached the device for each byte of acked payload.
    pub device_bytes_per_acked_byte: Option<f64>,
    /// Counted syncs per commit.
    pub syncs_per_commit: Option<f64>,
    /// Bytes handed to write calls per record.
    pub bytes_per_record: Option<f64>,
    /// Checkpoints while the case was timed.
    pub checkpoints: Option<u64>,
    /// How long they took in ns, the median.
    pub checkpoint_ns_p50: Option<u64>,
    /// The longest.
    pub checkpoint_ns_longest: Option<u64>,
    /// An ack's time over the floor's; `None` where it waits for no sync, or too few pieces tell.
    pub floors_per_ack: Option<f64>,
    /// Half of the 95 % interval of the time over blocks, relative.
    pub half_width: Option<f64>,
    /// An ack's time less the floor's, in ns; `None` where it waits for no sync.
    pub beyond_floor_ns: Option<f64>,
}

impl Own {
    /// The figures of a case.
    pub(super) fn of(record: &RunRecord) -> Self {
        let audit = record.sync_audit.as_ref();
        let checkpoints = record.checkpoints.as_ref();
        // At the run's nominal yardsticks.
        let synced = record.cost.as_ref().map(Cost::of);
        let synced = synced.filter(|cost| cost.floors.is_some() && ack_syncs(record));
        Self {
            wal_bytes_max: record.space.wal_bytes_max,
            database_bytes: record.space.database_bytes,
            free_pages: record.space.freelist_pages,
            slowest_waited_for: slowest_waited_for(record),
            reads_per_second: figure(record, READER_READS_PER_SECOND),
            reader_ns_p99: figure(record, READER_NS_P99),
            device_bytes_per_acked_byte: device_bytes_per_acked_byte(record),
            syncs_per_commit: audit.map(|audit| audit.syncs_per_commit),
            bytes_per_record: audit.map(|audit| audit.bytes_per_record),
            checkpoints: checkpoints.map(|it| it.count),
            checkpoint_ns_p50: checkpoints.map(|it| it.p50_ns),
            checkpoint_ns_longest: checkpoints.map(|it| it.longest_ns),
            floors_per_ack: synced.map(|cost| cost.time_ns / cost.nominal.floor_ns),
            half_width: record.cost.as_ref().and_then(|cost| cost.time.half_width_95()),
            beyond_floor_ns: synced.map(|cost| cost.time_ns - cost.nominal.floor_ns),
        }
    }
}

fn device_bytes_per_acked_byte(record: &RunRecord) -> Option<f64> {
    let per_record = record.device.device_bytes_per_record?;
    (record.case.record_bytes > 0).then(|| per_record / record.case.record_bytes as f64)
}

fn slowest_waited_for(record: &RunRecord) -> Option<(Cause, f64)> {
    let attribution = record.attribution.as_ref()?;
    let most = attribution.causes.iter().max_by_key(|cause| cause.acks)?;
    let share = most.acks as f64 / attribution.slowest.max(1) as f64;
    (most.acks > 0).then_some((most.cause, share))
}
