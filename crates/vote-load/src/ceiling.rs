//! The search for a path's ceiling: the highest rate that it keeps up with.

use crate::rate::Target;

/// How a ceiling is searched: up from the first rate until the path falls behind, and then between the
/// last rate that it kept up with and that one. What a path acks beyond its ceiling is not asked: its
/// packets are larger there, and what waits takes memory, so that it may be more or less.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CeilingSearch {
    /// The first rate.
    pub first: Target,
    /// No rate above this is tried.
    pub highest: Target,
}

/// How a path takes a rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Response {
    /// It kept up.
    KeptUp,
    /// It fell behind.
    FellBehind,
    /// The generator did not hand on what was due.
    GeneratorBound,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ceiling {
    /// The path keeps up with a rate 5 % below this one, and not with one 5 % above it.
    Reached {
        /// Operations per second.
        per_second: f64,
    },
    /// It kept up with every rate that could be offered, up to this one: the generator's end, or the
    /// highest that may be tried.
    Beyond {
        /// The highest rate that it kept up with; `None` if the generator was late at the first one.
        kept_up: Option<Target>,
    },
}

/// The factor between two rates on the way up.
const STEP: f64 = 4.0;

/// The search ends once the rate that was kept up with and the one that was not are as near as this.
const NEAR: f64 = 1.1;

/// How far the ceiling is taken to have moved from one round to the next at most, to either side.
const MOVED_MAX: f64 = 1.25;

/// How often the search goes down from its first rate at most.
const STEPS_DOWN_MAX: u32 = 6;

/// A rate, and what stands in the way of it.
#[derive(Debug, Clone, Copy)]
struct Obstacle {
    per_second: f64,
    is_the_generator: bool,
}

impl Obstacle {
    fn path(per_second: f64) -> Self {
        Self { per_second, is_the_generator: false }
    }
}

