//! Whose turn it is, where points of several curves alternate.

use runner::blocks::{drawn_seed, order};

/// A point's place among those of other curves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Turn {
    seed: u64,
    block: u32,
    place: u32,
}

/// A seed that nobody chose. A record's figures are doubles, so it has as many bits as these hold.
pub(crate) fn seed() -> u64 {
    drawn_seed() >> (u64::BITS - f64::MANTISSA_DIGITS)
}

/// A block of these, each once, in an order that is drawn from the seed and the block's number.
pub(crate) fn block<T: Copy>(members: &[T], seed: u64, block: u32) -> Vec<(T, Turn)> {
    let order = order(&vec![(); members.len()], seed, block).into_iter().zip(0..);
    order.map(|(index, place)| (members[index], Turn { seed, block, place })).collect()
}

impl Turn {
    /// The turn as figures of a record, by name.
    pub(crate) fn figures(self) -> [(&'static str, f64); 3] {
        [
            ("order_seed", self.seed as f64),
            ("block", self.block.into()),
            ("place_in_block", self.place.into()),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_block_has_each_member_once_and_a_record_keeps_the_whole_seed() {
        let seed = seed();
        let drawn = block(&["a", "b", "c"], seed, 7);
        let places: Vec<[(&str, f64); 3]> = drawn.iter().map(|(_, it)| it.figures()).collect();
        for (place, figures) in places.iter().enumerate() {
            assert_eq!(figures[0].1 as u64, seed);
            assert_eq!((figures[1].1, figures[2].1), (7.0, place as f64));
        }
        let mut members: Vec<&str> = drawn.into_iter().map(|(member, _)| member).collect();
        members.sort_unstable();
        assert_eq!(members, ["a", "b", "c"]);
    }
}
