//! The search for a path's ceiling: the rate that it acks when a little more than that is due.

use crate::rate::Target;

/// How a ceiling is searched: up from the first rate until the path falls behind, and then at a fifth
/// more than it acked, until that is a fifth more indeed. Far beyond its ceiling a path merges what
/// waits into packets that are larger than any near it, and acks another rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CeilingSearch {
    /// The first rate.
    pub first: Target,
    /// No rate above this is tried.
    pub highest: Target,
}

/// How a path takes a rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Response {
    /// It kept up.
    KeptUp {
        /// Operations acked per second.
        acked_per_second: f64,
    },
    /// It fell behind.
    FellBehind {
        /// Operations acked per second.
        acked_per_second: f64,
    },
    /// It fell so far behind that the load ended before anything was measured.
    Hopeless,
    /// The generator was too late for the figures to be the path's.
    GeneratorBound,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Ceiling {
    /// The path acks so many operations per second and no more.
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

/// How much more than what was acked is offered, to see the ceiling.
const OVERLOAD: f64 = 1.2;

/// A path that acks no less than this share of an overload shows its ceiling.
const NEAR_SHARE: f64 = 0.75;

/// How often the rate is adapted at most.
const ADAPTATIONS_MAX: u32 = 8;

/// How often the rate is halved between one that was kept up with and one at which the generator was
/// late.
const HALVINGS: u32 = 3;

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
        let acked = loop {
            match offer(rate)? {
                Response::FellBehind { acked_per_second } => break acked_per_second,
                // The ceiling is searched from the last rate that showed anything.
                Response::Hopeless => break f64::from(kept_up.unwrap_or(self.first).get()),
                Response::KeptUp { .. } if rate == self.highest => {
                    return Ok(Ceiling::Beyond { kept_up: Some(rate) });
                }
                Response::KeptUp { .. } => kept_up = Some(rate),
                Response::GeneratorBound => {
                    return self.below_the_generators_end(kept_up, rate, &mut offer);
                }
            }
            rate = self.share_of(f64::from(rate.get()), STEP);
        };
        Ok(Ceiling::Reached { per_second: self.approach(acked, offer)? })
    }

    /// The ceiling, from what was acked at some rate.
    pub(crate) fn approach<E>(
        &self,
        mut acked: f64,
        mut offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<f64, E> {
        for _ in 0..ADAPTATIONS_MAX {
            let rate = self.share_of(acked, OVERLOAD);
            match offer(rate)? {
                Response::FellBehind { acked_per_second } => {
                    acked = acked_per_second;
                    if acked >= NEAR_SHARE * f64::from(rate.get()) {
                        break;
                    }
                }
                Response::KeptUp { acked_per_second } => acked = acked_per_second,
                Response::GeneratorBound => acked = rate.get().into(),
                Response::Hopeless => acked /= OVERLOAD,
            }
        }
        Ok(acked)
    }

    /// So large a share of a rate, but no more than the highest.
    pub(crate) fn share_of(&self, per_second: f64, share: f64) -> Target {
        let rate = Target::per_second((share * per_second).round().max(1.0) as u32);
        rate.map_or(self.first, |rate| rate.min(self.highest))
    }

    /// Between the rate that was kept up with and the one at which the generator was late.
    fn below_the_generators_end<E>(
        &self,
        mut kept_up: Option<Target>,
        late_at: Target,
        offer: &mut impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<Ceiling, E> {
        let mut late_at = late_at;
        for _ in 0..HALVINGS {
            let Some(kept) = kept_up else { break };
            let middle = (f64::from(kept.get()) * f64::from(late_at.get())).sqrt();
            let middle = self.share_of(middle, 1.0);
            match offer(middle)? {
                Response::KeptUp { .. } => kept_up = Some(middle),
                Response::GeneratorBound | Response::Hopeless => late_at = middle,
                Response::FellBehind { acked_per_second } => {
                    return Ok(Ceiling::Reached { per_second: acked_per_second });
                }
            }
        }
        Ok(Ceiling::Beyond { kept_up })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn search(first: u32, highest: u32) -> CeilingSearch {
        let target = |rate| Target::per_second(rate).expect("a rate");
        CeilingSearch { first: target(first), highest: target(highest) }
    }

    /// A path that takes so many operations per second near its ceiling, and `far` times as many once
    /// twice of that is due, because its packets are larger then.
    fn takes(ceiling: f64, far: f64) -> impl FnMut(Target) -> Result<Response, ()> {
        move |rate| {
            let rate = f64::from(rate.get());
            let most = if rate > 2.0 * ceiling { ceiling * far } else { ceiling };
            let acked_per_second = rate.min(most);
            Ok(match rate {
                _ if rate > 3.5 * ceiling => Response::Hopeless,
                _ if rate > most => Response::FellBehind { acked_per_second },
                _ => Response::KeptUp { acked_per_second },
            })
        }
    }

    fn late_from(limit: u32) -> impl FnMut(Target) -> Result<Response, ()> {
        move |rate| {
            let is_late = rate.get() > limit;
            let kept_up = Response::KeptUp { acked_per_second: rate.get().into() };
            Ok(if is_late { Response::GeneratorBound } else { kept_up })
        }
    }

    #[test]
    fn without_an_end_the_highest_rate_is_told() {
        let kept_up = Target::per_second(50_000);
        let found = search(1_000, 50_000).run(takes(1e9, 1.0));
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
    fn an_error_ends_the_search() {
        let found = search(1, 10).run(|_| Err::<Response, _>("full disk"));
        assert_eq!(found, Err("full disk"));
    }

    proptest! {
        #[test]
        fn the_ceiling_near_by_is_found_not_the_one_far_beyond(
            ceiling in 2_000.0..2_000_000.0_f64, far in 0.3..1.6_f64, first in 500..30_000_u32,
        ) {
            let found = search(first, 4_000_000).run(takes(ceiling, far));
            let Ok(Ceiling::Reached { per_second }) = found else { panic!("{found:?}") };
            prop_assert!((per_second / ceiling - 1.0).abs() < 1e-3, "{} of {}", per_second, ceiling);
        }
    }
}
