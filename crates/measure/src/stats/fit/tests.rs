use proptest::prelude::*;

use super::*;
use crate::random::SplitMix;

/// The coefficient of a yardstick that is not in the model.
const ABSENT: Coefficient =
    Coefficient { estimate: 0.0, interval: Interval { low: 0.0, high: 0.0 } };

/// Between 0 and 1.
fn uniform(random: &mut SplitMix) -> f64 {
    (random.next_bits() >> 11) as f64 / (1_u64 << 53) as f64
}

/// `e` to a number between `-width` and `width`.
fn around_one(random: &mut SplitMix, width: f64) -> f64 {
    ((uniform(random) * 2.0 - 1.0) * width).exp()
}

/// Pieces of a case that takes `floors` and `references`, with errors up to `noise`, relative.
fn pieces(floors: f64, references: f64, noise: f64, seed: u64) -> Vec<Piece> {
    let mut random = SplitMix::new(seed);
    let piece = |index: u32| {
        let floor_ns = 60e3 * around_one(&mut random, 0.3);
        let reference_ns = 120e3 * around_one(&mut random, 0.3);
        let exact = floors * floor_ns + references * reference_ns;
        let time_ns = exact * around_one(&mut random, noise);
        Piece { block: index / 4, time_ns, floor_ns, reference_ns }
    };
    (0..32).map(piece).collect()
}

#[test]
fn exact_pieces_give_exact_coefficients() {
    let fit = Fit::of(&pieces(1.5, 1.2, 0.0, 1), Yardsticks::Both).unwrap();
    assert!((fit.floors.estimate - 1.5).abs() < 1e-9, "{fit:?}");
    assert!((fit.references.estimate - 1.2).abs() < 1e-9, "{fit:?}");
    assert!(fit.residual_spread < 1e-9, "{fit:?}");
    assert_eq!((fit.pieces, fit.blocks), (32, 8));
    let elsewhere = Nominal { floor_ns: 10e3, reference_ns: 500e3 };
    assert!((fit.predict_ns(&elsewhere) / 615e3 - 1.0).abs() < 1e-9);
}

#[test]
fn one_yardstick_leaves_the_other_out() {
    let pieces = pieces(1.5, 0.0, 0.01, 2);
    let fit = Fit::of(&pieces, Yardsticks::FloorOnly).unwrap();
    assert!((fit.floors.estimate - 1.5).abs() < 0.01, "{fit:?}");
    assert_eq!(fit.references, ABSENT);
    let fit = Fit::of(&pieces, Yardsticks::ReferenceOnly).unwrap();
    assert_eq!(fit.floors, ABSENT);
    assert!(fit.residual_spread > 0.1, "the wrong yardstick shows: {fit:?}");
}

#[test]
fn a_coefficient_is_never_negative_and_says_how_large_it_may_be() {
    let mut at_zero = 0;
    for seed in 0..20 {
        let fit = Fit::of(&pieces(1.5, 0.0, 0.1, seed), Yardsticks::Both).unwrap();
        for Coefficient { estimate, interval } in [fit.floors, fit.references] {
            assert!(0.0 <= interval.low && interval.contains(estimate), "{fit:?}");
        }
        if fit.references.estimate == 0.0 {
            at_zero += 1;
            assert!((fit.floors.estimate / 1.5 - 1.0).abs() < 0.1, "{fit:?}");
        }
    }
    assert!((3..=17).contains(&at_zero), "half of the free ones are negative: {at_zero}");
}

#[test]
fn stalls_hardly_move_it() {
    let mut stalled = pieces(1.5, 1.2, 0.02, 3);
    for index in [3, 11, 20, 29] {
        stalled[index].time_ns *= 30.0;
    }
    let fit = Fit::of(&stalled, Yardsticks::Both).unwrap();
    let nominal = Nominal { floor_ns: 60e3, reference_ns: 120e3 };
    assert!((fit.predict_ns(&nominal) / 234e3 - 1.0).abs() < 0.02, "{fit:?}");
    assert!((fit.floors.estimate - 1.5).abs() < 0.2, "{fit:?}");
}

#[test]
fn slow_pieces_count_by_their_relative_error() {
    // One block with a disk a hundred times slower: least squares of times would look at nothing else.
    let mut mixed = pieces(1.0, 1.0, 0.05, 4);
    for piece in mixed.iter_mut().filter(|piece| piece.block == 0) {
        piece.floor_ns *= 100.0;
        piece.time_ns = piece.floor_ns + piece.reference_ns;
    }
    let fit = Fit::of(&mixed, Yardsticks::Both).unwrap();
    assert!((fit.references.estimate - 1.0).abs() < 0.1, "{fit:?}");
}

#[test]
fn it_is_the_same_each_time_and_in_any_order() {
    let mut pieces = pieces(1.5, 1.2, 0.1, 5);
    let fit = Fit::of(&pieces, Yardsticks::Both).unwrap();
    assert_eq!(Fit::of(&pieces, Yardsticks::Both).unwrap(), fit);
    pieces.reverse();
    let reversed = Fit::of(&pieces, Yardsticks::Both).unwrap();
    assert!((reversed.floors.estimate - fit.floors.estimate).abs() < 1e-6);
}

