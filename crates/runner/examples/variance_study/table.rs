//! The spread of each kind's A/A pair, by each way to bring a block to one figure.

use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks, median};
use runner::blocks::{Measured, Run};

use crate::kinds::Kind;

/// How a piece is brought to one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Time {
    MeanPacket,
    MedianPacket,
    OverBaseline,
}

/// Prints a row for each kind and time.
pub(crate) fn print(kinds: &[Kind], run: &Run) {
    println!(
        "{:<14}{:<8}{:>6}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}",
        "kind",
        "packet",
        "units",
        "pieces",
        "ns",
        "raw",
        "floor",
        "cpu",
        "both",
        "a",
        "b",
        "s/case"
    );
    for (kind, pair) in kinds.iter().zip(run.cases.chunks(2)) {
        let [Ok(first), Ok(second)] = pair else { continue };
        let times: &[Time] = match kind.case.beside {
            Some(_) => &[Time::MeanPacket, Time::OverBaseline],
            None => &[Time::MeanPacket, Time::MedianPacket],
        };
        for time in times {
            row(kind, *time, first, second);
        }
    }
}

fn row(kind: &Kind, time: Time, first: &Measured, second: &Measured) {
    let (a, b) = (pieces(first, time), pieces(second, time));
    let has_floor = a.iter().all(|piece| piece.floor_ns != 1.0);
    let spread = |yardsticks| {
        let (a, b) = (block_times(&a, yardsticks)?, block_times(&b, yardsticks)?);
        let ratios: Vec<f64> =
            a.iter().zip(&b).filter(|(a, b)| a.0 == b.0).map(|(a, b)| (a.1 / b.1).ln()).collect();
        deviation(&ratios)
    };
    let shown = |spread: Option<f64>| spread.map_or("-".into(), |spread| format!("{spread:.3}"));
    let of_disk = |yardsticks| has_floor.then(|| spread(Some(yardsticks))).flatten();
    let yardsticks = if has_floor { Yardsticks::Both } else { Yardsticks::ReferenceOnly };
    let fit = Fit::of(&a, yardsticks).ok();
    let times: Vec<f64> = a.iter().map(|piece| piece.time_ns).collect();
    println!(
        "{:<14}{:<8}{:>6}{:>8}{:>10}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8}{:>8.2}",
        kind.name,
        match time {
            Time::MeanPacket => "mean",
            Time::MedianPacket => "median",
            Time::OverBaseline => "ratio",
        },
        first.work.units_per_piece,
        first.work.pieces,
        median(&times).map_or("-".into(), |middle| match time {
            Time::OverBaseline => format!("{middle:.3}"),
            Time::MeanPacket | Time::MedianPacket => format!("{:.1}", middle / 1e3),
        }),
        shown(spread(None)),
        shown(of_disk(Yardsticks::FloorOnly)),
        shown(spread(Some(Yardsticks::ReferenceOnly))),
        shown(of_disk(Yardsticks::Both)),
        fit.map_or("-".into(), |fit| format!("{:.2}", fit.floors.estimate)),
        fit.map_or("-".into(), |fit| format!("{:.2}", fit.references.estimate)),
        first.seconds,
    );
}

fn pieces(measured: &Measured, time: Time) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for replicate in &measured.replicates {
        for (number, piece) in replicate.pieces.iter().enumerate() {
            let Some(reading) = replicate.yardsticks_of(number) else { continue };
            let elapsed = piece.elapsed.as_nanos() as f64;
            let time_ns = match time {
                Time::MeanPacket => Some(elapsed / piece.units as f64),
                Time::MedianPacket => piece.ack_ns_p50.map(|ns| ns as f64),
                Time::OverBaseline => piece.baseline.map(|time| elapsed / time.as_nanos() as f64),
            };
            pieces.extend(time_ns.map(|time_ns| Piece {
                block: replicate.position.block,
                time_ns,
                floor_ns: reading.floor_ns.unwrap_or(1.0),
                reference_ns: reading.reference_ns,
            }));
        }
    }
    pieces
}

/// Each block's figure: over the model, or the plain median of its pieces.
fn block_times(pieces: &[Piece], yardsticks: Option<Yardsticks>) -> Option<Vec<(u32, f64)>> {
    let Some(yardsticks) = yardsticks else {
        let mut blocks: Vec<u32> = pieces.iter().map(|piece| piece.block).collect();
        blocks.dedup();
        let of_block = |block: u32| {
            let of = pieces.iter().filter(|piece| piece.block == block);
            median(&of.map(|piece| piece.time_ns).collect::<Vec<f64>>())
        };
        return blocks.into_iter().map(|block| Some((block, of_block(block)?))).collect();
    };
    let nominal = Nominal::of(pieces).ok()?;
    let fit = Fit::of(pieces, yardsticks).ok()?;
    let times = NominalTime::of(&fit, pieces, &nominal).ok()?;
    Some(times.blocks.iter().map(|block| (block.block, block.time_ns)).collect())
}

fn deviation(values: &[f64]) -> Option<f64> {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (values.len() > 1).then(|| (squares / (values.len() - 1) as f64).sqrt())
}
