//! The pieces as a table for other tools.

use std::fmt::Write as _;

use runner::blocks::{Run, Subject};

/// The names of the columns.
pub(crate) const HEADER: &str = "settled_after_each_piece,case,block,place,piece,opening,units,elapsed_ns,ack_ns_p50,baseline_ns,\
     floor_before_ns,floor_after_ns,reference_before_ns,reference_after_ns,copying_before_ns,copying_after_ns\n";

/// Adds a line for each piece.
pub(crate) fn add(text: &mut String, settles_pieces: bool, subjects: &[Subject<'_>], run: &Run) {
    let known = |value: Option<f64>| value.map_or(String::new(), |value| value.to_string());
    for (subject, outcome) in subjects.iter().zip(&run.cases) {
        let Ok(measured) = outcome else { continue };
        for replicate in &measured.replicates {
            for (number, piece) in replicate.record.pieces.iter().enumerate() {
                let (before, after) =
                    (&replicate.readings[number], &replicate.readings[number + 1]);
                let line = [
                    settles_pieces.to_string(),
                    subject.id.to_string(),
                    replicate.record.block.to_string(),
                    replicate.record.place.to_string(),
                    number.to_string(),
                    piece.opening.to_string(),
                    replicate.units_per_piece.to_string(),
                    piece.elapsed_ns.to_string(),
                    known(piece.ack_ns_p50.map(|ns| ns as f64)),
                    known(piece.baseline_ns.map(|ns| ns as f64)),
                    known(before.floor_ns),
                    known(after.floor_ns),
                    before.reference_ns.to_string(),
                    after.reference_ns.to_string(),
                    known(before.candidate_ns),
                    known(after.candidate_ns),
                ];
                let _in_memory = writeln!(text, "{}", line.join(","));
            }
        }
    }
}
