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
        let behind = loop {
            match offer(rate)? {
                Response::FellBehind => break rate,
                Response::KeptUp if rate == self.highest => {
                    return Ok(Ceiling::Beyond { kept_up: Some(rate) });
                }
                Response::KeptUp => kept_up = Some(rate),
                Response::GeneratorBound => {
                    return self.below_the_generators_end(kept_up, rate, &mut offer);
                }
            }
            rate = self.share_of(f64::from(rate.get()), STEP);
        };
        let mut behind = f64::from(behind.get());
        let mut lower = kept_up.map(|rate| f64::from(rate.get()));
        for _ in 0..STEPS_DOWN_MAX {
            if lower.is_some() {
                break;
            }
            let down = behind / STEP;
            match offer(self.share_of(down, 1.0))? {
                Response::KeptUp => lower = Some(down),
                Response::FellBehind | Response::GeneratorBound => behind = down,
            }
        }
        let lower = lower.unwrap_or(behind / STEP);
        Ok(Ceiling::Reached { per_second: self.narrow(lower, behind, offer)? })
    }

    /// The ceiling once more, which was here before.
    pub(crate) fn again<E>(
        &self,
        ceiling: f64,
        offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<f64, E> {
        self.narrow(ceiling / MOVED_MAX, ceiling * MOVED_MAX, offer)
    }

    fn narrow<E>(
        &self,
        mut kept_up: f64,
        mut behind: f64,
        mut offer: impl FnMut(Target) -> Result<Response, E>,
    ) -> Result<f64, E> {
        while behind / kept_up > NEAR {
            let middle = (kept_up * behind).sqrt();
            match offer(self.share_of(middle, 1.0))? {
                Response::KeptUp => kept_up = middle,
                Response::FellBehind | Response::GeneratorBound => behind = middle,
            }
        }
        Ok((kept_up * behind).sqrt())
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
                Response::KeptUp => kept_up = Some(middle),
                Response::GeneratorBound => late_at = middle,
                Response::FellBehind => {
                    let (kept_up, behind) = (f64::from(kept.get()), f64::from(middle.get()));
                    let per_second = self.narrow(kept_up, behind, offer)?;
                    return Ok(Ceiling::Reached { per_second });
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
            let again = search.again(per_second, takes(moved * ceiling)).expect("no error");
            prop_assert!(0.9 * again < moved * ceiling && moved * ceiling < 1.1 * again);
        }
    }
}
