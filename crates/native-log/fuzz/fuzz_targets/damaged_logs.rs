//! Damages logs of several segments as the input says (cut, zeroed, deleted, swapped, duplicated
//! segments, flipped bits, garbage) and judges what opening makes of them. The judgement is that of
//! the tests; `cargo run --release -p native-log --example damage_campaign` runs it without a
//! fuzzer.
//!
//! `cargo +nightly fuzz run damaged_logs`

#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/damaged_logs/mod.rs"]
mod damaged_logs;

use damaged_logs::{Choices, Pool, run};

static POOL: LazyLock<Pool> = LazyLock::new(Pool::new);

fuzz_target!(|input: &[u8]| {
    if let Err(found) = run(&POOL, &mut Choices::new(input, 0)) {
        panic!("{found}");
    }
});
