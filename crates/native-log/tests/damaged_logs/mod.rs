//! Damage to logs of several segments, and the judgement of what opening makes of it.
//!
//! One function, [`run`], is behind the property tests, the fuzz target and the long campaign
//! (`cargo run --release -p native-log --example damage_campaign`).

mod choices;
mod damage;
mod judge;
pub(crate) mod pool;

pub(crate) use choices::Choices;
pub(crate) use judge::Verdict;
pub(crate) use pool::Pool;

/// The files of a directory by name.
pub(crate) type Image = std::collections::BTreeMap<String, Vec<u8>>;

/// Damages a log of the pool as `choices` say, and opens it. `Err` describes an acknowledged packet
/// that is lost without a word, a packet that nobody appended, or an error that should not be.
pub(crate) fn run(pool: &Pool, choices: &mut Choices<'_>) -> Result<Verdict, String> {
    let log = pool.choose(choices);
    let mut image = log.image.clone();
    let mut told = Vec::new();
    for _ in 0..=choices.below(3) {
        told.push(damage::damage_once(log, &mut image, choices));
    }
    let thorough = choices.below(16) == 0;
    judge::judge(log, &image, thorough)
        .map_err(|found| format!("{found}; {}; damage: {}", log.name, told.join(", then ")))
}
