use std::time::{Duration, Instant};

use serde_json::Value;

use super::*;
use crate::attribution::{AckSpan, CheckpointSpans, Interval, UsualStages};
use crate::device::WrittenBytes;
use crate::floor::{FloorSummary, SyncCall};
use crate::latency::{LatencyHistogram, Stages};
use crate::pairs::{Pairs, Piece};
use crate::timeline::{StorageSizes, Timeline};

/// A record in its stored form, without a null. A change here is a change of the schema: readers of stored
/// records see it, and [`SCHEMA_VERSION`] must grow unless a field was only added.
const GOLDEN: &str = include_str!("golden.json");

/// The golden record: of the question `durability_price`, with round figures.
pub(crate) fn full_record() -> RunRecord {
    serde_json::from_str(GOLDEN).unwrap()
}

#[test]
fn the_golden_form_is_read_and_written_as_it_is() {
    let golden: Value = serde_json::from_str(GOLDEN).unwrap();
    assert_eq!(serde_json::to_value(full_record()).unwrap(), golden);
}

#[test]
fn latencies_are_stored_as_in_the_golden_form() {
    let mut histogram = LatencyHistogram::new();
    (1..=10_000).for_each(|number| histogram.record_ns(number * 1_000));
    let golden = full_record();
    assert_eq!(golden.ack_latency_ns.histogram().unwrap(), histogram);
    let mut stages = Stages::default();
    stages.commit.record_ns(1_500);
    let commit = golden.stages.unwrap().commit.unwrap();
    assert_eq!(commit.histogram().unwrap(), stages.commit);
    assert_eq!(commit.p50, StagesRecord::of(&stages).unwrap().commit.unwrap().p50);
    let load = golden.load.unwrap();
    assert_eq!(load.sojourn_clamped, ClampedRecord::of(&histogram, 100_000_000));
}

#[test]
fn pieces_are_stored_as_in_the_golden_form() {
    let golden = full_record();
    let piece = Piece { value: 200.0, reference_before: 100.0, reference_after: 100.0 };
    let skewed = Piece { reference_after: 900.0, ..piece };
    let pairs = Pairs::of_pieces(&[piece, piece, skewed]);
    let median_overhead_ns = pairs.overhead_ns();
    let stored = PairsRecord { median_overhead_ns, ..PairsRecord::of("floor", &pairs) };
    assert_eq!(golden.pairs, Some(stored));
    let summary = FloorSummary::of(&(1..=1_000).collect::<Vec<u64>>());
    let floor = |call| Some(FloorRecord::of(call, 6_400, summary, &pairs, Some(2.0)));
    assert_eq!(golden.floor, floor(SyncCall::Fdatasync));
    assert_eq!(golden.fsync_floor, floor(SyncCall::Fsync));
    assert_eq!(Spread::of(vec![3.0, 1.0, 2.5]), Some(golden.records_per_second));
    let written = WrittenBytes {
        device_bytes_written: Some(4_096),
        device_flushes: Some(2),
        process_write_bytes: Some(8_192),
    };
    assert_eq!(golden.device, DeviceRecord::of(written, 16));
}

#[test]
fn what_happened_is_stored_as_in_the_golden_form() {
    let golden = full_record();
    let begun = Instant::now();
    let mut timeline = Timeline::starting(begun);
    timeline.ack(begun, 1_000, 400);
    let sizes = StorageSizes {
        database_bytes: Some(1),
        wal_bytes: Some(2),
        freelist_pages: Some(3),
        resident_bytes: Some(4),
        device_bytes: Some(5),
    };
    timeline.sample(begun + Duration::from_millis(50), sizes);
    assert_eq!(golden.timeline, Some(timeline.finish()));
    // Of 10,000 acks one waited 5 us for its commit.
    let span = AckSpan {
        queued: Interval::empty_at(begun),
        driver_late: Duration::ZERO,
        begun,
        inserted: begun + Duration::from_micros(1),
        acked: begun + Duration::from_micros(6),
        began_wal_anew: false,
    };
    let usual = UsualStages { insert: Duration::from_micros(1), commit: Duration::from_micros(2) };
    assert_eq!(
        golden.attribution,
        AttributionRecord::of(&[span], 10_000, &CheckpointSpans::default(), usual)
    );
}

#[test]
fn no_field_of_the_golden_form_is_null() {
    fn nulls(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Null => found.push(path.to_owned()),
            Value::Array(items) => items.iter().for_each(|item| nulls(item, path, found)),
            Value::Object(fields) => fields
                .iter()
                .for_each(|(name, field)| nulls(field, &format!("{path}.{name}"), found)),
            _ => {}
        }
    }
    let mut found = Vec::new();
    nulls(&serde_json::from_str(GOLDEN).unwrap(), "", &mut found);
    // The stages of the sample have one value each, too few for a quantile.
    found.retain(|path| !path.starts_with(".stages."));
    assert!(found.is_empty(), "not covered by the golden form: {found:?}");
}

