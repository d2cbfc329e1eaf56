//! A message, and its number in its ray id.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use write_path::{Event, RAY_ID_BYTES, RayId};

/// Bytes that bincode puts before each of the two strings.
const LENGTH_BYTES: usize = 8;

/// A message on its way: an event with its place in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Counted by the source from 0. The ray id follows from it.
    pub number: u64,
    /// What is stored.
    pub event: Event,
}

impl Message {
    /// The message of a number with this text: its data is the prototype's, bincode of the ray id and the text.
    pub fn new(number: u64, text: &str) -> Self {
        let ray_id = ray_id_of(number);
        let mut data = Vec::with_capacity(2 * LENGTH_BYTES + RAY_ID_BYTES + text.len());
        for part in [&ray_id.as_bytes()[..], text.as_bytes()] {
            data.extend_from_slice(&(part.len() as u64).to_le_bytes());
            data.extend_from_slice(part);
        }
        Self { number, event: Event { ray_id, data: data.into_boxed_slice() } }
    }
}

/// The text of an event's data; `None` if it is not of the prototype's form.
pub(crate) fn text_of(data: &[u8]) -> Option<&str> {
    let text = data.get(2 * LENGTH_BYTES + RAY_ID_BYTES..)?;
    let length = data.get(LENGTH_BYTES + RAY_ID_BYTES..)?.first_chunk()?;
    (u64::from_le_bytes(*length) == text.len() as u64).then(|| str::from_utf8(text).ok())?
}

/// The ray id of a number. Ids of consecutive numbers lie anywhere in an index, as the prototype's random ones did,
/// and no two numbers share one.
pub fn ray_id_of(number: u64) -> RayId {
    let mut random = [0; 12];
    random[..8].copy_from_slice(&mixed(number).to_le_bytes());
    random[8..].copy_from_slice(&check_of(number));
    RayId::from_random(random)
}

/// The number whose ray id this is; `None` if it is no ray id of this driver.
pub fn number_of(ray_id: &[u8]) -> Option<u64> {
    let random: [u8; 12] = URL_SAFE_NO_PAD.decode(ray_id).ok()?.try_into().ok()?;
    let (number, check) = random.split_first_chunk::<8>()?;
    let number = unmixed(u64::from_le_bytes(*number));
    (check == check_of(number)).then_some(number)
}

/// Four bytes more, from another number, so that an id has the prototype's twelve.
fn check_of(number: u64) -> [u8; 4] {
    let [.., a, b, c, d] = mixed(!number).to_le_bytes();
    [a, b, c, d]
}

const GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// The function of `SplitMix64`: a permutation of the 64-bit numbers (Steele, Lea and Flood, OOPSLA 2014).
pub(crate) fn mixed(number: u64) -> u64 {
    let first = number.wrapping_add(GAMMA);
    let second = (first ^ (first >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let third = (second ^ (second >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    third ^ (third >> 31)
}

/// Its inverse.
fn unmixed(mixed: u64) -> u64 {
    let third = (mixed ^ (mixed >> 31) ^ (mixed >> 62)).wrapping_mul(0x3196_42b2_d24d_8ec3);
    let second = (third ^ (third >> 27) ^ (third >> 54)).wrapping_mul(0x96de_1b17_3f11_9089);
    (second ^ (second >> 30) ^ (second >> 60)).wrapping_sub(GAMMA)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn the_data_is_the_prototypes() {
        let message = Message::new(7, "text");
        assert_eq!(message.event.data.len(), 8 + 16 + 8 + 4);
        assert_eq!(&message.event.data[8..24], message.event.ray_id.as_bytes());
        assert_eq!(text_of(&message.event.data), Some("text"));
        assert_eq!(text_of(&message.event.data[..30]), None);
    }

    #[test]
    fn a_foreign_ray_id_has_no_number() {
        for foreign in [&b"AAAAAAAAAAAAAAAA"[..], b"short", b"", b"################"] {
            assert_eq!(number_of(foreign), None);
        }
    }

    proptest! {
        #[test]
        fn a_ray_id_tells_its_number(number: u64) {
            prop_assert_eq!(number_of(ray_id_of(number).as_bytes()), Some(number));
        }
    }
}
