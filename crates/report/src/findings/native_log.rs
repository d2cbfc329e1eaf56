//! `native_log`: what the log takes beyond the floor at each packet size, which of its options matter, what several
//! appenders gain, and what a record takes without a disk.

use measure::pairs::{FINDING_PIECES_MIN, Interval};
use measure::record::RunRecord;

use super::Finding;
use super::deviations::Deviations;
use super::inquiry::{Inquiry, axis_value};
use super::log_beside_sqlite::{DRIVER, packets_of};
use super::sentence::{finding, nanoseconds_per_record};
use crate::compare::{ack_syncs, is_counted_without_sync};
use crate::evidence::is_in_memory;
use crate::model::FloorShare;
use crate::mood::FloorBeside;
use crate::quantity;

/// What a commit may take beyond the floor: so much, and so much again for each record of its packet. A log that
/// stays below it cannot be called a straw man.
const TARGET_NS: f64 = 5_000.0;
const TARGET_NS_PER_RECORD: f64 = 3.0;

/// The options of the log, each with what a sentence calls it.
const OPTIONS: [(&str, &str); 4] = [
    ("space", "space"),
    ("sync_method", "sync method"),
    ("flusher", "flusher"),
    ("group_wait", "group wait"),
];

/// The axis of the form in which packets come, and what a sentence calls each.
const PACKETS: &str = "packets";
const FORMS: [(&str, &str); 2] =
    [("encoded", "their encoding included, "), ("ready", "handed bytes, ")];

/// The driver with a single appender.
const ONE_APPENDER: &str = "appenders:threads=1";

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let bases = inquiry.cases().filter(|record| inquiry.is_base_but_for(record, &[PACKETS]));
    let overheads = bases.filter(|record| ack_syncs(record)).filter_map(overhead);
    let options = OPTIONS.iter().filter_map(|(axis, name)| option(inquiry, axis, name));
    overheads.chain(options).chain(appenders(inquiry)).chain(in_memory(inquiry)).collect()
}

/// What a packet takes beyond the floor, against the target.
fn overhead(record: &RunRecord) -> Option<Finding> {
    let pairs = record.pairs.as_ref()?;
    let records = record.case.records_per_packet;
    let pieces = pairs.median_overhead_ns.as_ref().or(pairs.overhead_ns.as_ref())?;
    let overhead = Interval::of_median(&pieces.samples)?;
    let floor = FloorBeside::of(record)?;
    let form = FORMS.iter().find(|(value, _)| axis_value(record, PACKETS) == Some(value));
    let form = form.map_or("", |(_, words)| words);
    let share = match FloorShare::of(record) {
        FloorShare::Share { share, .. } => format!(" ({} of the ack)", quantity::percent(share)),
        _ => String::new(),
    };
    let target_ns = TARGET_NS + TARGET_NS_PER_RECORD * records as f64;
    let sentence = format!(
        "at {}, {form}the log takes {} us ({} to {}) beyond the floor of {}{share}; target {} us: {}",
        packets_of(records),
        microseconds(overhead.median),
        microseconds(overhead.low),
        microseconds(overhead.high),
        quantity::duration_ns(floor.median_ns),
        microseconds(target_ns),
        verdict(&overhead, pieces.samples.len(), target_ns)
    );
    Some(finding(&sentence, [record]))
}

/// The whole interval must lie on one side of the target.
fn verdict(overhead: &Interval, pieces: usize, target_ns: f64) -> &'static str {
    if pieces < FINDING_PIECES_MIN {
        "not judged, for lack of pieces"
    } else if overhead.high < 0.0 {
        "not judged, because what takes less than its floor has no floor"
    } else if overhead.high <= target_ns {
        "reached"
    } else if overhead.low > target_ns {
        "missed"
    } else {
        "not resolvable in this mood of the disk"
    }
}

/// What the values of an option are against the base's, all else equal.
fn option(inquiry: &Inquiry<'_>, axis: &str, name: &str) -> Option<Finding> {
    let mut deviations = Deviations::default();
    let mut base_value = None;
    for record in inquiry.cases() {
        let (Some(value), Some(base)) =
            (axis_value(record, axis), inquiry.without_deviation(record, axis))
        else {
            continue;
        };
        base_value = axis_value(base, axis);
        let driver =
            axis_value(record, DRIVER).filter(|_| !inquiry.is_base_but_for(record, &[axis]));
        let driver = driver.map_or(String::new(), |driver| format!(" ({driver})"));
        deviations.add(inquiry, base, record, &format!("{value}{driver}"));
    }
    let sentence = format!("{name} against {}: {}", base_value?, deviations.sentence()?);
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// What more appenders or packets in flight gain over one appender.
fn appenders(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let driven = || inquiry.cases().filter(|record| inquiry.is_base_but_for(record, &[DRIVER]));
    let driver = |record: &RunRecord| axis_value(record, DRIVER).unwrap_or_default().to_owned();
    let one = driven().find(|record| driver(record) == ONE_APPENDER)?;
    let base = inquiry.base_value(&one.case.engine, DRIVER);
    let others = driven().filter(|record| {
        axis_value(record, DRIVER) != base
            && record.case.records_per_packet == one.case.records_per_packet
    });
    let deviations = Deviations::against(inquiry, one, others, driver);
    let size = packets_of(one.case.records_per_packet);
    let sentence = format!("at {size}, against one appender: {}", deviations.sentence()?);
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// What a record takes where neither a disk nor a sync is in the way.
fn in_memory(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let cases: Vec<&RunRecord> = inquiry
        .cases()
        .filter(|record| is_in_memory(record) && is_counted_without_sync(record))
        .collect();
    let times: Vec<String> = cases
        .iter()
        .map(|record| {
            let size = packets_of(record.case.records_per_packet);
            format!("{} at {size}", nanoseconds_per_record(record))
        })
        .collect();
    (!times.is_empty()).then(|| {
        finding(&format!("in memory without a sync, a record takes {}", times.join(", ")), cases)
    })
}

fn microseconds(nanoseconds: f64) -> String {
    format!("{:.1}", nanoseconds / 1e3)
}
