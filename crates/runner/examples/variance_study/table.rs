//! The tables of the study: the spread of each kind's A/A pair by each way to bring a block to one figure, and where it
//! comes from.

use measure::stats::{Fit, Nominal, NominalTime, Piece, Yardsticks, median};
use runner::blocks::{Measured, Run};

use crate::components::{Components, Nested};
use crate::kinds::Kind;
use crate::pieces::{Reference, Time, pieces};

/// Prints the spread of each kind's pair, by the yardsticks that its time is taken over.
pub(crate) fn print_spreads(kinds: &[Kind], run: &Run) {
    println!(
        "{:<14}{:<8}{:>6}{:>7}{:>9}{:>8}{:>8}{:>8}{:>8}{:>8}{:>9}{:>9}{:>9}{:>7}{:>7}{:>8}",
        "kind",
        "packet",
        "units",
        "pieces",
        "us",
        "raw",
        "floor",
        "sqlite",
        "copy",
        "s+c",
        "f,sqlite",
        "f,copy",
        "f,s+c",
        "a",
        "b",
        "s/case"
    );
    each_row(kinds, run, |kind, time, pair| {
        let (first, second) = pair;
        let spread = |yardsticks, reference| {
            let of = |measured| block_times(&pieces(measured, time, reference), yardsticks);
            shown(spread(of(first)?, of(second)?))
        };
        let has_floor = kind.has_floor();
        let with_floor = |yardsticks, reference| {
            has_floor.then(|| spread(Some(yardsticks), reference)).flatten()
        };
        let reference_only = |reference| spread(Some(Yardsticks::ReferenceOnly), reference);
        let columns = [
            spread(None, Reference::Sqlite),
            with_floor(Yardsticks::FloorOnly, Reference::Sqlite),
            reference_only(Reference::Sqlite),
            reference_only(Reference::Copying),
            reference_only(Reference::Both),
        ];
        let with_floors = Reference::ALL.map(|reference| with_floor(Yardsticks::Both, reference));
        let cell = |cell: Option<String>| cell.unwrap_or_else(|| "-".into());
        let of_first = pieces(first, time, Reference::Sqlite);
        let fit = Fit::of(&of_first, kind.yardsticks()).ok();
        let middle = median(&of_first.iter().map(|piece| piece.time_ns).collect::<Vec<f64>>());
        print!(
            "{:<14}{:<8}{:>6}{:>7}{:>9}",
            kind.name,
            time.name(),
            first.work.units_per_piece,
            first.work.pieces,
            cell(middle.map(|middle| time.shown(middle)))
        );
        columns.into_iter().for_each(|column| print!("{:>8}", cell(column)));
        with_floors.into_iter().for_each(|column| print!("{:>9}", cell(column)));
        println!(
            "{:>7}{:>7}{:>8.2}",
            cell(fit.map(|fit| format!("{:.2}", fit.floors.estimate))),
            cell(fit.map(|fit| format!("{:.2}", fit.references.estimate))),
            first.seconds
        );
    });
}

/// Prints the variance components of each kind: as measured, and by what is left over the yardsticks.
pub(crate) fn print_components(kinds: &[Kind], run: &Run) {
    println!(
        "{:<14}{:<8}{:>9}{:>11}{:>8}{:>13}{:>11}{:>8}",
        "kind", "packet", "moment", "placement", "piece", "over both: m", "placement", "piece"
    );
    each_row(kinds, run, |kind, time, (first, second)| {
        let of = |measured| pieces(measured, time, Reference::Sqlite);
        let both = [of(first), of(second)];
        let raw = Components::of(&nested(&both, |piece| piece.time_ns.ln()));
        let fit = Fit::of(&both.concat(), kind.yardsticks()).ok();
        let left = fit.and_then(|fit| {
            Components::of(&nested(&both, |piece| {
                let at = Nominal { floor_ns: piece.floor_ns, reference_ns: piece.reference_ns };
                (piece.time_ns / fit.predict_ns(&at)).ln()
            }))
        });
        let cells = |components: Option<Components>| match components {
            Some(Components { moment, placement, piece }) => {
                [moment, placement, piece].map(|deviation| format!("{deviation:.3}"))
            }
            None => ["-"; 3].map(String::from),
        };
        let ([m, p, e], [left_m, left_p, left_e]) = (cells(raw), cells(left));
        let (kind, time) = (kind.name, time.name());
        println!("{kind:<14}{time:<8}{m:>9}{p:>11}{e:>8}{left_m:>13}{left_p:>11}{left_e:>8}");
    });
}

/// A row for each kind that was measured under both names, and for each time.
fn each_row(kinds: &[Kind], run: &Run, mut row: impl FnMut(&Kind, Time, (&Measured, &Measured))) {
    for (kind, pair) in kinds.iter().zip(run.cases.chunks(2)) {
        let [Ok(first), Ok(second)] = pair else { continue };
        for time in Time::of(kind) {
            row(kind, time, (first, second));
        }
    }
}

/// The pieces of both names, by block: each name is a placement of its own.
fn nested(both: &[Vec<Piece>; 2], logarithm: impl Fn(&Piece) -> f64) -> Nested {
    let mut blocks: Vec<u32> = both[0].iter().map(|piece| piece.block).collect();
    blocks.dedup();
    let of_block = |block: u32| {
        both.each_ref()
            .map(|pieces| {
                let of = pieces.iter().filter(|piece| piece.block == block);
                of.map(&logarithm).collect::<Vec<f64>>()
            })
            .to_vec()
    };
    blocks.into_iter().map(of_block).collect()
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

/// The standard deviation over blocks of the logarithm of the ratio.
fn spread(first: Vec<(u32, f64)>, second: Vec<(u32, f64)>) -> Option<f64> {
    let pairs = first.into_iter().zip(second).filter(|(first, second)| first.0 == second.0);
    let ratios: Vec<f64> = pairs.map(|(first, second)| (first.1 / second.1).ln()).collect();
    let mean = ratios.iter().sum::<f64>() / ratios.len() as f64;
    let squares: f64 = ratios.iter().map(|ratio| (ratio - mean).powi(2)).sum();
    (ratios.len() > 1).then(|| (squares / (ratios.len() - 1) as f64).sqrt())
}

fn shown(spread: Option<f64>) -> Option<String> {
    spread.map(|spread| format!("{spread:.3}"))
}
