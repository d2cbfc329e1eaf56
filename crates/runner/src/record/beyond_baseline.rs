//! What a case in turns takes beyond its baseline, in time: how many microseconds a log is above the floor.

use std::collections::BTreeMap;

use measure::record::PieceRecord;
use measure::stats::{Interval, StudentT, median};

use crate::blocks::Replicate;

/// Of fewer blocks no interval is worth its name.
const BLOCKS_MIN: usize = 4;

/// Figures of the difference per packet, in ns, by name: the mean over blocks, with its interval of 95 %. None of
/// a case that stood alone.
pub(super) fn figures(replicates: &[Replicate]) -> Vec<(&'static str, f64)> {
    let of_blocks: Vec<f64> = replicates.iter().filter_map(of_block).collect();
    if of_blocks.is_empty() {
        return Vec::new();
    }
    let mean = of_blocks.iter().sum::<f64>() / of_blocks.len() as f64;
    let mut figures = vec![("beyond_baseline_ns", mean)];
    if let Some(interval) = interval(&of_blocks, mean) {
        figures.push(("beyond_baseline_ns_low", interval.low));
        figures.push(("beyond_baseline_ns_high", interval.high));
    }
    figures
}

/// The mean over openings of the median over each one's pieces.
fn of_block(replicate: &Replicate) -> Option<f64> {
    let mut openings: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for piece in &replicate.record.pieces {
        let difference = of_piece(piece, replicate.units_per_piece)?;
        openings.entry(piece.opening).or_default().push(difference);
    }
    let medians: Vec<f64> = openings.values().filter_map(|pieces| median(pieces)).collect();
    (!medians.is_empty()).then(|| medians.iter().sum::<f64>() / medians.len() as f64)
}

/// The difference of the two median acks, which no single pause of the machine moves; that of the means where acks are
/// too few for medians.
fn of_piece(piece: &PieceRecord, units: u64) -> Option<f64> {
    if let Some((case, baseline)) = piece.ack_ns_p50.zip(piece.baseline_ack_ns_p50) {
        return Some(case as f64 - baseline as f64);
    }
    let difference = piece.elapsed_ns as f64 - piece.baseline_ns? as f64;
    Some(difference / units.max(1) as f64)
}

/// Student's t over the blocks.
fn interval(of_blocks: &[f64], mean: f64) -> Option<Interval> {
    if of_blocks.len() < BLOCKS_MIN {
        return None;
    }
    let blocks = of_blocks.len() as f64;
    let squares: f64 = of_blocks.iter().map(|block| (block - mean).powi(2)).sum();
    let standard_error = (squares / (blocks - 1.0) / blocks).sqrt();
    let student = StudentT::new(blocks - 1.0).ok()?;
    Some(Interval::around(mean, student.two_sided(0.95) * standard_error))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piece(opening: u32, medians: Option<(u64, u64)>, elapsed_us: (u64, u64)) -> PieceRecord {
        PieceRecord {
            commits: 10.0,
            elapsed_ns: 1_000 * elapsed_us.0,
            ack_ns_p50: medians.map(|(case, _)| case),
            baseline_ns: Some(1_000 * elapsed_us.1),
            baseline_ack_ns_p50: medians.map(|(_, baseline)| baseline),
            opening,
        }
    }

    #[test]
    fn medians_count_before_means_and_a_piece_alone_has_no_difference() {
        let close = |piece: &PieceRecord, expected: f64| {
            (of_piece(piece, 10).expect("in turns") - expected).abs() < f64::EPSILON
        };
        assert!(close(&piece(0, Some((72_000, 70_000)), (9_000, 700)), 2_000.0));
        assert!(close(&piece(0, None, (900, 700)), 20_000.0));
        let alone = PieceRecord { baseline_ns: None, ..piece(0, None, (900, 700)) };
        assert!(of_piece(&alone, 10).is_none());
    }

    #[test]
    fn an_interval_is_students_over_blocks_and_takes_four_of_them() {
        let blocks = [1_000.0, 2_000.0, 3_000.0, 2_000.0];
        let interval = interval(&blocks, 2_000.0).expect("four blocks");
        // Standard error 408 ns, and 3.182 of them at 3 degrees of freedom.
        assert!((interval.high - 3_299.0).abs() < 2.0, "{interval:?}");
        assert!((interval.low - 701.0).abs() < 2.0, "{interval:?}");
        assert!(super::interval(&blocks[..3], 2_000.0).is_none());
    }
}
