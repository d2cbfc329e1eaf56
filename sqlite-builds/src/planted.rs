//! A cost planted inside SQLite's C code, by which the judgement is checked.
//!
//! The build `planted` goes through some rounds of work before each copy of memory whose length is not fixed, as
//! every insert makes. The results stay the same; only time is spent.

#![expect(
    unsafe_code,
    reason = "a build's plant is reached through a pointer that its C file hands out"
)]

use std::sync::atomic::Ordering;

use crate::build::SqliteBuild;
use crate::error::Error;
use crate::raw_build::RawPlant;

/// How many rounds each copy in the build goes through from now on, over all of its connections; 0 plants nothing,
/// as when the program starts.
///
/// # Errors
/// For a build that was compiled without a place for it.
pub fn set_planted_rounds(build: &SqliteBuild, rounds: u32) -> Result<(), Error> {
    plant(build)?.rounds.store(rounds, Ordering::Relaxed);
    Ok(())
}

/// How many rounds the build has gone through since the program started. Exact as long as one thread at a time uses
/// the build.
///
/// # Errors
/// As [`set_planted_rounds`].
pub fn planted_rounds_executed(build: &SqliteBuild) -> Result<u64, Error> {
    Ok(plant(build)?.executed.load(Ordering::Relaxed))
}

fn plant(build: &SqliteBuild) -> Result<&'static RawPlant, Error> {
    // SAFETY: the pointer is null or that of a static of the build's C file, which is laid out as RawPlant, lives as
    // long as the program, and is changed through atomics alone.
    let plant = unsafe { build.raw().plant.as_ref() };
    plant.ok_or_else(|| {
        build.unusable(
            "has no place for a planted cost; expected one of those that `durabench builds` lists with the define \
             DURABENCH_PLANTED",
        )
    })
}
