//! In which layouts of their code a case and its baseline are opened.
//!
//! Where code lies in memory makes it faster or slower by some percent, and belongs to the program and not to the code.
//! So the layout is a factor of the blocks: over the openings of a case each layout of either side comes about
//! equally often, in an order that is drawn for the two independently.

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

use crate::baseline::{Baseline, Opened, in_layout};
use crate::case::Case;

/// The choice of layouts for one case.
#[derive(Debug, Clone, Copy)]
pub(super) struct LayoutOrder {
    case: u64,
    baseline: u64,
}

impl LayoutOrder {
    /// Drawn from the seed of the blocks for the case with that number in the listing.
    pub(super) fn drawn(seed: u64, case: usize) -> Self {
        let mut random =
            SmallRng::seed_from_u64(seed ^ (case as u64 + 1).wrapping_mul(0xd134_2543_de82_ef95));
        Self { case: random.random(), baseline: random.random() }
    }

    /// The paths of the `opening`-th opening, counted over all blocks.
    pub(super) fn paths<'case>(
        self,
        case: &'case Case,
        baseline: &'case Baseline,
        opening: u32,
    ) -> Opened<'case> {
        let of_case = &baseline.further_of_case;
        let of_baseline = &baseline.further;
        Opened {
            case: in_layout(&case.path, of_case, layout(of_case.len() + 1, self.case, opening)),
            baseline: in_layout(
                &baseline.path,
                of_baseline,
                layout(of_baseline.len() + 1, self.baseline, opening),
            ),
        }
    }
}

/// Each run of `count` openings holds every layout once, in an order of its own.
fn layout(count: usize, seed: u64, opening: u32) -> usize {
    let opening = opening as usize;
    let mut layouts: Vec<usize> = (0..count).collect();
    let run = (opening / count) as u64;
    layouts.shuffle(&mut SmallRng::seed_from_u64(seed.wrapping_add(run)));
    layouts[opening % count]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_run_of_openings_holds_every_layout_once() {
        for count in 1..6 {
            for seed in 0..20 {
                for run in 0..3 {
                    let openings = (run * count..(run + 1) * count).map(|it| it as u32);
                    let mut layouts: Vec<usize> =
                        openings.map(|opening| layout(count, seed, opening)).collect();
                    layouts.sort_unstable();
                    assert_eq!(layouts, (0..count).collect::<Vec<_>>());
                }
            }
        }
    }

    #[test]
    fn the_two_sides_are_independent_and_cases_differ() {
        let mut met = [[0_u32; 4]; 4];
        for case in 0..1_000 {
            let order = LayoutOrder::drawn(7, case);
            for opening in 0..4 {
                met[layout(4, order.case, opening)][layout(4, order.baseline, opening)] += 1;
            }
        }
        // 250 each; four standard deviations are 60.
        assert!(met.iter().flatten().all(|count| (190..310).contains(count)), "{met:?}");
        assert_eq!(LayoutOrder::drawn(7, 3).case, LayoutOrder::drawn(7, 3).case);
        assert_ne!(LayoutOrder::drawn(7, 3).case, LayoutOrder::drawn(8, 3).case);
    }
}
