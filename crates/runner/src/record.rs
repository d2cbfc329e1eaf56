//! From what was measured of a case to its run record.

mod assembly;
mod beyond_baseline;
mod checkpoints;
mod cost;
mod figures;
mod space;
mod sqlite;
mod tail;

use std::path::Path;

use measure::device::WrittenBytes;
use measure::latency::{LatencyHistogram, Stages};
use measure::pairs::{Pairs, Piece as PairedPiece};
use measure::record::{
    BlocksRecord, CaseRecord, CostRecord, DeviceRecord, FloorRecord, PairsRecord, RunRecord,
    StagesRecord, VerifyRecord,
};
use measure::spread::Spread;

use crate::blocks::{Measured, Replicate, floor_payload_bytes};
use crate::case::{Case, CaseId};
use crate::error::RunnerError;
use crate::reading::Task;
use crate::verify::Closed;
use crate::yardstick;
pub use assembly::{axes, new_record, standing};
pub use checkpoints::record_of_checkpoints;
pub use cost::costs;
use figures::operations_per_second;
pub use space::space_of;
use space::space_record;
pub use sqlite::sqlite_record;

/// What a case's record needs beside what was measured of it.
#[derive(Debug, Clone)]
pub struct Context<'question> {
    /// The question that it belongs to.
    pub question: &'question str,
    /// Its id.
    pub id: &'question CaseId,
    /// The case that it repeats, where it is the second half of an A/A pair.
    pub repeats: Option<&'question CaseId>,
    /// The case whose path takes turns with it.
    pub baseline: Option<&'question CaseId>,
    /// The case.
    pub case: &'question Case,
    /// The seed of the blocks.
    pub seed: u64,
    /// What it costs in yardsticks, if that can be told.
    pub cost: Option<CostRecord>,
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
        acks.merge(&replicate.totals.acks);
        stages.merge(&replicate.totals.stages);
    }
    let operations: u64 = replicates.iter().map(|replicate| replicate.record.operations).sum();
    let written =
        replicates.iter().fold(WrittenBytes::default(), |sum, it| sum.plus(&it.totals.written));
    let floor_pairs = floor_pairs(case, replicates);
    let rate = |owed: fn(&Replicate) -> f64| {
        let of =
            replicates.iter().map(|replicate| operations_per_second(replicate, owed(replicate)));
        Spread::of(of.collect()).ok_or(RunnerError::NoSamples)
    };
    // The last block's comparison; the records of each block are in the replicates.
    let verify = verify_record(case.task, &replicates.last().unwrap_or(first).end);
    let rates = [rate(|_| 0.0)?, rate(|replicate| replicate.record.owed_ns_per_operation)?];
    let case_record = case_record(&context);
    Ok(RunRecord {
        settings: first.end.settings.clone(),
        sqlite: first.end.identity.as_ref().map(sqlite_record),
        space: space_record(replicates),
        device: DeviceRecord::of(written, operations),
        verify: VerifyRecord {
            note: format!("in each of {} blocks {}", replicates.len(), verify.note),
            digest_ok: replicates.iter().all(|it| it.end.found == it.end.acked),
            ..verify
        },
        notes: notes(replicates),
        extra: figures::extra(case, measured),
        started_utc: first.record.started_utc,
        seconds: measured.seconds,
        stages: (stages.commit.count() > 0).then(|| StagesRecord::of(&stages)).transpose()?,
        driver_lateness_ns: tail::driver_lateness(replicates)?,
        checkpoints: checkpoints::of_replicates(replicates),
        attribution: tail::attribution(replicates, &acks, &stages),
        growth: (!first.totals.growth.is_empty()).then(|| first.totals.growth.clone()),
        timeline: Some(first.timeline.clone()),
        sync_audit: measured.sync_audit.clone(),
        floor: floor_record(case, measured, &floor_pairs),
        pairs: pairs_record(context.baseline, &floor_pairs, replicates),
        blocks: Some(BlocksRecord {
            seed: context.seed,
            units_per_piece: measured.work.units_per_piece,
            warm_up_units: measured.work.warm_up_units,
            baseline: context.baseline.map(ToString::to_string),
            replicates: replicates.iter().map(|replicate| replicate.record.clone()).collect(),
        }),
        cost: context.cost,
        ..new_record(context.question, case_record, rates, &acks, context.scratch)?
    })
}

