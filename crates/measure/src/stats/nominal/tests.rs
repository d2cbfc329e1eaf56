use super::*;
use crate::stats::Yardsticks;

const NOMINAL: Nominal = Nominal { floor_ns: 100.0, reference_ns: 50.0 };

/// Four blocks of three pieces each, which take 2 floors and 4 references; block `n` takes `1 + n / 100` as long.
fn pieces(yardsticks: fn(u32, u32) -> (f64, f64)) -> Vec<Piece> {
    let piece = |index: u32| {
        let (block, place) = (index / 3, index % 3);
        let (floor_ns, reference_ns) = yardsticks(block, place);
        let offset = 1.0 + f64::from(block) / 100.0;
        let time_ns = (2.0 * floor_ns + 4.0 * reference_ns) * offset;
        Piece { block, time_ns, floor_ns, reference_ns }
    };
    (0..12).map(piece).collect()
}

fn within_blocks(_block: u32, place: u32) -> (f64, f64) {
    (100.0 + 20.0 * (f64::from(place) - 1.0), 50.0)
}

fn between_blocks(block: u32, _place: u32) -> (f64, f64) {
    (100.0 + 20.0 * (f64::from(block) - 1.5), 50.0)
}

fn nominal_time(pieces: &[Piece], nominal: &Nominal) -> NominalTime {
    let fit = Fit::of(pieces, Yardsticks::Both).unwrap();
    NominalTime::of(&fit, pieces, nominal).unwrap()
}

#[test]
fn times_are_those_at_the_nominal_yardsticks() {
    let time = nominal_time(&pieces(within_blocks), &NOMINAL);
    assert_eq!(time.blocks.iter().map(|block| block.block).collect::<Vec<_>>(), [0, 1, 2, 3]);
    for BlockTime { block, time_ns } in &time.blocks {
        let expected = 400.0 * (1.0 + f64::from(*block) / 100.0);
        assert!((time_ns / expected - 1.0).abs() < 1e-3, "expected {expected}, got {time_ns}");
    }
    let expected = 400.0 * (1.0_f64 * 1.01 * 1.02 * 1.03).powf(0.25);
    assert!((time.geometric_mean_ns() / expected - 1.0).abs() < 1e-3);
}

#[test]
fn a_fit_across_blocks_spends_a_degree_of_freedom() {
    let within = nominal_time(&pieces(within_blocks), &NOMINAL);
    assert!(within.spent_degrees < 1e-6, "{within:?}");
    let between = nominal_time(&pieces(between_blocks), &NOMINAL);
    assert!((between.spent_degrees - 1.0).abs() < 1e-6, "{between:?}");
}

#[test]
fn far_yardsticks_widen() {
    let pieces = pieces(within_blocks);
    let near = nominal_time(&pieces, &NOMINAL);
    assert!((near.variance_inflation - 1.0).abs() < 0.01, "{near:?}");
    let far = nominal_time(&pieces, &Nominal { floor_ns: 200.0, ..NOMINAL });
    assert!(far.variance_inflation > 10.0, "{far:?}");
}

#[test]
fn one_yardstick_costs_nothing() {
    let pieces = pieces(between_blocks);
    let fit = Fit::of(&pieces, Yardsticks::FloorOnly).unwrap();
    let time = NominalTime::of(&fit, &pieces, &Nominal { floor_ns: 200.0, ..NOMINAL }).unwrap();
    assert_eq!((time.spent_degrees, time.variance_inflation), (0.0, 1.0));
}

#[test]
fn no_pieces_have_no_time() {
    let fit = Fit::of(&pieces(within_blocks), Yardsticks::Both).unwrap();
    let too_few = StatsError::too_few("pieces", 1, 0);
    assert_eq!(NominalTime::of(&fit, &[], &NOMINAL), Err(too_few.clone()));
    assert_eq!(Nominal::of(&[]), Err(too_few));
}

#[test]
fn a_time_is_known_to_within_students_t_over_blocks() {
    let apart = 0.03_f64;
    let times = [-apart, 0.0, apart].map(|log| 1e6 * log.exp());
    let blocks = (0..).zip(times).map(|(block, time_ns)| BlockTime { block, time_ns }).collect();
    let time = NominalTime::unfitted(blocks);
    // The standard deviation is `apart`, of 3 blocks; 4.302653 is the 97.5 % point of t with 2 degrees of freedom.
    let expected = (4.302_653 * apart / 3.0_f64.sqrt()).exp_m1();
    let got = time.half_width_95().unwrap();
    assert!((got / expected - 1.0).abs() < 1e-4, "{got}, expected {expected}");
    let inflated = NominalTime { variance_inflation: 4.0, ..time.clone() };
    let doubled = inflated.half_width_95().unwrap().ln_1p() / got.ln_1p();
    assert!((doubled - 2.0).abs() < 1e-9, "{doubled}");
    let spent = NominalTime { spent_degrees: 1.0, ..time.clone() };
    assert!(spent.half_width_95().unwrap() > got);
    let single = NominalTime { blocks: time.blocks[..1].to_vec(), ..time };
    assert_eq!(single.half_width_95(), None);
}
