use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use proptest::prelude::*;
use rand::rngs::SmallRng;
use rand::{RngExt, SeedableRng};

use super::*;

fn target(operations: u32) -> NonZeroU32 {
    NonZeroU32::new(operations).expect("a rate")
}

fn knee(first: u32) -> RateSearch {
    RateSearch::knee(target(first), target(4_000_000), 3)
}

fn ceiling(first: u32, highest: u32) -> RateSearch {
    RateSearch::ceiling(target(first), target(highest))
}

fn bracket(passes: Option<u32>, fails: Option<u32>) -> RateBracket {
    RateBracket { passes: passes.map(target), fails: fails.map(target) }
}

/// Searches on a path that takes a rate so; returns the points too.
fn searched(search: RateSearch, judge: impl Fn(u32) -> Verdict) -> (RateBracket, Vec<u32>) {
    let mut points = Vec::new();
    let found = search.run(|rate| {
        points.push(rate.get());
        Ok::<_, ()>(judge(rate.get()))
    });
    (found.expect("no error"), points)
}

/// A path that passes up to a rate, and falls behind beyond.
fn up_to(limit: f64) -> impl Fn(u32) -> Verdict {
    move |rate| if f64::from(rate) <= limit { Verdict::Passes } else { Verdict::FallsBehind }
}

#[test]
fn a_path_that_never_passes_has_no_knee_and_few_points() {
    let (found, points) = searched(knee(20_000), up_to(10.0));
    assert_eq!(found, bracket(None, Some(1_250)));
    assert_eq!(points, [20_000, 10_000, 5_000, 2_500, 1_250]);
}

#[test]
fn a_path_beyond_the_highest_rate_fails_nowhere() {
    let (found, points) = searched(knee(1_000_000), up_to(1e12));
    assert_eq!(found, bracket(Some(4_000_000), None));
    assert_eq!(points, [1_000_000, 2_000_000, 4_000_000]);
    let (found, _) = searched(ceiling(1_000, 50_000), up_to(1e12));
    assert_eq!(found, bracket(Some(50_000), None));
}

#[test]
fn where_the_generator_ends_nothing_fails() {
    let late_from =
        |limit| move |rate| if rate > limit { Verdict::GeneratorBound } else { Verdict::Passes };
    let (found, _) = searched(knee(100_000), late_from(500_000));
    assert!(found.passes >= Some(target(400_000)) && found.fails.is_none(), "{found:?}");
    let (found, _) = searched(ceiling(12_500, 4_000_000), late_from(2_500_000));
    assert!(found.passes >= Some(target(2_000_000)) && found.fails.is_none(), "{found:?}");
    assert_eq!(searched(ceiling(9, 10), late_from(1)).0, bracket(None, None));
}

#[test]
fn a_generator_that_a_busy_path_holds_up_is_no_ceiling_either() {
    // Falls behind far beyond, but below that it is the generator that does not come along.
    let (found, _) = searched(ceiling(12_500, 6_400_000), |rate| match rate {
        ..=2_000_000 => Verdict::Passes,
        2_000_001..=2_900_000 => Verdict::GeneratorBound,
        _ => Verdict::FallsBehind,
    });
    let passes = found.passes.expect("many do").get();
    assert!((1_800_000..=2_000_000).contains(&passes) && found.fails.is_none(), "{found:?}");
}

#[test]
fn a_single_stumble_is_no_ceiling() {
    let mut offered: HashMap<u32, u32> = HashMap::new();
    let found = ceiling(10_000, 640_000).run(|rate| {
        let points = offered.entry(rate.get()).or_default();
        *points += 1;
        let stumbles = *points == 1 && (30_000..90_000).contains(&rate.get());
        Ok::<_, ()>(if stumbles { Verdict::FallsBehind } else { up_to(100_000.0)(rate.get()) })
    });
    let middle = found.expect("no error").middle_per_second().expect("a ceiling");
    assert!((90_000.0..110_000.0).contains(&middle), "{middle}");
}