/// What a record says of the case itself.
fn case_record(context: &Context<'_>) -> CaseRecord {
    let Context { id, case, .. } = context;
    let records_per_packet = case.load.records_per_packet.get();
    CaseRecord {
        id: id.to_string(),
        label: id.label.clone(),
        parameter: Some(id.parameter as f64),
        axes: axes(case.axes()),
        standing: standing(case.path.as_ref()),
        engine: case.path.engine().value,
        repeats_case: context.repeats.map(ToString::to_string),
        records_per_packet: records_per_packet.into(),
        record_bytes: case.packet_payload().get() as u64 / u64::from(records_per_packet),
    }
}

/// How it was checked that a case's figures are those of right answers.
pub fn verify_record(task: Task, end: &Closed) -> VerifyRecord {
    VerifyRecord {
        acked_records: end.acked.records(),
        found_records: end.found.records(),
        digest_ok: end.found == end.acked,
        note: verification(task, end),
    }
}

fn verification(task: Task, end: &Closed) -> String {
    let reopened = "closed, reopened, and every record compared by count and digest";
    if end.kept_in_memory.is_some() {
        return "kept in memory only: every record compared by count and digest before closing, and \
                nothing is left"
            .into();
    }
    match (task, end.recycled.records()) {
        (Task::Write | Task::Checkpoint, 0) => reopened.into(),
        (Task::Write | Task::Checkpoint, records) => {
            format!("{reopened}; {records} of them were read back before their space was recycled")
        }
        (Task::Read(_), _) => {
            format!("every record of every answer compared with what was acked; then {reopened}")
        }
    }
}

/// Each piece between two floors, in ns per commit.
fn floor_pairs(case: &Case, replicates: &[Replicate]) -> Pairs {
    let mut pieces = Vec::new();
    for replicate in replicates {
        for (piece, readings) in replicate.record.pieces.iter().zip(replicate.readings.windows(2)) {
            let [before, after] = readings else { continue };
            let (Some(before), Some(after)) = (before.floor_ns, after.floor_ns) else { continue };
            pieces.push(PairedPiece {
                value: piece.elapsed_ns as f64 / piece.commits.max(1.0),
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
    let readings = measured.replicates.iter().flat_map(|replicate| &replicate.readings);
    let payload = floor_payload_bytes(case)?;
    if case.path.facts().promise.is_none() {
        // What waits for no sync has no share of it.
        return yardstick::floor_record(readings, payload, &Pairs::of_pieces(&[]), None);
    }
    let syncs = measured.sync_audit.as_ref().map(|audit| audit.syncs_per_commit);
    yardstick::floor_record(readings, payload, pairs, syncs)
}

/// The case beside its baseline, or else beside the floor.
fn pairs_record(
    baseline: Option<&CaseId>,
    floor_pairs: &Pairs,
    replicates: &[Replicate],
) -> Option<PairsRecord> {
    let Some(baseline) = baseline else {
        return (floor_pairs.of > 0).then(|| PairsRecord::of("floor", floor_pairs));
    };
    let mut paired = Vec::new();
    for replicate in replicates {
        let each = |time_ns: u64| time_ns as f64 / replicate.units_per_piece.max(1) as f64;
        for piece in &replicate.record.pieces {
            let Some(reference) = piece.baseline_ns.map(each) else { continue };
            paired.push(PairedPiece {
                value: each(piece.elapsed_ns),
                reference_before: reference,
                reference_after: reference,
            });
        }
    }
    let pairs = Pairs::of_pieces(&paired);
    Some(PairsRecord::of(&baseline.to_string(), &pairs))
}

fn notes(replicates: &[Replicate]) -> Vec<String> {
    let repeated = replicates.iter().filter(|replicate| replicate.record.attempt > 0).count();
    let note = format!(
        "{repeated} of {} blocks were measured twice, because a yardstick changed by more than a factor of 3 within \
         them",
        replicates.len()
    );
    if repeated > 0 { vec![note] } else { Vec::new() }
}
