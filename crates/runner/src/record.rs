//! From what was measured of a case to its run record.

mod assembly;
mod beyond_baseline;
mod checkpoints;
mod cost;
mod figures;
mod space;
mod sqlite;
mod tail;

use std::collections::BTreeMap;
use std::path::Path;

use measure::device::WrittenBytes;
use measure::floor::FloorSummary;
use measure::latency::{LatencyHistogram, Stages};
use measure::nanoseconds;
use measure::pairs::{Pairs, Piece as PairedPiece};
use measure::record::{
    BlocksRecord, CaseRecord, DeviceRecord, FloorRecord, LayoutsRecord, PairsRecord, PieceRecord,
    ReplicateRecord, RunRecord, StagesRecord, VerifyRecord,
};
use measure::spread::Spread;
use write_path::SyncPromise;

use crate::blocks::{Measured, Replicate};
use crate::case::{Case, CaseId};
use crate::error::RunnerError;
use crate::reading::Task;
use crate::verify::Unstored;
pub use assembly::{Common, assemble, axes, standing};
pub use checkpoints::record_of_checkpoints;
pub use cost::costs;
use figures::operations_per_second;
pub use space::space_of;
use space::space_record;
pub use sqlite::sqlite_record;

/// How a case is called.
#[derive(Debug, Clone, Copy)]
pub struct CaseName<'question> {
    /// The question that it belongs to.
    pub question: &'question str,
    /// Its id.
    pub id: &'question CaseId,
    /// The case that it repeats, where it is the second half of an A/A pair.
    pub repeats: Option<&'question CaseId>,
    /// The case whose path takes turns with it.
    pub baseline: Option<&'question CaseId>,
}

/// What a case's record needs beside what was measured of it.
#[derive(Debug, Clone)]
pub struct Context<'question> {
    /// The case's names.
    pub name: CaseName<'question>,
    /// The case.
    pub case: &'question Case,
    /// The seed of the blocks.
    pub seed: u64,
    /// What it costs in yardsticks, if that can be told.
    pub cost: Option<measure::record::CostRecord>,
    /// The directory that it was measured in.
    pub scratch: &'question Path,
}

/// The record of a case that was measured in blocks.
///
/// # Errors
/// [`RunnerError::NoSamples`] where no block is whole, and what the machine's facts answer.
pub fn run_record(context: Context<'_>, measured: &Measured) -> Result<RunRecord, RunnerError> {
    let replicates = &measured.replicates;
    let first = replicates.first().ok_or(RunnerError::NoSamples)?;
    let case = context.case;
    let mut acks = LatencyHistogram::new();
    let mut stages = Stages::default();
    for replicate in replicates {
        acks.merge(&replicate.acks);
        stages.merge(&replicate.stages);
    }
    let operations: u64 = replicates.iter().map(|replicate| replicate.operations).sum();
    let written = replicates.iter().fold(WrittenBytes::default(), |sum, it| sum.plus(&it.written));
    let floor_pairs = floor_pairs(case, replicates);
    let rate = |owed: fn(&Replicate) -> f64| {
        let of =
            replicates.iter().map(|replicate| operations_per_second(replicate, owed(replicate)));
        Spread::of(of.collect()).ok_or(RunnerError::NoSamples)
    };
    let common = assemble(Common {
        question: context.name.question,
        case: case_record(case, &context.name),
        settings: first.end.settings.clone(),
        identity: first.end.identity.as_ref(),
        rates: [rate(|_| 0.0)?, rate(|replicate| replicate.owed_ns_per_operation)?],
        acks: &acks,
        space: space_record(replicates),
        device: DeviceRecord::of(written, operations),
        verify: verify_record(case.task, replicates),
        notes: notes(replicates),
        extra: figures::extra(case, measured),
        scratch: context.scratch,
        started_utc: first.started_utc,
        seconds: measured.seconds,
    })?;
    Ok(RunRecord {
        stages: (stages.commit.count() > 0).then(|| StagesRecord::of(&stages)).transpose()?,
        driver_lateness_ns: tail::driver_lateness(replicates)?,
        checkpoints: checkpoints::of_replicates(replicates),
        attribution: tail::attribution(replicates, &acks, &stages),
        growth: (!first.growth.is_empty()).then(|| first.growth.clone()),
        timeline: Some(first.timeline.clone()),
        sync_audit: measured.sync_audit.clone(),
        floor: floor_record(case, measured, &floor_pairs),
        pairs: pairs_record(&context.name, &floor_pairs, replicates),
        blocks: Some(blocks_record(&context, measured)),
        cost: context.cost,
        ..common
    })
}