#[test]
fn a_path_that_misses_its_limit_is_brought_to_its_saturation() {
    let (found, points) = searched(knee(10_000), |rate| match rate {
        ..=15_000 => Verdict::Passes,
        15_001..=50_000 => Verdict::MissesLimit,
        _ => Verdict::FallsBehind,
    });
    assert!(found.passes.is_some() && found.fails.is_some());
    assert_eq!(points[..2], [10_000, 20_000]);
    assert_eq!(points[5..], [40_000, 80_000]);
}

#[test]
fn no_rate_is_tried_twice_that_a_point_has_decided() {
    let (found, points) = searched(knee(10_000), |rate| {
        if rate > 50_000 { Verdict::FallsBehind } else { Verdict::MissesLimit }
    });
    assert_eq!(found, bracket(None, Some(625)));
    assert_eq!(points, [10_000, 5_000, 2_500, 1_250, 625, 20_000, 40_000, 80_000]);
}

#[test]
fn a_rate_that_stays_undecided_lies_between_the_two() {
    let undecided = 18_000..=30_000;
    let (found, points) = searched(knee(12_500), |rate| match rate {
        _ if undecided.contains(&rate) => Verdict::Undecided,
        ..18_000 => Verdict::Passes,
        _ => Verdict::FallsBehind,
    });
    let (passes, fails) = (found.passes.expect("one").get(), found.fails.expect("one").get());
    assert!(passes < 18_000 && f64::from(passes) * 1.1 > 18_000.0, "{found:?}");
    assert!(fails > 30_000 && f64::from(fails) / 1.1 < 30_000.0, "{found:?}");
    for rate in &points {
        let tries = points.iter().filter(|point| *point == rate).count();
        assert_eq!(tries, if undecided.contains(rate) { 3 } else { 1 }, "{rate} in {points:?}");
    }
}

#[test]
fn nothing_but_undecided_rates_is_neither() {
    let (found, points) = searched(knee(1_000_000), |_| Verdict::Undecided);
    assert_eq!(found, bracket(None, None));
    assert_eq!(points.len(), 3 * 3, "{points:?}");
}

/// A path whose capacity is one of two, and goes to the other one after times that are drawn.
struct Changing {
    random: SmallRng,
    capacity: usize,
    /// When it changes, in simulated seconds.
    changes: f64,
    now: f64,
}

/// What one machine took within an hour.
const CAPACITIES: [f64; 2] = [62_000.0, 88_000.0];

/// How long a capacity stays on average.
const REGIME_SECONDS: f64 = 15.0;

/// From one point of a curve to the next, where four are measured in turns in an order that is drawn.
const TURN_SECONDS: f64 = 7.5;

impl Changing {
    fn begin(seed: u64) -> Self {
        let mut random = SmallRng::seed_from_u64(seed);
        let capacity = random.random_range(0..2);
        Self { random, capacity, changes: 0.0, now: 0.0 }
    }

    /// The next point, a turn later.
    fn judge(&mut self, rate: u32) -> Verdict {
        let moment = self.now + self.random.random_range(0.0..0.8) * TURN_SECONDS;
        self.now += TURN_SECONDS;
        while self.changes <= moment {
            self.capacity = 1 - self.capacity;
            let stays = -self.random.random_range(1e-9..1.0_f64).ln();
            self.changes += REGIME_SECONDS * stays;
        }
        up_to(CAPACITIES[self.capacity])(rate)
    }

    fn searched(seed: u64, search: RateSearch) -> (RateBracket, Vec<u32>) {
        let path = RefCell::new(Self::begin(seed));
        searched(search, |rate| path.borrow_mut().judge(rate))
    }
}

fn in_moments(moments: u32) -> RateSearch {
    let search = RateSearch::knee(target(12_500), target(3_200_000), 2);
    RateSearch { step: 4.0, ..search.in_moments(target(moments), 100) }
}

