//! The search for the knee: the highest rate at which a path still meets a limit.

use crate::rate::Target;

/// How a knee is searched: up from the first rate by doubling until the limit is missed, then between
/// the last rate that met it and the first that did not. At last the rate is doubled on until the
/// path falls behind, so that its saturation shows too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct KneeSearch {
    /// The first rate.
    pub first: Target,
    /// No rate above this is tried.
    pub highest: Target,
    /// Halvings of the bracket, on a logarithmic scale: each takes a point, and with three of them
    /// the knee is known to within a factor of 1.09.
    pub halvings: u32,
}

/// How a rate was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The limit was met.
    Met,
    /// It was not, though the path kept up.
    Missed,
    /// The path fell behind.
    FellBehind,
    /// The generator was too late for the figures to be the path's.
    GeneratorBound,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Knee {
    /// The highest rate that met the limit; `None` if not even the lowest one tried did.
    pub rate: Option<Target>,
    /// Whether a higher one is known to miss it. If not, the knee may lie higher: the search came to
    /// its highest rate, or to where the generator ends.
    pub is_bracketed: bool,
}

/// The factor between two rates on the way up, and down if the first is too high.
const STEP: u32 = 2;

/// How often the rate is doubled beyond the first one that missed the limit at most.
const STEPS_BEYOND_MAX: u32 = 4;

/// How often the search goes down from its first rate at most.
const STEPS_DOWN_MAX: u32 = 4;

impl KneeSearch {
    /// Searches, with `judge` measuring one rate after the other.
    ///
    /// # Errors
    /// The first of `judge`'s.
    pub fn run<E>(&self, mut judge: impl FnMut(Target) -> Result<Verdict, E>) -> Result<Knee, E> {
        let bracket = self.bracket(&mut judge)?;
        let knee = self.halve(&bracket, &mut judge)?;
        self.go_on_to_saturation(bracket.top, &mut judge)?;
        Ok(knee)
    }

    fn halve<E>(
        &self,
        bracket: &Bracket,
        judge: &mut impl FnMut(Target) -> Result<Verdict, E>,
    ) -> Result<Knee, E> {
        let mut above = bracket.above;
        let is_missed = |above: Option<(Target, Verdict)>| {
            above.is_some_and(|(_, verdict)| verdict != Verdict::GeneratorBound)
        };
        let Some(mut met) = bracket.met else {
            return Ok(Knee { rate: None, is_bracketed: is_missed(above) });
        };
        for _ in 0..self.halvings {
            let Some((end, _)) = above else { break };
            let middle = (f64::from(met.get()) * f64::from(end.get())).sqrt() as u32;
            let Some(middle) = Target::per_second(middle).filter(|middle| *middle > met) else {
                break;
            };
            match judge(middle)? {
                Verdict::Met => met = middle,
                verdict => above = Some((middle, verdict)),
            }
        }
        Ok(Knee { rate: Some(met), is_bracketed: is_missed(above) })
    }

    fn go_on_to_saturation<E>(
        &self,
        top: Option<(Target, Verdict)>,
        judge: &mut impl FnMut(Target) -> Result<Verdict, E>,
    ) -> Result<(), E> {
        let Some((mut rate, mut verdict)) = top else { return Ok(()) };
        for _ in 0..STEPS_BEYOND_MAX {
            let next = self.doubled(rate);
            if matches!(verdict, Verdict::FellBehind | Verdict::GeneratorBound) || next == rate {
                break;
            }
            rate = next;
            verdict = judge(rate)?;
        }
        Ok(())
    }

    fn doubled(&self, rate: Target) -> Target {
        let doubled = Target::per_second(rate.get().saturating_mul(STEP));
        doubled.map_or(self.highest, |doubled| doubled.min(self.highest))
    }

    fn bracket<E>(
        &self,
        judge: &mut impl FnMut(Target) -> Result<Verdict, E>,
    ) -> Result<Bracket, E> {
        match judge(self.first)? {
            Verdict::Met => self.step_up(judge),
            verdict => self.step_down(verdict, judge),
        }
    }

    fn step_up<E>(
        &self,
        judge: &mut impl FnMut(Target) -> Result<Verdict, E>,
    ) -> Result<Bracket, E> {
        let mut met = self.first;
        while met < self.highest {
            let next = self.doubled(met);
            match judge(next)? {
                Verdict::Met => met = next,
                verdict => {
                    let above = Some((next, verdict));
                    return Ok(Bracket { met: Some(met), above, top: above });
                }
            }
        }
        Ok(Bracket { met: Some(met), above: None, top: None })
    }

