//! Comparisons of made-up sides whose truth is known: an unchanged side is called slower in at most 1 of 20.

#![expect(clippy::unwrap_used, reason = "a test's helper that fails should stop the test")]
#![expect(dead_code, reason = "the made-up records serve other tests too")]

#[path = "../report/in_blocks.rs"]
mod in_blocks;
#[path = "../report/made_up.rs"]
mod made_up;
mod world;

use report::regression::{Cause, Change, Outcome, TwoSides, UnlikeSides, WhyNotChecked};

use world::{Order, Planted, World};

const LIMIT: f64 = 1.05;

/// Any slowdown beyond noise, however small: the error of the noise's bound alone.
const ANY: f64 = 1.000_001;

/// The share of comparisons that call the new side slower: by anything beyond noise, and by the limit.
fn called_slower(world: &World, comparisons: u64) -> [f64; 2] {
    let half = |first| {
        let mut called = [0.0; 2];
        for seed in (first..comparisons).step_by(2) {
            let sides = world.compare(seed);
            for (called, limit) in called.iter_mut().zip([ANY, LIMIT]) {
                let is_slower = matches!(says(&sides, limit), Outcome::Slower(_));
                *called += f64::from(is_slower) / comparisons as f64;
            }
        }
        called
    };
    std::thread::scope(|scope| {
        let odd = scope.spawn(|| half(1));
        let even = half(0);
        let odd = odd.join().unwrap();
        [even[0] + odd[0], even[1] + odd[1]]
    })
}

fn says(sides: &TwoSides, limit: f64) -> Outcome {
    sides.outcome(limit, UnlikeSides::NotJudged)
}

fn assert_at_most_1_of_20(world: &World) {
    const COMPARISONS: u64 = 200;
    let [any, limit] = called_slower(world, COMPARISONS);
    assert!(limit <= 0.05, "{world:?}: {limit}");
    // The standard error of 5 % of so many comparisons is 1.5 %.
    assert!(any <= 0.05 + 2.0 * 0.015, "{world:?}: {any}");
}

#[test]
fn an_unchanged_side_is_called_slower_in_at_most_1_of_20() {
    assert_at_most_1_of_20(&World::USUAL);
    assert_at_most_1_of_20(&World { order: Order::OneAfterTheOther, ..World::USUAL });
}

/// What one run does to all cases makes their variances know one thing, not eight.
#[test]
fn runs_that_move_all_cases_alike_do_not_make_it_worse() {
    assert_at_most_1_of_20(&World { of_all: 0.03, of_a_case: 0.003, ..World::USUAL });
}

#[test]
fn a_planted_tenth_is_found_and_named() {
    const COMPARISONS: u64 = 40;
    let quiet = World { of_all: 0.004, of_a_case: 0.004, ..World::USUAL };
    for (planted, cause) in [
        (Planted { floors: 1.1, references: 1.1, ..Planted::NOTHING }, None),
        (Planted { floors: 1.2, ..Planted::NOTHING }, Some(Cause::Floors)),
        (Planted { references: 1.25, ..Planted::NOTHING }, Some(Cause::References)),
    ] {
        let world = World { planted, ..quiet };
        let (mut named, mut misnamed, mut others) = (0_u64, 0_u64, 0);
        let found = (0..COMPARISONS).filter(|seed| {
            let sides = world.compare(*seed);
            let slower: Vec<_> = sides.that_are(Change::Slower, LIMIT).collect();
            others += slower.iter().filter(|row| row.case != planted.case()).count();
            let found = slower.iter().find(|row| row.case == planted.case());
            if let (Some(row), Some(cause)) = (found, cause) {
                named += u64::from(row.causes == [cause]);
                misnamed += u64::from(!row.causes.is_empty() && !row.causes.contains(&cause));
            }
            found.is_some()
        });
        let found = found.count();
        assert!(found >= 36, "{planted:?}: {found}");
        assert!(others <= 4, "{planted:?}: {others}");
        // Three runs a side need not tell which of the two coefficients it is, but what they say is so.
        assert!(misnamed <= 2, "{planted:?}: {misnamed}");
        assert!(cause.is_none() || named >= COMPARISONS / 2, "{planted:?}: {named}");
    }
}

/// Runs that vary by more than is known of syncs: the runs themselves say so.
#[test]
fn runs_noisier_than_what_is_known_do_not_make_it_worse() {
    assert_at_most_1_of_20(&World { of_all: 0.03, of_a_case: 0.03, ..World::USUAL });
}

#[test]
fn a_planted_twentieth_that_cannot_be_seen_is_not_called_fine() {
    const COMPARISONS: u64 = 40;
    let planted = Planted { floors: 1.05, references: 1.05, ..Planted::NOTHING };
    let world = World { of_all: 0.03, of_a_case: 0.03, planted, ..World::USUAL };
    let (mut unseen, mut of_others) = (0, Vec::new());
    for seed in 0..COMPARISONS {
        let sides = world.compare(seed);
        let outcome = says(&sides, LIMIT);
        assert_ne!(outcome, Outcome::Holds, "{seed}");
        unseen += u64::from(matches!(outcome, Outcome::NotChecked(WhyNotChecked::Unseen(_))));
        let slower = sides.that_are(Change::Slower, LIMIT);
        of_others.extend(slower.map(|row| row.case.clone()).filter(|case| *case != planted.case()));
    }
    // Luck may show it now and then: it is there.
    assert!(unseen >= COMPARISONS * 3 / 4, "{unseen}");
    // The standard error of 5 % of so many comparisons is 3.4 %.
    assert!(of_others.len() <= 4, "{of_others:?}");
}
