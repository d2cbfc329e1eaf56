//! Numbers that decide what is damaged: from a seed, or from a fuzzer's bytes.

/// A source of numbers. The same source gives the same numbers.
#[derive(Clone, Debug)]
pub(crate) struct Choices<'bytes> {
    bytes: &'bytes [u8],
    state: u64,
}

impl<'bytes> Choices<'bytes> {
    /// Numbers made of the bytes, two at a time, then those of a splitmix64 generator (Steele, Lea,
    /// Flood 2014) with this seed.
    pub(crate) fn new(bytes: &'bytes [u8], seed: u64) -> Self {
        Self { bytes, state: seed }
    }

    /// A number below `bound`, which is not 0.
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        if let Some((pair, rest)) = self.bytes.split_first_chunk() {
            self.bytes = rest;
            return usize::from(u16::from_le_bytes(*pair)) % bound;
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % bound as u64) as usize
    }

    /// One of these.
    pub(crate) fn one_of<'items, T>(&mut self, items: &'items [T]) -> &'items T {
        &items[self.below(items.len())]
    }
}
