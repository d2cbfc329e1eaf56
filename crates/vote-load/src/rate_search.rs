//! The search for a rate: the highest that passes, and the lowest that fails.

mod known;

use std::num::NonZeroU32;

use measure::record::RateVerdict as Verdict;

use self::known::{Known, middle_of_widest};

/// How a rate is searched: up from the first one until one fails, down from there until one passes, and then between
/// the two.
///
/// A rate that stays undecided parts what lies between them in two, and the search goes on in both. A knee's ends are then
/// measured again: what a machine can do changes, and a rate that passed in one moment may fail in the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RateSearch {
    /// The first rate.
    pub first: NonZeroU32,
    /// No rate above this is tried.
    pub highest: NonZeroU32,
    /// The factor between two rates on the way up and down.
    pub step: f64,
    /// How often the search goes down from its first rate at most.
    pub steps_down_max: u32,
    /// The search ends once the rate that passes and the one that fails are as near as this factor, but for what stays
    /// undecided.
    pub near: f64,
    /// Points that must agree about a rate. On the way up a single one that passes will do.
    pub agreeing: u32,
    /// Points at one rate at most: those that have not agreed by then leave it undecided.
    pub tries_max: u32,
    /// How often the rate is raised beyond the first one that failed at most, until the path falls behind, so that its
    /// saturation shows too.
    pub steps_beyond_max: u32,
    /// In how many moments each end of a knee is measured; `None` of a ceiling, of which the search's own moment is wanted.
    pub moments: Option<NonZeroU32>,
    /// Points at most beside those by which the two ends were found.
    pub repeats_max: u32,
}

/// What a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateBracket {
    /// The highest rate that passes, of a knee in every moment; `None` if none does that was tried.
    pub passes: Option<NonZeroU32>,
    /// The lowest rate that fails, of a knee in every moment; `None` where the search came to its highest rate, or to where
    /// the generator ends.
    pub fails: Option<NonZeroU32>,
}

/// The least that lies between two rates of a ceiling: 5 % to either side of their middle.
const CEILING_NEAR: f64 = 1.1;

/// How far a ceiling is taken to have moved from one round to the next at most, to either side.
const MOVED_MAX: f64 = 1.25;

impl RateSearch {
    /// The search for a knee, the highest rate at which a limit is kept: by doubling, and by halving what lies between so
    /// often on a logarithmic scale. With three halvings the rates are as near as a factor of 1.09. It is that of one
    /// moment, until [`Self::in_moments`] says of how many.
    pub fn knee(first: NonZeroU32, highest: NonZeroU32, halvings: u32) -> Self {
        Self {
            first,
            highest,
            step: 2.0,
            steps_down_max: 4,
            near: 2.0_f64.powf(0.5_f64.powi(halvings.min(30) as i32)),
            agreeing: 1,
            tries_max: 3,
            steps_beyond_max: 4,
            moments: Some(NonZeroU32::MIN),
            repeats_max: 0,
        }
    }

    /// The same with each end of the knee in so many moments, as far as so many repeats go.
    #[must_use]
    pub fn in_moments(self, moments: NonZeroU32, repeats_max: u32) -> Self {
        Self { moments: Some(moments), repeats_max, ..self }
    }

    /// The search for a ceiling, the highest rate that a path keeps up with. Two of three points decide: a moment's trouble
    /// of the disk is no ceiling. What a path acks beyond it is not asked: its packets are larger there, and what waits
    /// takes memory, so that it may be more or less.
    pub fn ceiling(first: NonZeroU32, highest: NonZeroU32) -> Self {
        Self {
            first,
            highest,
            step: 4.0,
            steps_down_max: 6,
            near: CEILING_NEAR,
            agreeing: 2,
            tries_max: 3,
            steps_beyond_max: 0,
            moments: None,
            repeats_max: 0,
        }
    }

