//! A measured case as pieces: times per packet beside the yardsticks.

use measure::stats::Piece;
use runner::blocks::{Measured, Replicate};

use crate::kinds::Kind;

/// Stands for the floor of a case that does not wait for the disk: the fit leaves it out.
const NO_FLOOR_NS: f64 = 1.0;

/// How a piece is brought to one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Time {
    /// The mean packet.
    MeanPacket,
    /// The median packet.
    MedianPacket,
    /// Over the baseline's, which took turns with it.
    OverBaseline,
}

/// What stands for the processor's speed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reference {
    /// A batch of SQLite's inserts into memory.
    Sqlite,
    /// A batch of copies with checksums.
    Copying,
    /// One of each.
    Both,
}

impl Time {
    pub(crate) fn of(kind: &Kind) -> [Self; 2] {
        match kind.case.beside {
            Some(_) => [Self::MeanPacket, Self::OverBaseline],
            None => [Self::MeanPacket, Self::MedianPacket],
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::MeanPacket => "mean",
            Self::MedianPacket => "median",
            Self::OverBaseline => "ratio",
        }
    }

    /// In us, or as a ratio.
    pub(crate) fn shown(self, time: f64) -> String {
        match self {
            Self::OverBaseline => format!("{time:.3}"),
            Self::MeanPacket | Self::MedianPacket => format!("{:.1}", time / 1e3),
        }
    }
}

impl Reference {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Copying, Self::Both];
}

/// Every piece that has such a time.
pub(crate) fn pieces(measured: &Measured, time: Time, reference: Reference) -> Vec<Piece> {
    let of_replicate = |replicate: &Replicate| -> Vec<Piece> {
        (0..replicate.record.pieces.len())
            .filter_map(|number| piece(replicate, number, time, reference))
            .collect()
    };
    measured.replicates.iter().flat_map(of_replicate).collect()
}

fn piece(replicate: &Replicate, number: usize, time: Time, reference: Reference) -> Option<Piece> {
    let piece = replicate.record.pieces[number];
    let beside = replicate.yardsticks_of(number)?;
    let candidate = |reading: usize| replicate.readings.get(reading)?.candidate_ns;
    let copying = || Some(f64::midpoint(candidate(number)?, candidate(number + 1)?));
    let elapsed = piece.elapsed_ns as f64;
    let time_ns = match time {
        Time::MeanPacket => Some(elapsed / replicate.units_per_piece as f64),
        Time::MedianPacket => piece.ack_ns_p50.map(|ns| ns as f64),
        Time::OverBaseline => piece.baseline_ns.map(|ns| elapsed / ns as f64),
    };
    Some(Piece {
        block: replicate.record.block,
        time_ns: time_ns?,
        floor_ns: beside.floor_ns.unwrap_or(NO_FLOOR_NS),
        reference_ns: match reference {
            Reference::Sqlite => beside.reference_ns,
            Reference::Copying => copying()?,
            Reference::Both => beside.reference_ns + copying()?,
        },
    })
}