#[test]
fn intervals_hold_the_coefficients_as_often_as_they_say() {
    let fits: Vec<Fit> = (0..600)
        .map(|seed| Fit::of(&pieces(1.5, 1.2, 0.1, 1_000 + seed), Yardsticks::Both).unwrap())
        .collect();
    let share = |holds: fn(&Fit) -> bool| {
        fits.iter().filter(|fit| holds(fit)).count() as f64 / fits.len() as f64
    };
    // 95 % of 600 has a standard error of 0.9 %.
    let floors = share(|fit| fit.floors.interval.contains(1.5));
    let references = share(|fit| fit.references.interval.contains(1.2));
    assert!((0.92..=0.98).contains(&floors), "{floors}");
    assert!((0.92..=0.98).contains(&references), "{references}");
}

#[test]
fn what_the_pieces_cannot_tell_is_an_error() {
    let good = pieces(1.5, 1.2, 0.1, 6);
    let few = StatsError::too_few("pieces", 4, 3);
    assert_eq!(Fit::of(&good[..3], Yardsticks::Both), Err(few));
    let one_block = StatsError::too_few("blocks", 2, 1);
    assert_eq!(Fit::of(&good[..4], Yardsticks::Both), Err(one_block));

    let constant: Vec<Piece> =
        good.iter().map(|&piece| Piece { floor_ns: 1.0, reference_ns: 2.0, ..piece }).collect();
    assert_eq!(Fit::of(&constant, Yardsticks::Both), Err(StatsError::same_yardsticks(32)));
    assert!(Fit::of(&constant, Yardsticks::FloorOnly).is_ok());

    let mut alone = constant;
    alone[9].floor_ns = 3.0;
    let one_block = Fit::of(&alone, Yardsticks::Both).unwrap_err().to_string();
    assert!(one_block.contains("got block 2 alone"), "{one_block}");

    for bad in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let mut spoilt = good.clone();
        spoilt[5].reference_ns = bad;
        let error = Fit::of(&spoilt, Yardsticks::FloorOnly).unwrap_err();
        assert!(
            error.to_string().starts_with("block 1: expected a reference above 0 ns"),
            "{error}"
        );
    }
}

#[test]
fn pieces_that_follow_neither_yardstick_are_refused_not_guessed() {
    let mut random = SplitMix::new(7);
    let mut wild = |index: u32| {
        let [time_ns, floor_ns, reference_ns] =
            [(); 3].map(|()| 10.0_f64.powf(9.0 * uniform(&mut random)));
        Piece { block: index % 4, time_ns, floor_ns, reference_ns }
    };
    let mut unsettled = 0;
    for _ in 0..1_000 {
        let pieces: Vec<Piece> = (0..8).map(&mut wild).collect();
        let fit = Fit::of(&pieces, Yardsticks::Both);
        unsettled +=
            u32::from(fit.is_err_and(|it| it.to_string().contains("the 8 pieces follow neither")));
    }
    assert!((1..=100).contains(&unsettled), "{unsettled}");
}

fn any_time() -> impl Strategy<Value = f64> {
    (0.0..9.0_f64).prop_map(|exponent| 10.0_f64.powf(exponent))
}

fn any_piece() -> impl Strategy<Value = Piece> {
    (0..5_u32, any_time(), any_time(), any_time()).prop_map(
        |(block, time_ns, floor_ns, reference_ns)| Piece { block, time_ns, floor_ns, reference_ns },
    )
}

proptest! {
    #[test]
    fn whatever_was_measured_gives_coefficients_or_an_error(
        pieces in prop::collection::vec(any_piece(), 0..30),
    ) {
        for yardsticks in [Yardsticks::Both, Yardsticks::FloorOnly, Yardsticks::ReferenceOnly] {
            let Ok(fit) = Fit::of(&pieces, yardsticks) else { continue };
            for Coefficient { estimate, interval } in [fit.floors, fit.references] {
                prop_assert!(estimate.is_finite() && estimate >= 0.0, "{fit:?}");
                prop_assert!(interval.contains(estimate) && interval.low >= 0.0, "{fit:?}");
            }
            prop_assert!(fit.floors.estimate + fit.references.estimate > 0.0, "{fit:?}");
            prop_assert!(fit.residual_spread.is_finite(), "{fit:?}");
        }
    }

    #[test]
    fn the_unit_of_time_does_not_matter(scale in 1e-3..1e3_f64, seed in 0..100_u64) {
        let pieces = pieces(1.5, 1.2, 0.1, seed);
        let fit = Fit::of(&pieces, Yardsticks::Both).unwrap();
        let scaled = |&Piece { block, time_ns, floor_ns, reference_ns }: &Piece| Piece {
            block,
            time_ns: time_ns * scale,
            floor_ns: floor_ns * scale,
            reference_ns: reference_ns * scale,
        };
        let scaled: Vec<Piece> = pieces.iter().map(scaled).collect();
        let again = Fit::of(&scaled, Yardsticks::Both).unwrap();
        prop_assert!((again.floors.estimate / fit.floors.estimate - 1.0).abs() < 1e-6);
        prop_assert!((again.references.estimate / fit.references.estimate - 1.0).abs() < 1e-6);
    }
}
