//! The CRC32C of any stretch of some bytes, from checksums of their beginnings.
//!
//! A CRC's register is a polynomial over GF(2), and what some bytes do to it is linear: the register
//! behind `n` bytes is its value before them times x^(8n), plus a term of the bytes alone. So with
//! the registers at two places the checksum between them is one multiplication, however long the
//! stretch is. Without that, bytes which look like the headers of long frames would be read once
//! for each of them.

use std::sync::LazyLock;

use crc32c::crc32c_append;

/// The Castagnoli polynomial, its lowest power in the highest bit.
const POLYNOMIAL: u32 = 0x82f6_3b78;
/// A register is kept at each multiple of this.
const STEP_BYTES: usize = 64;
/// The digits in which lengths are taken apart: three of them hold any 32-bit length.
const DIGIT_BITS: u32 = 11;
const DIGITS: usize = 1 << DIGIT_BITS;

/// x^(8n) for each digit of n.
static POWERS: LazyLock<[Vec<u32>; 3]> = LazyLock::new(|| {
    // x^0 is the highest bit, x^8 the bit eight below.
    let mut unit = 1 << 23;
    std::array::from_fn(|_| {
        let mut powers = vec![1 << 31];
        for digit in 1..DIGITS {
            powers.push(multiply(powers[digit - 1], unit));
        }
        unit = multiply(powers[DIGITS - 1], unit);
        powers
    })
});

/// The product of two polynomials modulo the CRC's.
fn multiply(left: u32, mut right: u32) -> u32 {
    let mut product = 0;
    for bit in (0..32).rev() {
        product ^= right & ((left >> bit) & 1).wrapping_neg();
        right = (right >> 1) ^ (POLYNOMIAL & (right & 1).wrapping_neg());
    }
    product
}

fn power_of_bytes(bytes: u32) -> u32 {
    let digit = |place: u32| (bytes >> (place * DIGIT_BITS)) as usize % DIGITS;
    let low = multiply(POWERS[0][digit(0)], POWERS[1][digit(1)]);
    multiply(low, POWERS[2][digit(2)])
}

/// Registers at regular places of some bytes.
#[derive(Debug, Default)]
pub(crate) struct PrefixChecksums {
    registers: Vec<u32>,
}

impl PrefixChecksums {
    /// Works through `bytes` once.
    pub(crate) fn refill(&mut self, bytes: &[u8]) {
        self.registers.clear();
        let mut register = 0;
        self.registers.push(register);
        for step in bytes.as_chunks::<STEP_BYTES>().0 {
            register = advance(register, step);
            self.registers.push(register);
        }
    }

    /// The checksum of `bytes[from..to]` with this start value; `bytes` are those of the last
    /// [`refill`](Self::refill).
    pub(crate) fn between(&self, bytes: &[u8], from: usize, to: usize, start: u32) -> u32 {
        let length = u32::try_from(to - from).expect("a frame's length has 32 bits");
        let before = !start ^ self.register_at(bytes, from);
        !(multiply(before, power_of_bytes(length)) ^ self.register_at(bytes, to))
    }

    /// The most bytes that [`between`](Self::between) reads.
    pub(crate) const READ_BYTES_MAX: u64 = 2 * STEP_BYTES as u64;

    fn register_at(&self, bytes: &[u8], at: usize) -> u32 {
        let step = at / STEP_BYTES;
        advance(self.registers[step], &bytes[step * STEP_BYTES..at])
    }
}

/// The register behind these bytes. The library's function inverts it on the way in and out.
fn advance(register: u32, bytes: &[u8]) -> u32 {
    !crc32c_append(!register, bytes)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn any_stretch_has_the_checksum_that_the_library_gives(
            bytes in prop::collection::vec(any::<u8>(), 0..5000),
            ends: (prop::sample::Index, prop::sample::Index), start: u32,
        ) {
            let ends = [ends.0.index(bytes.len() + 1), ends.1.index(bytes.len() + 1)];
            let (from, to) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
            let mut prefixes = PrefixChecksums::default();
            prefixes.refill(&bytes);
            let expected = crc32c_append(start, &bytes[from..to]);
            prop_assert_eq!(prefixes.between(&bytes, from, to, start), expected);
        }
    }

    #[test]
    fn a_length_of_more_than_two_digits_is_right_too() {
        let bytes: Vec<u8> = (0..5_000_011_u32).map(|at| ((at * 7) ^ (at >> 9)) as u8).collect();
        let mut prefixes = PrefixChecksums::default();
        prefixes.refill(&bytes);
        for (from, to) in [(0, bytes.len()), (3, 4_194_304 + 3), (70, 5_000_000)] {
            let expected = crc32c_append(9, &bytes[from..to]);
            assert_eq!(prefixes.between(&bytes, from, to, 9), expected);
        }
    }
}
