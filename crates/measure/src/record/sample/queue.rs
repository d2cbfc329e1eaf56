//! A queue with a slice of its time series.

use crate::latency::LatencyHistogram;
use crate::record::{LatencyRecord, QueueCounts, QueueDepths, QueueRecord, QueueSlice};

pub(super) fn sample_queue(latencies: &LatencyHistogram) -> QueueRecord {
    let counts = QueueCounts {
        handed_in: 4,
        turned_away: 1,
        inserted: 3,
        deleted: 2,
        redelivered: 5,
        delivered: 6,
        refused: 7,
        given_up: 8,
    };
    QueueRecord {
        end: "complete".into(),
        counts,
        waiting_messages: 1,
        served_seconds: 2.5,
        delete_ns: LatencyRecord::of(latencies).unwrap(),
        store_to_delete_ns: LatencyRecord::of(latencies).unwrap(),
        hand_in_ns: Some(LatencyRecord::of(latencies).unwrap()),
        delivery_wait_ns: Some(LatencyRecord::of(latencies).unwrap()),
        series: vec![QueueSlice {
            end_seconds: 2.5,
            seconds: 1.0,
            counts,
            waiting_messages: 1,
            depths: QueueDepths { messages: 9, acks: Some(10), deliveries: 11 },
            resident_bytes: Some(4_096),
            database_bytes: 8_192,
            journal_bytes: 4_120,
            freelist_pages: Some(1),
            insert_ns_max: 6_000,
            delete_ns_max: 7_000,
            commit_ns: Some(8_000),
            checkpoint_ns: Some(2_000),
            checkpointed_frames: Some(12),
            device_bytes_written: Some(16_384),
            dirty_bytes: Some(20_480),
            writeback_bytes: Some(24_576),
        }],
    }
}