/// What a record says of the case itself.
pub fn case_record(case: &Case, name: &CaseName<'_>) -> CaseRecord {
    let records_per_packet = case.load.records_per_packet.get();
    CaseRecord {
        id: name.id.to_string(),
        label: name.id.label.clone(),
        parameter: Some(name.id.parameter as f64),
        axes: axes(case.axes()),
        standing: standing(case.path.as_ref()),
        engine: case.path.engine().value,
        repeats_case: name.repeats.map(ToString::to_string),
        records_per_packet: records_per_packet.into(),
        record_bytes: case.packet_payload().get() as u64 / u64::from(records_per_packet),
    }
}

/// How it was checked that a case's figures are those of right answers.
pub fn verification(task: Task, unstored: &Unstored) -> String {
    let reopened = "closed, reopened, and every record compared by count and digest";
    if unstored.in_memory.is_some() {
        return "kept in memory only: every record compared by count and digest before closing, and \
                nothing is left"
            .into();
    }
    match (task, unstored.recycled.records()) {
        (Task::Write | Task::Checkpoint, 0) => reopened.into(),
        (Task::Write | Task::Checkpoint, records) => {
            format!("{reopened}; {records} of them were read back before their space was recycled")
        }
        (Task::Read(_), _) => {
            format!("every record of every answer compared with what was acked; then {reopened}")
        }
    }
}

/// The last block's comparison; the records of each block are in the replicates.
fn verify_record(task: Task, replicates: &[Replicate]) -> VerifyRecord {
    let Some(last) = replicates.last() else {
        return VerifyRecord {
            acked_records: 0,
            found_records: 0,
            digest_ok: false,
            note: String::new(),
        };
    };
    let blocks = replicates.len();
    VerifyRecord {
        acked_records: last.end.acked.records(),
        found_records: last.end.found.records(),
        digest_ok: replicates.iter().all(|replicate| replicate.end.found == replicate.end.acked),
        note: format!("in each of {blocks} blocks {}", verification(task, &last.end.unstored)),
    }
}

/// Each piece between two floors, in ns per commit.
fn floor_pairs(case: &Case, replicates: &[Replicate]) -> Pairs {
    let mut pieces = Vec::new();
    for replicate in replicates {
        for (piece, readings) in replicate.pieces.iter().zip(replicate.readings.windows(2)) {
            let [before, after] = readings else { continue };
            let (Some(before), Some(after)) = (before.floor_ns, after.floor_ns) else { continue };
            pieces.push(PairedPiece {
                value: piece.elapsed.as_nanos() as f64 / piece.commits.max(1.0),
                reference_before: before,
                reference_after: after,
            });
        }
    }
    // The rate of an open loop is what was offered.
    let is_paired = !matches!(case.task, Task::Read(_)) && !case.load.driver.is_open();
    Pairs::of_pieces(if is_paired { &pieces } else { &[] })
}