    /// Searches, with `judge` measuring one point after the other.
    ///
    /// # Errors
    /// The first of `judge`'s.
    pub fn run<E>(
        &self,
        mut judge: impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<RateBracket, E> {
        let (mut bracket, mut known) = (Bracket::default(), Known::default());
        let mut noted = |rate| judge(rate).inspect(|verdict| known.note(rate, *verdict));
        let (top, verdict) = self.climb(&mut bracket, &mut noted)?;
        self.descend(&mut bracket, &mut noted)?;
        self.narrow(&mut bracket, &mut noted)?;
        self.go_on_to_saturation(top, verdict, &mut noted)?;
        let Some(moments) = self.moments else { return Ok(bracket.found()) };
        for _ in 0..self.repeats_max {
            let Some(rate) = self.again_at(&known, moments.get()) else { break };
            known.note(rate, judge(rate)?);
        }
        let [passes, fails] = known.knee();
        Ok(RateBracket { passes, fails })
    }

    /// The rate whose next moment tells most of a knee. Where moments disagree, so that one end is missing, it is one
    /// further out; else an end of which a single moment tells, one in a gap between, or an end that may have more moments.
    /// `None` where all is told.
    fn again_at(&self, known: &Known, moments: u32) -> Option<NonZeroU32> {
        let [passes, fails] = known.knee();
        let further_out = || {
            if passes.is_none() && known.any_passed() {
                return NonZeroU32::new((f64::from(known.lowest()?.get()) / self.step) as u32);
            }
            let is_higher = |top: &NonZeroU32| *top < self.highest && known.decided(*top) > 0;
            let is_sought = fails.is_none() && known.any_failed();
            known.highest().filter(|top| is_sought && is_higher(top)).map(|top| self.raised(top))
        };
        let end_below = |moments: u32| {
            let is_open = |end: &NonZeroU32| {
                let is_tried = known.points_at(*end) >= moments + self.tries_max;
                known.decided(*end) < moments && !is_tried
            };
            let open = passes.into_iter().chain(fails).filter(is_open);
            open.min_by_key(|end| (known.is_last(*end), known.points_at(*end)))
        };
        further_out()
            .or_else(|| end_below(moments.min(2)))
            .or_else(|| known.middle(self.near))
            .or_else(|| end_below(moments))
    }

    /// What the search has found after these verdicts; as an error the rate that is to be judged next. For searches that
    /// go on in turns.
    ///
    /// # Errors
    /// The next rate.
    pub fn found_by(&self, verdicts: &[Verdict]) -> Result<RateBracket, NonZeroU32> {
        let mut known = verdicts.iter();
        self.run(|rate| known.next().copied().ok_or(rate))
    }

    /// Searches near a rate that lay between the two before.
    ///
    /// # Errors
    /// The first of `judge`'s.
    pub fn again<E>(
        &self,
        per_second: f64,
        mut judge: impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<RateBracket, E> {
        let above = Above { rate: self.rate(per_second * MOVED_MAX), is_generator: false };
        let passes = Some(self.rate(per_second / MOVED_MAX));
        let mut bracket = Bracket { passes, above: Some(above), undecided: None };
        self.narrow(&mut bracket, &mut judge)?;
        Ok(bracket.found())
    }

    /// The whole rate that is nearest, but no more than the highest.
    pub fn rate(&self, per_second: f64) -> NonZeroU32 {
        let rate = NonZeroU32::new(per_second.round().max(1.0) as u32);
        rate.map_or(self.first, |rate| rate.min(self.highest))
    }

    /// Up until a rate fails. Returns the highest one, and its verdict.
    fn climb<E>(
        &self,
        bracket: &mut Bracket,
        judge: &mut impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<(NonZeroU32, Verdict), E> {
        let mut rate = self.first;
        loop {
            let verdict = self.settle(rate, 1, judge)?;
            bracket.note(rate, verdict);
            if bracket.above.is_some() || rate == self.highest {
                return Ok((rate, verdict));
            }
            rate = self.raised(rate);
        }
    }

    /// Down until a rate passes, where one failed and none did on the way up. (Where all are undecided, so are lower ones,
    /// whose points have fewer commits.)
    fn descend<E>(
        &self,
        bracket: &mut Bracket,
        judge: &mut impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<(), E> {
        let mut rate = self.first;
        for _ in 0..self.steps_down_max {
            let is_needed = bracket.passes.is_none() && bracket.above.is_some();
            let lower = NonZeroU32::new((f64::from(rate.get()) / self.step) as u32);
            let Some(lower) = lower.filter(|_| is_needed) else { break };
            rate = lower;
            bracket.note(rate, self.settle(rate, self.agreeing, judge)?);
        }
        Ok(())
    }

    fn narrow<E>(
        &self,
        bracket: &mut Bracket,
        judge: &mut impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<(), E> {
        while let Some(middle) = bracket.middle(self.near) {
            bracket.note(middle, self.settle(middle, self.agreeing, judge)?);
        }
        Ok(())
    }

    fn go_on_to_saturation<E>(
        &self,
        mut rate: NonZeroU32,
        mut verdict: Verdict,
        judge: &mut impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<(), E> {
        for _ in 0..self.steps_beyond_max {
            let is_over = matches!(verdict, Verdict::FallsBehind | Verdict::GeneratorBound);
            if is_over || rate == self.highest {
                break;
            }
            rate = self.raised(rate);
            verdict = judge(rate)?;
        }
        Ok(())
    }

    fn raised(&self, rate: NonZeroU32) -> NonZeroU32 {
        self.rate((f64::from(rate.get()) * self.step).min(u32::MAX.into()))
    }

    /// Measures points at a rate until enough of them agree.
    fn settle<E>(
        &self,
        rate: NonZeroU32,
        passing_enough: u32,
        judge: &mut impl FnMut(NonZeroU32) -> Result<Verdict, E>,
    ) -> Result<Verdict, E> {
        let (mut passing, mut failing) = (0, 0);
        for _ in 0..self.tries_max {
            let verdict = judge(rate)?;
            match verdict {
                Verdict::Passes => passing += 1,
                Verdict::MissesLimit | Verdict::FallsBehind => failing += 1,
                Verdict::Undecided => {}
                Verdict::GeneratorBound => return Ok(verdict),
            }
            if passing >= passing_enough || failing >= self.agreeing {
                return Ok(verdict);
            }
        }
        Ok(Verdict::Undecided)
    }
}

impl RateBracket {
    /// Operations per second in the middle of the two, on a logarithmic scale; `None` unless there are both.
    pub fn middle_per_second(&self) -> Option<f64> {
        let (passes, fails) = (self.passes?, self.fails?);
        Some((f64::from(passes.get()) * f64::from(fails.get())).sqrt())
    }
}

/// The rates that are known while a search goes on.
#[derive(Debug, Clone, Copy, Default)]
struct Bracket {
    passes: Option<NonZeroU32>,
    above: Option<Above>,
    /// The lowest and the highest rate that is undecided, between the other two.
    undecided: Option<(NonZeroU32, NonZeroU32)>,
}

/// The lowest rate beyond what passes.
#[derive(Debug, Clone, Copy)]
struct Above {
    rate: NonZeroU32,
    /// Whether the generator, and not the path, stands in the way of it.
    is_generator: bool,
}

impl Bracket {
    fn note(&mut self, rate: NonZeroU32, verdict: Verdict) {
        match verdict {
            Verdict::Passes => self.passes = Some(rate),
            Verdict::MissesLimit | Verdict::FallsBehind => {
                self.above = Some(Above { rate, is_generator: false });
            }
            Verdict::GeneratorBound => self.above = Some(Above { rate, is_generator: true }),
            Verdict::Undecided => {
                let (low, high) = self.undecided.unwrap_or((rate, rate));
                self.undecided = Some((low.min(rate), high.max(rate)));
            }
        }
        self.undecided = self.undecided.filter(|(low, high)| {
            self.passes.is_none_or(|passes| passes < *low)
                && self.above.is_none_or(|above| *high < above.rate)
        });
    }

    /// The middle of the widest gap, on a logarithmic scale; `None` where all are narrow.
    fn middle(&self, near: f64) -> Option<NonZeroU32> {
        let (passes, above) = (self.passes?, self.above?.rate);
        let (low, high) = self.undecided.unwrap_or((above, above));
        middle_of_widest([(passes, low), (high, above)], near)
    }

    fn found(&self) -> RateBracket {
        let fails = self.above.filter(|above| !above.is_generator).map(|above| above.rate);
        RateBracket { passes: self.passes, fails }
    }
}

#[cfg(test)]
mod tests;
