//! What the records of packets hold: different in each life, packet and place, so that what is lost, stale, torn or
//! mixed shows.

use disk_model::Dice;

/// The random bytes of one record.
pub(crate) fn content(life: u32, packet: u64, place: u32, bytes: usize) -> Vec<u8> {
    let seed = packet << 32 | u64::from(place) << 8 | u64::from(life);
    let mut dice = Dice::new(seed);
    let mut content = Vec::with_capacity(bytes + 8);
    while content.len() < bytes {
        content.extend(dice.throw().to_le_bytes());
    }
    content.truncate(bytes);
    content
}
