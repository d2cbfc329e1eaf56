//! Opens logs made of arbitrary segments, as the tests do.
//!
//! `cargo +nightly fuzz run read_segments`

#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/arbitrary_segments/mod.rs"]
mod arbitrary_segments;

fuzz_target!(|input: &[u8]| arbitrary_segments::run(input));
