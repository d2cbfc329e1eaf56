//! What a power cut takes, chosen by a seed.

/// Chooses what survives: nothing, or by a splitmix64 generator (Steele, Lea, Flood 2014).
pub(super) struct Dice {
    pub(super) seed: Option<u64>,
}

impl Dice {
    pub(super) fn keeps(&mut self) -> bool {
        let Some(state) = &mut self.seed else { return false };
        *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = *state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) & 1 == 1
    }
}
