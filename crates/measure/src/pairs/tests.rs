use super::*;
use crate::random::SplitMix;
use proptest::prelude::*;

fn piece(value: f64, reference_before: f64, reference_after: f64) -> Piece {
    Piece { value, reference_before, reference_after }
}

/// A machine whose regime is 30 % slower every other 0.7 s, with 2 % of noise on each measurement.
struct TwoRegimeMachine {
    now_s: f64,
    random: SplitMix,
}

impl TwoRegimeMachine {
    fn new(seed: u64) -> Self {
        let mut random = SplitMix::new(seed);
        let now_s = random.below(1_400) as f64 / 1_000.0;
        Self { now_s, random }
    }

    /// Runs something that takes `cost_ns` per packet in the good regime for 0.1 s, and times it.
    fn measure(&mut self, cost_ns: f64) -> f64 {
        let noise = 0.98 + 0.04 * (self.random.below(1_000) as f64 / 1_000.0);
        let regime = if (self.now_s / 0.7) as u64 & 1 == 0 { 1.0 } else { 1.3 };
        self.now_s += 0.1;
        cost_ns * regime * noise
    }
}

/// Measures a case whose true ratio is `truth`, bracketed, and the same case without brackets.
fn two_regime_experiment(truth: f64, seed: u64) -> Pairs {
    let mut machine = TwoRegimeMachine::new(seed);
    let pieces: Vec<Piece> = (0..60)
        .map(|_| {
            let reference_before = machine.measure(1_000.0);
            let value = machine.measure(1_000.0 * truth);
            piece(value, reference_before, machine.measure(1_000.0))
        })
        .collect();
    Pairs::of_pieces(&pieces)
}

#[test]
fn pairs_see_through_a_regime() {
    for seed in 0..50 {
        for truth in [1.0, 1.05, 1.10] {
            let ratio = two_regime_experiment(truth, seed).ratio().unwrap();
            assert!(
                (ratio.median / truth - 1.0).abs() < 0.01,
                "seed {seed}: true {truth}, told {ratio:?}"
            );
        }
    }
}

#[test]
fn pieces_with_a_changed_reference_are_left_out() {
    let pieces = [
        piece(200.0, 100.0, 100.0),
        piece(210.0, 100.0, 110.0),
        piece(900.0, 100.0, 500.0), // The reference changed meanwhile.
        piece(900.0, 500.0, 500.0), // A regime far from the others'.
        piece(f64::NAN, 100.0, 100.0),
        piece(200.0, 0.0, 0.0),
    ];
    let pairs = Pairs::of_pieces(&pieces);
    assert_eq!(pairs.kept, &pieces[..2]);
    assert_eq!(pairs.of, 6);
    let ratio = pairs.ratio().unwrap();
    assert_eq!((ratio.low, ratio.high, ratio.kept, ratio.of), (2.0, 2.0, 2, 6));
    assert_eq!(pairs.overhead_ns().unwrap().samples, [100.0, 105.0]);
    assert_eq!(pairs.share(1.0).unwrap().median, 0.5);
    assert_eq!(pairs.share(2.0).unwrap().median, 1.0);
}

#[test]
fn nothing_kept_states_nothing() {
    for pieces in [vec![], vec![piece(1.0, 1.0, 3.0)]] {
        let pairs = Pairs::of_pieces(&pieces);
        assert_eq!(pairs.of, pieces.len());
        assert_eq!((pairs.ratio(), pairs.share(1.0), pairs.overhead_ns()), (None, None, None));
    }
}

#[test]
fn the_interval_has_the_tabulated_ranks() {
    // Conover, "Practical Nonparametric Statistics": lower ranks (from 1) of a 95 % interval.
    for (count, rank_from_one) in [(6, 1), (8, 1), (9, 2), (10, 2), (20, 6), (30, 10), (50, 18)] {
        assert_eq!(interval_rank(count) + 1, rank_from_one, "{count} values");
    }
    assert_eq!([1, 2, 5].map(interval_rank), [0, 0, 0]);
    // By the normal approximation: 499,020.
    assert!(interval_rank(1_000_000).abs_diff(499_019) <= 1);
}

proptest! {
    #[test]
    fn the_kept_pieces_keep_the_promise(
        times in prop::collection::vec((1.0..1e6_f64, 1.0..1e6_f64, 1.0..1e6_f64), 0..60)
    ) {
        let pieces: Vec<Piece> = times.into_iter().map(|(v, b, a)| piece(v, b, a)).collect();
        let pairs = Pairs::of_pieces(&pieces);
        let agreeing = pieces.iter()
            .any(|piece| within_factor(piece.reference_before, piece.reference_after));
        prop_assert_eq!(!pairs.kept.is_empty(), agreeing);
        if let Some(median) = median_reference(&pairs.kept) {
            for piece in &pairs.kept {
                prop_assert!(within_factor(piece.reference_before, piece.reference_after));
                prop_assert!(within_factor(piece.reference_before, median));
                prop_assert!(within_factor(piece.reference_after, median));
            }
        }
    }

    #[test]
    fn the_order_statistics_surround_the_median(
        values in prop::collection::vec(1.0..100.0_f64, 1..80)
    ) {
        let pieces: Vec<Piece> = values.iter().map(|v| piece(*v, 10.0, 10.0)).collect();
        let ratio = Pairs::of_pieces(&pieces).ratio().unwrap();
        prop_assert!(ratio.low <= ratio.median && ratio.median <= ratio.high);
        prop_assert_eq!((ratio.kept, ratio.of), (values.len(), values.len()));
    }
}

#[test]
fn the_interval_holds_the_true_median_as_often_as_it_says() {
    // 2,000 experiments of 12 uniform ratios; the order statistics promise at least 95 %.
    let mut random = SplitMix::new(11);
    let held = (0..2_000)
        .filter(|_| {
            let pieces: Vec<Piece> =
                (0..12).map(|_| piece(random.below(1_000_001) as f64 + 1.0, 1.0, 1.0)).collect();
            let ratio = Pairs::of_pieces(&pieces).ratio().unwrap();
            ratio.low <= 500_001.0 && 500_001.0 <= ratio.high
        })
        .count();
    assert!((1_880..2_000).contains(&held), "{held} of 2,000");
}