fn holds(found: RateBracket, capacity: f64) -> bool {
    let passes = found.passes.is_some_and(|rate| f64::from(rate.get()) <= capacity);
    passes && found.fails.is_some_and(|rate| f64::from(rate.get()) > capacity)
}

#[test]
fn both_ends_of_a_steady_path_are_measured_in_so_many_moments_and_nothing_else_is() {
    let (once, before) = searched(in_moments(1), up_to(80_000.0));
    let (found, points) = searched(in_moments(3), up_to(80_000.0));
    assert_eq!(found, once);
    let [passes, fails] = [found.passes, found.fails].map(|rate| rate.expect("one").get());
    assert_eq!(points[..before.len()], before);
    // Apart from each other: the ends take turns.
    assert_eq!(points[before.len()..], [passes, fails, passes, fails]);
}

#[test]
fn a_knee_holds_every_capacity_that_its_moments_saw() {
    for first in 0..3 {
        // From one moment to the next, as fast as a path can change.
        let moment = Cell::new(first);
        let (found, points) = searched(in_moments(5), |rate| {
            let capacity = CAPACITIES[usize::from(moment.replace(moment.get() + 1) % 3 == 0)];
            up_to(capacity)(rate)
        });
        assert!(CAPACITIES.into_iter().all(|capacity| holds(found, capacity)), "{found:?}");
        // No wider than what the two are apart, and a step of the search to either side.
        let [passes, fails] = [found.passes, found.fails].map(|rate| rate.expect("one").get());
        assert!(f64::from(fails) / f64::from(passes) < 2.1, "{found:?}");
        assert!(points.len() <= 24, "{points:?}");
        // What no moment disagreed with is told in so many moments as were asked for.
        for end in [passes, fails] {
            let moments = points.iter().filter(|rate| **rate == end).count();
            assert!(moments >= 5, "{end} in {points:?}");
        }
    }
}

#[test]
fn knees_of_two_runs_overlap_though_the_machine_changes() {
    let overlap = |search: RateSearch| {
        let found = |seed| Changing::searched(seed, search).0;
        let overlap = |pair: &u64| {
            let (one, other) = (found(2 * pair), found(2 * pair + 1));
            one.passes < other.fails && other.passes < one.fails
        };
        (0..200).filter(overlap).count()
    };
    let once = overlap(in_moments(1));
    assert!(once < 100, "{once} of 200: the made-up machine is too steady to tell anything");
    let often = overlap(in_moments(5));
    assert!(often >= 188, "{often} of 200 pairs overlap, {once} of them with a single moment");
    let short = overlap(RateSearch { repeats_max: 6, ..in_moments(5) });
    assert!(short >= 178, "{short} of 200 pairs overlap with six repeats");
}

#[test]
fn a_stall_while_the_first_rate_is_tried_is_not_the_end_of_the_search() {
    let mut points = 0;
    let found = in_moments(3).run(|rate| {
        points += 1;
        let stalls = points == 1;
        Ok::<_, ()>(if stalls { Verdict::MissesLimit } else { up_to(80_000.0)(rate.get()) })
    });
    let found = found.expect("no error");
    // That moment is told too: nothing passed in it.
    assert!(found.passes < Some(target(12_500)), "{found:?}");
    assert!(found.fails > Some(target(80_000)) && found.fails < Some(target(100_000)), "{found:?}");
}

/// A disk whose syncs take fifty times as long for half a minute: the knee of one moment was 2.6 thousand.
#[test]
fn a_search_that_begins_in_a_slow_minute_finds_both_capacities() {
    for slow in 1..=8 {
        let moment = Cell::new(0);
        let (found, points) = searched(RateSearch { repeats_max: 6, ..in_moments(5) }, |rate| {
            let is_slow = moment.replace(moment.get() + 1) < slow;
            up_to(if is_slow { 2_900.0 } else { 80_000.0 })(rate)
        });
        assert!(holds(found, 80_000.0), "{found:?} from {points:?}");
        // A single slow point says that its rate fails, not which one passes.
        assert!(slow == 1 || holds(found, 2_900.0), "{found:?} from {points:?}");
        assert!(found.passes < Some(target(12_500)), "{found:?}");
    }
}