fn floor_record(case: &Case, measured: &Measured, pairs: &Pairs) -> Option<FloorRecord> {
    let readings = || measured.replicates.iter().flat_map(|replicate| &replicate.readings);
    let times_ns: Vec<u64> =
        readings().flat_map(|reading| reading.floor_times_ns.clone()).collect();
    let call = readings().find_map(|reading| reading.floor_call)?;
    let payload_bytes = crate::blocks::floor_payload_bytes(case)? as u64;
    let syncs = measured.sync_audit.as_ref().map(|audit| audit.syncs_per_commit);
    let summary = FloorSummary::of(&times_ns);
    let record = FloorRecord::of(call, payload_bytes, summary, pairs, syncs);
    Some(match case.path.promise() {
        SyncPromise::Fsync | SyncPromise::Fdatasync => record,
        SyncPromise::NoSync => FloorRecord {
            share: None,
            share_low: None,
            share_high: None,
            share_of_syncs: None,
            ..record
        },
    })
}

/// The case beside its baseline, or else beside the floor.
fn pairs_record(
    name: &CaseName<'_>,
    floor_pairs: &Pairs,
    replicates: &[Replicate],
) -> Option<PairsRecord> {
    let Some(baseline) = name.baseline else {
        return (floor_pairs.of > 0).then(|| PairsRecord::of("floor", floor_pairs));
    };
    let pieces = replicates.iter().flat_map(|replicate| &replicate.pieces);
    let paired = pieces.filter_map(|piece| {
        let reference = piece.baseline?.as_nanos() as f64 / piece.units.max(1) as f64;
        Some(PairedPiece {
            value: piece.elapsed.as_nanos() as f64 / piece.units.max(1) as f64,
            reference_before: reference,
            reference_after: reference,
        })
    });
    let pairs = Pairs::of_pieces(&paired.collect::<Vec<PairedPiece>>());
    Some(PairsRecord::of(&baseline.to_string(), &pairs))
}

fn blocks_record(context: &Context<'_>, measured: &Measured) -> BlocksRecord {
    BlocksRecord {
        seed: context.seed,
        units_per_piece: measured.work.units_per_piece,
        warm_up_units: measured.work.warm_up_units,
        baseline: context.name.baseline.map(ToString::to_string),
        replicates: measured.replicates.iter().map(replicate_record).collect(),
    }
}

/// What a record says of one replicate.
pub fn replicate_record(replicate: &Replicate) -> ReplicateRecord {
    let pieces = replicate.pieces.iter().map(|piece| PieceRecord {
        elapsed_ns: nanoseconds(piece.elapsed),
        commits: piece.commits,
        ack_ns_p50: piece.ack_ns_p50,
        opening: piece.opening,
        baseline_ns: piece.baseline.map(nanoseconds),
        baseline_ack_ns_p50: piece.baseline_ack_ns_p50,
    });
    let layouts = replicate
        .layouts
        .iter()
        .map(|opened| LayoutsRecord { case: opened.case, baseline: opened.baseline });
    ReplicateRecord {
        block: replicate.position.block,
        place: replicate.position.place,
        attempt: replicate.position.attempt,
        started_utc: replicate.started_utc,
        inode: replicate.inode,
        operations: replicate.operations,
        pieces: pieces.collect(),
        layouts: layouts.collect(),
        floor_ns: replicate.readings.iter().map(|reading| reading.floor_ns).collect(),
        reference_ns: replicate.readings.iter().map(|reading| reading.reference_ns).collect(),
        owed_ns_per_operation: replicate.owed_ns_per_operation,
        drain_ns: nanoseconds(replicate.drained_in),
        longest_ack_ns: replicate.acks.longest(),
        verified_records: replicate.end.found.records(),
        figures: BTreeMap::new(),
    }
}

fn notes(replicates: &[Replicate]) -> Vec<String> {
    let repeated = replicates.iter().filter(|replicate| replicate.position.attempt > 0).count();
    let note = format!(
        "{repeated} of {} blocks were measured twice, because a yardstick changed by more than a factor of 3 within \
         them",
        replicates.len()
    );
    if repeated > 0 { vec![note] } else { Vec::new() }
}
