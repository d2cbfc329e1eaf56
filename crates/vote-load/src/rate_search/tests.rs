use std::collections::HashMap;

use proptest::prelude::*;

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