#[test]
fn what_a_case_does_not_have_is_null_and_reads_back() {
    let bare = RunRecord {
        sqlite: None,
        stages: None,
        driver_lateness_ns: None,
        checkpoints: None,
        attribution: None,
        growth: None,
        timeline: None,
        sync_audit: None,
        floor: None,
        fsync_floor: None,
        pairs: None,
        blocks: None,
        cost: None,
        space: SpaceRecord::default(),
        device: DeviceRecord::default(),
        git: None,
        ..full_record()
    };
    let json = serde_json::to_string(&bare).unwrap();
    assert_eq!(serde_json::from_str::<RunRecord>(&json).unwrap(), bare);
    let value: Value = serde_json::from_str(&json).unwrap();
    for name in ["sqlite", "stages", "timeline", "sync_audit", "floor", "fsync_floor", "pairs"] {
        assert_eq!(value.get(name), Some(&Value::Null), "{name}");
    }
    for name in ["device_bytes_written", "process_write_bytes", "device_bytes_per_record"] {
        assert_eq!(value["device"].get(name), Some(&Value::Null), "device.{name}");
    }
}

#[test]
fn a_record_from_before_references_were_stored_reads_back_without_them() {
    let mut older: Value = serde_json::from_str(GOLDEN).unwrap();
    older["pairs"].as_object_mut().unwrap().remove("reference_ns");
    let read: RunRecord = serde_json::from_value(older).unwrap();
    assert_eq!(read.pairs.unwrap().reference_ns, None);
}

#[test]
fn a_record_from_before_tails_were_explained_reads_back_without() {
    let added = ["driver_lateness_ns", "checkpoints", "attribution", "growth"];
    let mut older: Value = serde_json::from_str(GOLDEN).unwrap();
    for field in added {
        assert!(older.as_object_mut().unwrap().remove(field).is_some(), "{field}");
    }
    let read: RunRecord = serde_json::from_value(older).unwrap();
    assert_eq!((read.checkpoints, read.attribution, read.growth), (None, None, None));
    assert_eq!(read.driver_lateness_ns, None);
}

#[test]
fn a_record_from_before_longest_acks_of_blocks_were_stored_reads_back_without() {
    let mut older: Value = serde_json::from_str(GOLDEN).unwrap();
    let replicate = older["blocks"]["replicates"][0].as_object_mut().unwrap();
    assert!(replicate.remove("longest_ack_ns").is_some());
    let read: RunRecord = serde_json::from_value(older).unwrap();
    assert_eq!(read.blocks.unwrap().replicates[0].longest_ack_ns, None);
}

#[test]
fn a_record_from_before_a_queues_starving_was_stored_reads_back_without() {
    let mut older: Value = serde_json::from_str(GOLDEN).unwrap();
    let mut remove = |pointer: &str, fields: &[&str]| {
        let object = older.pointer_mut(pointer).unwrap().as_object_mut().unwrap();
        fields.iter().for_each(|field| assert!(object.remove(*field).is_some(), "{field}"));
    };
    remove("/queue", &["hand_in_ns", "delivery_wait_ns"]);
    remove(
        "/queue/series/0",
        &["commit_ns", "checkpoint_ns", "checkpointed_frames", "device_bytes_written"],
    );
    remove("/queue/series/0", &["dirty_bytes", "writeback_bytes"]);
    remove("/blocks/replicates/0", &["figures"]);
    let read: RunRecord = serde_json::from_value(older).unwrap();
    let queue = read.queue.unwrap();
    assert_eq!((queue.hand_in_ns, queue.series[0].commit_ns), (None, None));
    assert!(read.blocks.unwrap().replicates[0].figures.is_empty());
}

#[test]
fn a_stored_histogram_gives_its_quantiles_again() {
    let latency = full_record().ack_latency_ns;
    let histogram = latency.histogram().unwrap();
    assert_eq!(latency.p50, histogram.quantile(0.5));
    assert_eq!(latency.p999, histogram.quantile(0.999));
    assert_eq!(latency.max, Some(10_000_000));
    assert_eq!(LatencyRecord::of(&histogram).unwrap(), latency);
}

#[test]
fn a_stage_that_never_occurred_is_null() {
    let mut stages = Stages::default();
    stages.commit.record_ns(5);
    let record = StagesRecord::of(&stages).unwrap();
    assert_eq!((record.insert, record.deferred), (None, None));
    assert_eq!(record.commit.unwrap().count, 1);
}

#[test]
fn no_records_have_no_bytes_per_record() {
    let written = WrittenBytes { device_bytes_written: Some(8), ..WrittenBytes::default() };
    assert_eq!(DeviceRecord::of(written, 0).device_bytes_per_record, None);
    let some = DeviceRecord::of(written, 4);
    assert_eq!(some.device_bytes_per_record, Some(2.0));
    assert_eq!(some.process_write_bytes_per_record, None);
}

#[test]
fn a_floor_tells_the_share_of_one_and_of_several_syncs() {
    let floor = full_record().floor.unwrap();
    assert_eq!((floor.share, floor.share_of_syncs), (Some(0.5), Some(1.0)));
    assert_eq!((floor.share_low, floor.share_high), (Some(0.5), Some(0.5)));
}

#[test]
fn a_record_from_before_the_compiler_was_stored_reads() {
    let mut stored: Value = serde_json::from_str(GOLDEN).unwrap();
    let compiled = stored["sqlite"]["compiled"].as_object_mut().unwrap();
    assert!(compiled.remove("compiler").is_some());
    let read: RunRecord = serde_json::from_value(stored).unwrap();
    assert_eq!(read.sqlite.unwrap().compiled.unwrap().compiler, None);
}
