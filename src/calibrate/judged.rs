//! From what was measured to findings, as the report judges a question's contrasts.

use std::collections::BTreeMap;

use measure::record::{CaseId, Class, ContrastKey, ContrastKind, Metric};
use measure::stats::{BlockTime, NominalTime, median};
use report::judgement::{ClassVariance, Contrast, Finding};
use runner::blocks::{Measured, Piece, Replicate};

/// The question under which contrasts stand that no question declared.
const QUESTION: &str = "calibrate";

/// Two cases to be judged, by their times in each block.
pub(super) struct Beside {
    /// The id of the first.
    pub(super) case: String,
    /// The id of the second.
    pub(super) baseline: String,
    /// What kind of noise there is.
    pub(super) class: Class,
    /// The times of the first, and those of the second.
    pub(super) times: (NominalTime, NominalTime),
}

/// Judges contrasts of one round together: each is shrunk towards its class. In the order in which they were given; an
/// error says why one cannot be judged.
pub(super) fn judge(contrasts: Vec<Beside>) -> Vec<Result<Finding, String>> {
    let made: Vec<Result<Contrast, String>> = contrasts.into_iter().map(contrast).collect();
    let known: Vec<Contrast> = made.iter().flatten().cloned().collect();
    let mut classes: BTreeMap<Class, ClassVariance> = BTreeMap::new();
    for contrast in &known {
        let class = contrast.class;
        classes.entry(class).or_insert_with(|| ClassVariance::learn(class, &known));
    }
    let judged = |contrast: Result<Contrast, String>| {
        let contrast = contrast?;
        let variance = classes.get(&contrast.class).copied();
        let variance = variance.unwrap_or_else(|| ClassVariance::unknown(contrast.class));
        variance.judge(&contrast).map_err(|why| format!("{}: {why}", contrast.key))
    };
    made.into_iter().map(judged).collect()
}

fn contrast(beside: Beside) -> Result<Contrast, String> {
    let key = ContrastKey {
        question: QUESTION.into(),
        kind: ContrastKind::NullPair,
        case: CaseId(beside.case),
        baseline: CaseId(beside.baseline),
        metric: Metric::AckedTime,
    };
    let (case, baseline) = &beside.times;
    let named = key.to_string();
    Contrast::new(key, beside.class, case, baseline).map_err(|why| format!("{named}: {why}"))
}

/// The times of a case that took turns with its baseline, and those of the baseline. `None` where a block holds no
/// whole piece.
pub(super) fn times_in_turns(measured: &Measured) -> Option<(NominalTime, NominalTime)> {
    let (mut case, mut baseline) = (Vec::new(), Vec::new());
    for replicate in &measured.replicates {
        let block = replicate.position.block;
        let baseline_ns = baseline_ns(replicate)?;
        let time_ns = baseline_ns * ratio_of_block(&replicate.pieces)?;
        case.push(BlockTime { block, time_ns });
        baseline.push(BlockTime { block, time_ns: baseline_ns });
    }
    let has_any = !case.is_empty();
    has_any.then(|| (NominalTime::unfitted(case), NominalTime::unfitted(baseline)))
}

/// The baseline's median time per unit.
fn baseline_ns(replicate: &Replicate) -> Option<f64> {
    let time = |piece: &Piece| Some(piece.baseline?.as_nanos() as f64 / piece.units.max(1) as f64);
    median(&replicate.pieces.iter().map(time).collect::<Option<Vec<f64>>>()?)
}

/// The case's time over the baseline's in one block. Between the openings the two exchange their directories, and where
/// files lie falls out only if each opening counts alike: the geometric mean of the openings' medians.
fn ratio_of_block(pieces: &[Piece]) -> Option<f64> {
    let mut openings: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for piece in pieces {
        let ratio = piece.elapsed.as_nanos() as f64 / piece.baseline?.as_nanos() as f64;
        openings.entry(piece.opening).or_default().push(ratio.ln());
    }
    let middles: Vec<f64> =
        openings.values().map(|ratios| median(ratios)).collect::<Option<Vec<f64>>>()?;
    let mean = middles.iter().sum::<f64>() / middles.len().max(1) as f64;
    (!middles.is_empty()).then(|| mean.exp())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use report::judgement::{Direction, Verdict};

    use super::*;

    fn piece(opening: u32, case_us: u64, baseline_us: u64) -> Piece {
        Piece {
            units: 2,
            commits: 2.0,
            elapsed: Duration::from_micros(case_us),
            ack_ns_p50: None,
            baseline: Some(Duration::from_micros(baseline_us)),
            baseline_ack_ns_p50: None,
            opening,
        }
    }

    #[test]
    fn each_opening_counts_alike() {
        // One directory makes its store twice as fast; the second opening has more pieces.
        let mut pieces = vec![piece(0, 200, 100)];
        pieces.extend([piece(1, 100, 200), piece(1, 100, 200), piece(1, 100, 200)]);
        let ratio = ratio_of_block(&pieces).unwrap();
        assert!((ratio - 1.0).abs() < 1e-12, "{ratio}");
        assert_eq!(ratio_of_block(&[]), None);
        let alone = Piece { baseline: None, ..piece(0, 1, 1) };
        assert_eq!(ratio_of_block(&[alone]), None);
    }

    fn times(factor: f64, wobble: f64) -> NominalTime {
        let time = |block: u32| BlockTime {
            block,
            time_ns: 1_000.0 * factor * (1.0 + wobble * f64::from(block % 3)),
        };
        NominalTime::unfitted((0..8).map(time).collect())
    }

    fn beside(factor: f64, wobble: f64) -> Beside {
        Beside {
            case: "one".into(),
            baseline: "other".into(),
            class: Class::Turns,
            times: (times(factor, wobble), times(1.0, 0.0)),
        }
    }

    #[test]
    fn what_takes_longer_differs_and_what_cannot_be_judged_says_why() {
        let judged = judge(vec![beside(1.1, 0.001), beside(1.0, 0.001), beside(1.0, 0.0)]);
        let verdict = |index: usize| judged[index].as_ref().map(|finding| finding.verdict);
        assert_eq!(verdict(0), Ok(Verdict::Differs { direction: Direction::Longer }));
        assert_eq!(verdict(1), Ok(Verdict::EqualWithin { factor: 1.01 }));
        assert!(judged[2].is_err(), "blocks that do not vary at all were not measured");
    }
}