impl CeilingSearch {
    /// Searches, with `offer` putting one rate after the other on the path.
    ///
    /// # Errors
    /// The first of `offer`'s.
    pub fn run<E>(
        &self,
        mut offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<Ceiling, E> {
        let mut rate = self.first;
        let mut kept_up = None;
        let obstacle = loop {
            let per_second = f64::from(rate.get());
            match twice_if_behind(rate, &mut offer)? {
                Response::KeptUp if rate == self.highest => {
                    return Ok(Ceiling::Beyond { kept_up: Some(rate) });
                }
                Response::KeptUp => kept_up = Some(per_second),
                Response::FellBehind => break Obstacle::path(per_second),
                Response::GeneratorBound => break Obstacle { per_second, is_the_generator: true },
            }
            rate = self.share_of(per_second, STEP);
        };
        match kept_up {
            Some(kept_up) => self.narrow(kept_up, obstacle, offer),
            None if obstacle.is_the_generator => Ok(Ceiling::Beyond { kept_up: None }),
            None => self.below(obstacle, offer),
        }
    }

    /// The ceiling once more, which was here before.
    pub(crate) fn again<E>(
        &self,
        ceiling: f64,
        offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<Ceiling, E> {
        self.narrow(ceiling / MOVED_MAX, Obstacle::path(ceiling * MOVED_MAX), offer)
    }

    /// Down from a first rate at which the path fell behind.
    fn below<E>(
        &self,
        mut obstacle: Obstacle,
        mut offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<Ceiling, E> {
        for _ in 0..STEPS_DOWN_MAX {
            let down = obstacle.per_second / STEP;
            match offer(self.share_of(down, 1.0))? {
                Response::KeptUp => return self.narrow(down, obstacle, offer),
                Response::FellBehind | Response::GeneratorBound => {
                    obstacle = Obstacle::path(down);
                }
            }
        }
        self.narrow(obstacle.per_second / STEP, obstacle, offer)
    }

    /// Between a rate that was kept up with and one that was not.
    fn narrow<E>(
        &self,
        mut kept_up: f64,
        mut obstacle: Obstacle,
        mut offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<Ceiling, E> {
        while obstacle.per_second / kept_up > NEAR {
            let middle = (kept_up * obstacle.per_second).sqrt();
            match most_of_three(self.share_of(middle, 1.0), &mut offer)? {
                Response::KeptUp => kept_up = middle,
                Response::FellBehind => obstacle = Obstacle::path(middle),
                Response::GeneratorBound => {
                    obstacle = Obstacle { per_second: middle, is_the_generator: true };
                }
            }
        }
        Ok(if obstacle.is_the_generator {
            Ceiling::Beyond { kept_up: Some(self.share_of(kept_up, 1.0)) }
        } else {
            Ceiling::Reached { per_second: (kept_up * obstacle.per_second).sqrt() }
        })
    }

    /// So large a share of a rate, but no more than the highest.
    pub(crate) fn share_of(&self, per_second: f64, share: f64) -> Target {
        let rate = Target::per_second((share * per_second).round().max(1.0) as u32);
        rate.map_or(self.first, |rate| rate.min(self.highest))
    }
}

/// A path that falls behind is asked once more: a moment's trouble of the disk is no ceiling.
fn twice_if_behind<E>(
    rate: Target,
    offer: &mut impl FnMut(Target) -> Result<Response, E>,
) -> Result<Response, E> {
    match offer(rate)? {
        Response::FellBehind => offer(rate),
        response => Ok(response),
    }
}

/// Near the ceiling the machine decides as much as the path: two tries must agree, or a third one tells. To
/// take the first, or the better of two, moved the ceiling by a tenth to either side.
fn most_of_three<E>(
    rate: Target,
    offer: &mut impl FnMut(Target) -> Result<Response, E>,
) -> Result<Response, E> {
    let (first, second) = (offer(rate)?, offer(rate)?);
    if first == second { Ok(first) } else { offer(rate) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn search(first: u32, highest: u32) -> CeilingSearch {
        let target = |rate| Target::per_second(rate).expect("a rate");
        CeilingSearch { first: target(first), highest: target(highest) }
    }

    fn takes(ceiling: f64) -> impl FnMut(Target) -> Result<Response, ()> {
        move |rate| {
            let keeps_up = f64::from(rate.get()) <= ceiling;
            Ok(if keeps_up { Response::KeptUp } else { Response::FellBehind })
        }
    }

    fn late_from(limit: u32) -> impl FnMut(Target) -> Result<Response, ()> {
        move |rate| {
            let is_late = rate.get() > limit;
            Ok(if is_late { Response::GeneratorBound } else { Response::KeptUp })
        }
    }

    #[test]
    fn without_an_end_the_highest_rate_is_told() {
        let kept_up = Target::per_second(50_000);
        let found = search(1_000, 50_000).run(takes(1e9));
        assert_eq!(found, Ok(Ceiling::Beyond { kept_up }));
    }

    #[test]
    fn the_generators_end_is_no_ceiling() {
        let found = search(12_500, 4_000_000).run(late_from(2_500_000));
        let Ok(Ceiling::Beyond { kept_up: Some(rate) }) = found else { panic!("{found:?}") };
        assert!((2_000_000..=2_500_000).contains(&rate.get()), "{rate}");
        assert_eq!(search(9, 10).run(late_from(1)), Ok(Ceiling::Beyond { kept_up: None }));
    }

    #[test]
    fn a_generator_that_a_busy_path_holds_up_is_no_ceiling_either() {
        // Falls behind far beyond, but below that it is the generator that does not come along.
        let found = search(12_500, 6_400_000).run(|rate| {
            Ok::<_, ()>(match rate.get() {
                ..=2_000_000 => Response::KeptUp,
                2_000_001..=2_900_000 => Response::GeneratorBound,
                _ => Response::FellBehind,
            })
        });
        let Ok(Ceiling::Beyond { kept_up: Some(rate) }) = found else { panic!("{found:?}") };
        assert!((1_800_000..=2_000_000).contains(&rate.get()), "{rate}");
    }

    #[test]
    fn a_single_stumble_is_no_ceiling() {
        let mut offered = std::collections::HashSet::new();
        let found = search(10_000, 640_000).run(|rate| {
            let is_first = offered.insert(rate.get());
            let stumbles = is_first && (30_000..90_000).contains(&rate.get());
            let keeps_up = rate.get() <= 100_000 && !stumbles;
            Ok::<_, ()>(if keeps_up { Response::KeptUp } else { Response::FellBehind })
        });
        let Ok(Ceiling::Reached { per_second }) = found else { panic!("{found:?}") };
        assert!((90_000.0..110_000.0).contains(&per_second), "{per_second}");
    }

    #[test]
    fn an_error_ends_the_search() {
        let found = search(1, 10).run(|_| Err::<Response, _>("full disk"));
        assert_eq!(found, Err("full disk"));
    }

    proptest! {
        #[test]
        fn nine_tenths_are_below_it_and_eleven_tenths_beyond(
            ceiling in 2_000.0..2_000_000.0_f64, first in 500..30_000_u32, moved in 0.85..1.18_f64,
        ) {
            let search = search(first, 6_400_000);
            let found = search.run(takes(ceiling));
            let Ok(Ceiling::Reached { per_second }) = found else { panic!("{found:?}") };
            prop_assert!(0.9 * per_second < ceiling && ceiling < 1.1 * per_second);
            let found = search.again(per_second, takes(moved * ceiling));
            let Ok(Ceiling::Reached { per_second: again }) = found else { panic!("{found:?}") };
            prop_assert!(0.9 * again < moved * ceiling && moved * ceiling < 1.1 * again);
        }
    }
}
