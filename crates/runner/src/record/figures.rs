//! Figures of a record that have no field of their own.

use std::collections::BTreeMap;
use std::time::Duration;

use measure::latency::LatencyHistogram;

use super::{beyond_baseline, space};
use crate::blocks::{Measured, Replicate};
use crate::case::Case;
use crate::concurrent_reader::ReadsDone;
use crate::reading::Task;
use crate::wal_length::{WalKept, WalSpan};

/// A figure with its name.
type Figure = (&'static str, f64);

/// All figures of a case that have no field of their own, by name.
pub(super) fn extra(case: &Case, measured: &Measured) -> BTreeMap<String, f64> {
    let replicates = &measured.replicates;
    let mean = |of: &dyn Fn(&Replicate) -> f64| {
        replicates.iter().map(of).sum::<f64>() / replicates.len().max(1) as f64
    };
    let mut extra = vec![
        ("drain_seconds", mean(&|replicate| replicate.record.drain_ns as f64 / 1e9)),
        ("reopen_and_read_seconds", mean(&|replicate| replicate.end.reopened_in.as_secs_f64())),
        ("recycled_records", mean(&|it| it.end.recycled.records() as f64)),
        ("longest_ack_ns_mean_of_blocks", mean(&|it| it.totals.acks.longest().unwrap_or(0) as f64)),
    ];
    let per_operation = mean(&|replicate| 1e9 / operations_per_second(replicate, 0.0));
    match case.task {
        Task::Write => extra.push(("merged_packets_per_commit", merged_packets(replicates))),
        Task::Read(_) => extra.push(("read_ns_per_row", per_operation)),
        Task::Checkpoint => extra.push(("checkpoint_ns_per_record", per_operation)),
    }
    extra.extend(rates_by_totals(replicates));
    extra.extend(measured.offered_per_second.map(|rate| ("offered_packets_per_second", rate)));
    extra.extend(space::figures(case, replicates));
    extra.extend(beyond_baseline::figures(replicates));
    extra.extend(own_checkpoints(replicates));
    extra.extend(reads_beside(replicates));
    extra.extend(wal_kept(replicates));
    extra.into_iter().map(|(name, figure)| (name.to_string(), figure)).collect()
}

/// Operations per second of a replicate, with so much owed for each.
pub(super) fn operations_per_second(replicate: &Replicate, owed_ns: f64) -> f64 {
    let elapsed_ns: u64 = replicate.record.pieces.iter().map(|piece| piece.elapsed_ns).sum();
    1e9 / (elapsed_ns as f64 / replicate.record.operations.max(1) as f64 + owed_ns)
}

/// Operations of all blocks over their time: as acked, and with what was owed and drained. A checkpoint that fell into few
/// of the blocks is in these, and in no median of them.
fn rates_by_totals(replicates: &[Replicate]) -> [Figure; 2] {
    let operations: u64 = replicates.iter().map(|replicate| replicate.record.operations).sum();
    let seconds = |owed: fn(&Replicate) -> f64| -> f64 {
        let of = |it: &Replicate| {
            it.record.operations as f64 / operations_per_second(it, owed(it)).max(f64::MIN_POSITIVE)
        };
        replicates.iter().map(of).sum()
    };
    let rate = |seconds: f64| operations as f64 / seconds.max(f64::MIN_POSITIVE);
    [
        ("acked_per_second_by_totals", rate(seconds(|_| 0.0))),
        ("drained_per_second_by_totals", rate(seconds(|it| it.record.owed_ns_per_operation))),
    ]
}

fn merged_packets(replicates: &[Replicate]) -> f64 {
    let commits: f64 =
        replicates.iter().flat_map(|it| &it.record.pieces).map(|piece| piece.commits).sum();
    let packets: u64 =
        replicates.iter().map(|it| it.units_per_piece * it.record.pieces.len() as u64).sum();
    packets as f64 / commits.max(1.0)
}

/// How many checkpoints were a case's own, over all blocks; nothing of one without a WAL.
fn own_checkpoints(replicates: &[Replicate]) -> Option<Figure> {
    let own: usize = replicates.iter().map(|replicate| replicate.totals.checkpoints.len()).sum();
    let has_wal = replicates.iter().any(|replicate| replicate.totals.wal_resets.is_some());
    has_wal.then_some(("own_checkpoints", own as f64))
}

/// What was read beside the packets; nothing where nobody read. A quantile is told only with ten reads beyond it.
fn reads_beside(replicates: &[Replicate]) -> Vec<Figure> {
    let reads: Vec<&ReadsDone> = replicates.iter().filter_map(|it| it.reads.as_ref()).collect();
    if reads.is_empty() {
        return Vec::new();
    }
    let mut latencies = LatencyHistogram::new();
    reads.iter().for_each(|reads| latencies.merge(&reads.latencies));
    let read_for: Duration = reads.iter().map(|reads| reads.read_for).sum();
    let count = latencies.count() as f64;
    let nanoseconds = [
        ("reader_ns_p50", latencies.quantile(0.5)),
        ("reader_ns_p99", latencies.quantile(0.99)),
        ("reader_ns_longest", latencies.longest()),
    ];
    let mut figures = vec![
        ("reader_reads", count),
        ("reader_reads_per_second", count / read_for.as_secs_f64().max(f64::EPSILON)),
    ];
    let known = nanoseconds.into_iter().filter_map(|(name, ns)| Some((name, ns? as f64)));
    figures.extend(known);
    figures
}

/// Between which lengths a WAL was that is kept at one, over all blocks, and what bringing it back took, which is charged
/// nowhere.
fn wal_kept(replicates: &[Replicate]) -> Vec<Figure> {
    let kept: Vec<&WalKept> = replicates.iter().filter_map(|it| it.wal_kept.as_ref()).collect();
    let spans: Vec<WalSpan> = kept.iter().filter_map(|kept| kept.span).collect();
    let (Some(begin), Some(end)) =
        (spans.iter().map(|span| span.begin).min(), spans.iter().map(|span| span.end).max())
    else {
        return Vec::new();
    };
    let restored: u32 = kept.iter().map(|kept| kept.restored).sum();
    let restoring: Duration = kept.iter().map(|kept| kept.restoring).sum();
    vec![
        ("wal_frames_begin", begin as f64),
        ("wal_frames_end", end as f64),
        ("wal_restored", f64::from(restored)),
        ("wal_restoring_seconds", restoring.as_secs_f64()),
    ]
}
