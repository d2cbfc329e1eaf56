//! In which order the cases of a block are measured.

use rand::rngs::SmallRng;
use rand::seq::SliceRandom;
use rand::{RngExt, SeedableRng};

/// Cases that are compared with each other stand close together, but not so many that the first and the last of
/// them lie in different moments.
pub const SUB_BLOCK_CASES_MAX: usize = 8;

/// The order of a block: indices of cases. Cases of one group stay together, in sub-blocks of at most
/// [`SUB_BLOCK_CASES_MAX`]; which case falls into which sub-block, the order of the sub-blocks and that of the cases
/// in each are drawn from the seed and the block's number.
pub fn order<Group: PartialEq>(groups: &[Group], seed: u64, block: u32) -> Vec<usize> {
    let mut random =
        SmallRng::seed_from_u64(seed ^ (u64::from(block) + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15));
    let mut sub_blocks: Vec<Vec<usize>> = Vec::new();
    let mut known: Vec<&Group> = Vec::new();
    for group in groups {
        if known.contains(&group) {
            continue;
        }
        known.push(group);
        let mut members: Vec<usize> =
            (0..groups.len()).filter(|index| groups[*index] == *group).collect();
        members.shuffle(&mut random);
        let count = members.len().div_ceil(SUB_BLOCK_CASES_MAX).max(1);
        let size = members.len().div_ceil(count).max(1);
        sub_blocks.extend(members.chunks(size).map(<[usize]>::to_vec));
    }
    sub_blocks.shuffle(&mut random);
    sub_blocks.concat()
}

/// A seed that nobody chose.
pub fn drawn_seed() -> u64 {
    rand::rng().random()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_case_stands_once_and_groups_stay_together(
            groups in prop::collection::vec(0_u8..5, 0..40), seed: u64, block in 0_u32..20,
        ) {
            let order = order(&groups, seed, block);
            let mut sorted = order.clone();
            sorted.sort_unstable();
            prop_assert_eq!(sorted, (0..groups.len()).collect::<Vec<_>>());
            let mut begin = 0;
            while begin < order.len() {
                let group = groups[order[begin]];
                let run = order[begin..].iter().take_while(|index| groups[**index] == group).count();
                let of_group = groups.iter().filter(|other| **other == group).count();
                let size = of_group.div_ceil(of_group.div_ceil(SUB_BLOCK_CASES_MAX));
                prop_assert!(run == of_group || run.is_multiple_of(size) || run % size == of_group % size);
                begin += run;
            }
        }
    }

    #[test]
    fn the_seed_gives_the_order_and_blocks_differ() {
        let groups = [0; 12];
        assert_eq!(order(&groups, 7, 3), order(&groups, 7, 3));
        assert_ne!(order(&groups, 7, 3), order(&groups, 7, 4));
        assert_ne!(order(&groups, 7, 3), order(&groups, 8, 3));
    }

    #[test]
    fn each_case_comes_first_about_equally_often() {
        let mut first = [0_u32; 6];
        for block in 0..6_000 {
            first[order(&[0; 6], 1, block)[0]] += 1;
        }
        assert!(first.iter().all(|count| (850..1150).contains(count)), "{first:?}");
    }
}
