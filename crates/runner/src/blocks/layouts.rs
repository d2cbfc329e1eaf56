//! In which layouts of their code a case and its baseline are opened.
//!
//! Where code lies in memory makes it faster or slower by some percent, and belongs to the program and not to the code.
//! So the layout is a factor of the blocks. In a block either side is opened in each layout of a set, and from block to block
//! the sets take turns. Orders are drawn for the two sides independently.

use std::sync::Arc;

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use write_path::PathSpec;

use crate::case::{Baseline, Case};

/// Layouts of a set: those that differ in the place within a line of the cache, of which there are four.
const SET: usize = 4;

/// Openings of a replicate at least: the two exchange their directories at each.
const OPENINGS_MIN: u32 = 2;

/// The choice of layouts for one case and its baseline.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutOrder<'case> {
    case: &'case Case,
    baseline: &'case Baseline,
    seed_of_case: u64,
    seed_of_baseline: u64,
}

impl<'case> LayoutOrder<'case> {
    /// Drawn from the seed of the blocks, for the case with that number in the listing.
    pub(super) fn drawn(
        seed: u64,
        number: usize,
        case: &'case Case,
        baseline: &'case Baseline,
    ) -> Self {
        let [seed_of_case, seed_of_baseline] = seeds(seed, number);
        Self { case, baseline, seed_of_case, seed_of_baseline }
    }

    /// How often both are opened in a replicate: once for each layout of a set.
    pub(super) fn openings(self) -> u32 {
        let further = self.baseline.further.len().max(self.baseline.further_of_case.len());
        OPENINGS_MIN.max(SET.min(further + 1) as u32)
    }

    /// The paths of an opening in a block: the case's and the baseline's.
    pub(super) fn paths(self, block: u32, opening: u32) -> [&'case Arc<dyn PathSpec>; 2] {
        let baseline = self.baseline;
        let path = |first, further: &'case [Arc<dyn PathSpec>], seed| {
            let layout = layout(further.len() + 1, seed, block, opening);
            layout.checked_sub(1).and_then(|index| further.get(index)).unwrap_or(first)
        };
        [
            path(&self.case.path, &baseline.further_of_case, self.seed_of_case),
            path(&baseline.path, &baseline.further, self.seed_of_baseline),
        ]
    }
}

/// A seed for either side.
fn seeds(seed: u64, number: usize) -> [u64; 2] {
    let of_case = (number as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95);
    let mut random = SmallRng::seed_from_u64(seed ^ of_case);
    [random.random(), random.random()]
}

/// Which of `count` layouts, which lie set by set. As many blocks as there are sets hold each set once, and each block
/// each layout of its set, in orders of their own.
fn layout(count: usize, seed: u64, block: u32, opening: u32) -> usize {
    let size = SET.min(count);
    let sets = count / size;
    let (block, opening) = (block as usize, opening as usize);
    let mut orders = SmallRng::seed_from_u64(seed.wrapping_add((block / sets) as u64));
    let mut of_sets: Vec<usize> = (0..sets).collect();
    of_sets.shuffle(&mut orders);
    let set = of_sets[block % sets];
    let mut members: Vec<usize> = (0..size).collect();
    members.shuffle(&mut SmallRng::seed_from_u64(seed ^ orders.random::<u64>() ^ block as u64));
    set * size + members[opening % size]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of_block(count: usize, seed: u64, block: u32) -> Vec<usize> {
        let size = SET.min(count) as u32;
        (0..size).map(|opening| layout(count, seed, block, opening)).collect()
    }

    #[test]
    fn a_block_holds_one_set_whole_and_the_sets_take_turns() {
        for seed in 0..50 {
            for cycle in 0..4 {
                let mut met: Vec<usize> = Vec::new();
                for block in 3 * cycle..3 * (cycle + 1) {
                    let layouts = of_block(12, seed, block);
                    let sets: Vec<usize> = layouts.iter().map(|layout| layout / 4).collect();
                    assert_eq!(sets, [sets[0]; 4]);
                    met.extend(layouts);
                }
                met.sort_unstable();
                assert_eq!(met, (0..12).collect::<Vec<_>>());
            }
        }
    }

    #[test]
    fn fewer_layouts_than_a_set_are_one() {
        for count in 1..4 {
            let mut layouts = of_block(count, 5, 9);
            layouts.sort_unstable();
            assert_eq!(layouts, (0..count).collect::<Vec<_>>());
        }
        assert_eq!((layout(1, 5, 3, 1), layout(2, 5, 3, 0)), (0, layout(2, 5, 3, 2)));
    }

    #[test]
    fn the_two_sides_are_independent_and_cases_differ() {
        let mut met = [[0_u32; 12]; 12];
        for case in 0..6_000 {
            let [of_case, of_baseline] = seeds(7, case);
            met[layout(12, of_case, 0, 0)][layout(12, of_baseline, 0, 0)] += 1;
        }
        // 42 each on average; more than four standard deviations of 6.5 in 144 cells are 1 in 100.
        assert!(met.iter().flatten().all(|count| (14..72).contains(count)), "{met:?}");
        assert_eq!(seeds(7, 3), seeds(7, 3));
        assert_ne!(seeds(7, 3), seeds(8, 3));
    }
}
