//! What a packet costs in floors and CPU references.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use measure::record::CostRecord;
use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks};

use crate::blocks::{Measured, Outcome, PIECES_FOR_BOTH, Subject, floor_payload_bytes};
use crate::case::{Case, Place};
use crate::reading::Task;

/// Stands for the floor of a case that does not wait for the disk: the fit leaves it out.
const NO_FLOOR_NS: f64 = 1.0;

/// The cost of each case, in the order of the subjects; `None` where it failed or its pieces cannot tell.
///
/// All cases of a payload are told at the same nominal floor, the middle of every piece of theirs, and all cases at the
/// same CPU reference.
pub fn costs(subjects: &[Subject<'_>], outcomes: &[Outcome]) -> Vec<Option<CostRecord>> {
    let pieces: Vec<Vec<Piece>> =
        outcomes.iter().map(|outcome| outcome.as_ref().map(pieces).unwrap_or_default()).collect();
    let all: Vec<Piece> = pieces.iter().flatten().copied().collect();
    let reference_ns = Nominal::of(&all).ok().map(|nominal| nominal.reference_ns);
    let mut by_payload: BTreeMap<Option<NonZeroUsize>, Vec<Piece>> = BTreeMap::new();
    for (subject, pieces) in subjects.iter().zip(&pieces) {
        by_payload.entry(floor_payload_bytes(subject.case)).or_default().extend(pieces);
    }
    let floor_ns: BTreeMap<Option<NonZeroUsize>, f64> = by_payload
        .into_iter()
        .filter_map(|(payload, pieces)| Some((payload, Nominal::of(&pieces).ok()?.floor_ns)))
        .collect();
    subjects
        .iter()
        .zip(&pieces)
        .map(|(subject, pieces)| {
            // How long packets take that come at their own times is what was offered.
            if subject.case.load.driver.is_open() {
                return None;
            }
            let floor_ns = *floor_ns.get(&floor_payload_bytes(subject.case))?;
            cost(subject.case, pieces, Nominal { floor_ns, reference_ns: reference_ns? })
        })
        .collect()
}

fn cost(case: &Case, pieces: &[Piece], nominal: Nominal) -> Option<CostRecord> {
    let fit = Fit::of(pieces, yardsticks(case, pieces.len())).ok()?;
    let time = NominalTime::of(&fit, pieces, &nominal).ok()?;
    let floor_payload_bytes = floor_payload_bytes(case).map(|bytes| bytes.get() as u64);
    Some(CostRecord { fit, floor_payload_bytes, nominal, time })
}

/// Which yardsticks a case is fitted to. A log is a floor and nothing else, and a case whose acks wait for no sync is
/// work of the processor: with both yardsticks the fit followed outliers, and an A/A pair spread more. So is most of a
/// long piece that holds whole checkpoint cycles, of which there are few.
fn yardsticks(case: &Case, pieces: usize) -> Yardsticks {
    let facts = case.path.facts();
    match (case.load.place, case.task, facts.promise) {
        (Place::Memory, _, _) | (_, Task::Read(_), _) | (_, _, None) => Yardsticks::ReferenceOnly,
        (Place::Disk, _, _) if facts.has_even_commits => Yardsticks::FloorOnly,
        (Place::Disk, _, _) if pieces < PIECES_FOR_BOTH => Yardsticks::ReferenceOnly,
        (Place::Disk, _, _) => Yardsticks::Both,
    }
}

/// Every piece as a time per packet, query or checkpoint.
fn pieces(measured: &Measured) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for replicate in &measured.replicates {
        for (number, piece) in replicate.record.pieces.iter().enumerate() {
            let Some(reading) = replicate.yardsticks_of(number) else { continue };
            pieces.push(Piece {
                block: replicate.record.block,
                time_ns: piece.elapsed_ns as f64 / replicate.units_per_piece.max(1) as f64,
                floor_ns: reading.floor_ns.unwrap_or(NO_FLOOR_NS),
                reference_ns: reading.reference_ns,
            });
        }
    }
    pieces
}