    fn step_down<E>(
        &self,
        verdict: Verdict,
        judge: &mut impl FnMut(Target) -> Result<Verdict, E>,
    ) -> Result<Bracket, E> {
        let top = Some((self.first, verdict));
        let mut above = (self.first, verdict);
        for _ in 0..STEPS_DOWN_MAX {
            let Some(target) = Target::per_second(above.0.get() / STEP) else { break };
            match judge(target)? {
                Verdict::Met => {
                    return Ok(Bracket { met: Some(target), above: Some(above), top });
                }
                missed => above = (target, missed),
            }
        }
        Ok(Bracket { met: None, above: Some(above), top })
    }
}

/// The highest rate that met the limit, and the lowest that did not, with its verdict.
struct Bracket {
    met: Option<Target>,
    above: Option<(Target, Verdict)>,
    /// The highest rate that was tried, unless it met the limit.
    top: Option<(Target, Verdict)>,
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn target(operations: u32) -> Target {
        Target::per_second(operations).expect("a rate")
    }

    fn search(first: u32) -> KneeSearch {
        KneeSearch { first: target(first), highest: target(4_000_000), halvings: 3 }
    }

    /// Searches on a path that meets the limit up to a rate; returns the points too.
    fn searched(search: KneeSearch, knee: u32) -> (Knee, Vec<u32>) {
        let mut points = Vec::new();
        let found = search.run(|rate| {
            points.push(rate.get());
            let verdict = if rate.get() <= knee { Verdict::Met } else { Verdict::FellBehind };
            Ok::<_, ()>(verdict)
        });
        (found.expect("no error"), points)
    }

    #[test]
    fn a_path_that_never_meets_the_limit_has_no_knee_and_few_points() {
        let (knee, points) = searched(search(20_000), 10);
        assert_eq!(knee, Knee { rate: None, is_bracketed: true });
        assert_eq!(points, [20_000, 10_000, 5_000, 2_500, 1_250]);
    }

    #[test]
    fn a_path_beyond_the_highest_rate_is_not_bracketed() {
        let (knee, _) = searched(search(1_000_000), u32::MAX);
        assert_eq!(knee, Knee { rate: Some(target(4_000_000)), is_bracketed: false });
    }

    #[test]
    fn where_the_generator_ends_nothing_is_bracketed() {
        let found = search(100_000).run(|rate| {
            let met = rate.get() <= 500_000;
            Ok::<_, ()>(if met { Verdict::Met } else { Verdict::GeneratorBound })
        });
        let knee = found.expect("no error");
        assert!(!knee.is_bracketed && knee.rate >= Some(target(400_000)), "{knee:?}");
    }

    #[test]
    fn a_path_that_misses_its_limit_is_brought_to_its_saturation() {
        let mut points = Vec::new();
        let found = search(10_000).run(|rate| {
            points.push(rate.get());
            Ok::<_, ()>(match rate.get() {
                ..=15_000 => Verdict::Met,
                15_001..=50_000 => Verdict::Missed,
                _ => Verdict::FellBehind,
            })
        });
        assert!(found.expect("no error").is_bracketed);
        assert_eq!(points[..2], [10_000, 20_000]);
        assert_eq!(points[5..], [40_000, 80_000]);
    }

    #[test]
    fn no_rate_is_tried_twice() {
        let mut points = Vec::new();
        let found = search(10_000).run(|rate| {
            points.push(rate.get());
            Ok::<_, ()>(if rate.get() > 50_000 { Verdict::FellBehind } else { Verdict::Missed })
        });
        assert_eq!(found.expect("no error").rate, None);
        assert_eq!(points, [10_000, 5_000, 2_500, 1_250, 625, 20_000, 40_000, 80_000]);
    }

    #[test]
    fn an_error_ends_the_search() {
        assert_eq!(search(1).run(|_| Err::<Verdict, _>("full disk")), Err("full disk"));
    }

    proptest! {
        #[test]
        fn a_knee_is_found_to_within_nine_percent(knee in 2_000..3_000_000_u32, first in 1_000..30_000_u32) {
            let (found, points) = searched(search(first), knee);
            let rate = found.rate.expect("a knee").get();
            prop_assert!(rate <= knee && found.is_bracketed);
            prop_assert!(f64::from(rate) * 1.095 >= f64::from(knee), "{} for {}", rate, knee);
            prop_assert!(points.len() <= 17);
        }
    }
}