#[test]
fn a_search_ends_after_its_last_repeat() {
    let mut points = 0;
    let found = RateSearch { repeats_max: 7, ..in_moments(3) }.run(|rate| {
        points += 1;
        Ok::<_, ()>(up_to(20_000.0 * 1.7_f64.powi(points % 5))(rate.get()))
    });
    assert!(found.is_ok());
    assert!(points <= 10 + 7, "{points}");
}

#[test]
fn where_the_generator_ends_only_what_passes_is_measured_again() {
    let (found, points) = searched(in_moments(3), |rate| {
        if rate > 500_000 { Verdict::GeneratorBound } else { Verdict::Passes }
    });
    let passes = found.passes.expect("many do").get();
    assert!(found.fails.is_none() && passes > 400_000, "{found:?}");
    assert_eq!(points.iter().filter(|rate| **rate == passes).count(), 3, "{points:?}");
}

#[test]
fn where_no_rate_above_can_be_offered_the_lower_end_is_still_measured_again() {
    let mut points = Vec::new();
    let found = in_moments(3).run(|rate| {
        // At the highest rate moments disagree: the first one fails.
        let is_first = !points.contains(&rate.get());
        points.push(rate.get());
        let fails = rate.get() == 3_200_000 && is_first;
        Ok::<_, ()>(if fails { Verdict::FallsBehind } else { Verdict::Passes })
    });
    let found = found.expect("no error");
    let passes = found.passes.expect("many do").get();
    assert!(found.fails.is_none(), "{found:?}");
    assert!(points.iter().filter(|rate| **rate == passes).count() >= 3, "{points:?}");
}

#[test]
fn an_error_ends_the_search() {
    assert_eq!(knee(1).run(|_| Err::<Verdict, _>("full disk")), Err("full disk"));
    let again = ceiling(1, 10_000).again(5_000.0, |_| Err::<Verdict, _>("full disk"));
    assert_eq!(again, Err("full disk"));
}

proptest! {
    #[test]
    fn a_knee_is_found_to_within_nine_percent(
        limit in 2_000..3_000_000_u32, first in 1_000..30_000_u32,
    ) {
        let (found, points) = searched(knee(first), up_to(limit.into()));
        let (passes, fails) = (found.passes.expect("one").get(), found.fails.expect("one").get());
        prop_assert!(passes <= limit && limit < fails);
        prop_assert!(f64::from(fails) <= 1.095 * f64::from(passes), "{:?} for {}", found, limit);
        prop_assert!(points.len() <= 17);
        // The same one verdict after the other.
        let mut verdicts = Vec::new();
        for point in points {
            prop_assert_eq!(knee(first).found_by(&verdicts), Err(target(point)));
            verdicts.push(up_to(limit.into())(point));
        }
        prop_assert_eq!(knee(first).found_by(&verdicts), Ok(found));
    }

    #[test]
    fn nine_tenths_are_below_a_ceiling_and_eleven_tenths_beyond(
        limit in 2_000.0..2_000_000.0_f64, first in 500..30_000_u32, moved in 0.85..1.18_f64,
    ) {
        let search = ceiling(first, 6_400_000);
        let middle = searched(search, up_to(limit)).0.middle_per_second().expect("a ceiling");
        prop_assert!(0.9 * middle < limit && limit < 1.1 * middle);
        let judge = |rate: NonZeroU32| Ok::<_, ()>(up_to(moved * limit)(rate.get()));
        let again = search.again(middle, judge).expect("no error");
        let again = again.middle_per_second().expect("a ceiling");
        prop_assert!(0.9 * again < moved * limit && moved * limit < 1.1 * again);
    }
}
