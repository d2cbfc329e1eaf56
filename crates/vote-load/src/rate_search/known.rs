//! What all points of a search say, moment by moment.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use measure::record::{MomentsRecord, RateVerdict};

/// What each rate's points say.
#[derive(Debug, Default)]
pub(super) struct Known {
    rates: BTreeMap<NonZeroU32, MomentsRecord>,
    last: Option<NonZeroU32>,
}

/// What whole rates may be apart from those that were meant.
const ROUNDING: f64 = 1e-3;

impl Known {
    pub(super) fn note(&mut self, rate: NonZeroU32, verdict: RateVerdict) {
        self.rates.entry(rate).or_default().note(verdict);
        self.last = Some(rate);
    }

    /// The highest rate that passed in every moment, and the lowest that failed in every moment.
    pub(super) fn knee(&self) -> [Option<NonZeroU32>; 2] {
        let rates: Vec<_> = self.rates.iter().map(|(rate, moments)| (*rate, *moments)).collect();
        MomentsRecord::knee(&rates)
    }

    /// The middle of the wider of two gaps: from the knee's lower end to the next rate, and from the last one to its upper
    /// end. `None` where both are narrow.
    pub(super) fn middle(&self, near: f64) -> Option<NonZeroU32> {
        let [passes, fails] = self.knee();
        let rates = || self.rates.keys().copied();
        let above = passes.and_then(|low| Some((low, rates().find(|rate| *rate > low)?)));
        let below = fails.and_then(|high| Some((rates().rfind(|rate| *rate < high)?, high)));
        middle_of_widest(above.into_iter().chain(below), near)
    }

    pub(super) fn any_passed(&self) -> bool {
        self.rates.values().any(|moments| moments.passed > 0)
    }

    pub(super) fn any_failed(&self) -> bool {
        self.rates.values().any(|moments| moments.failed > 0)
    }

    pub(super) fn lowest(&self) -> Option<NonZeroU32> {
        self.rates.keys().next().copied()
    }

    pub(super) fn highest(&self) -> Option<NonZeroU32> {
        self.rates.keys().next_back().copied()
    }

    /// Whether the last point was one of this rate.
    pub(super) fn is_last(&self, rate: NonZeroU32) -> bool {
        self.last == Some(rate)
    }

    /// How many moments decided about a rate.
    pub(super) fn decided(&self, rate: NonZeroU32) -> u32 {
        self.rates.get(&rate).map_or(0, |moments| moments.decided())
    }

    /// How many points there are at a rate.
    pub(super) fn points_at(&self, rate: NonZeroU32) -> u32 {
        self.rates.get(&rate).map_or(0, |moments| moments.decided() + moments.undecided)
    }
}

/// The middle of the widest gap, on a logarithmic scale; `None` where all are narrow.
pub(super) fn middle_of_widest(
    gaps: impl IntoIterator<Item = (NonZeroU32, NonZeroU32)>,
    near: f64,
) -> Option<NonZeroU32> {
    let factor =
        |(low, high): (NonZeroU32, NonZeroU32)| f64::from(high.get()) / f64::from(low.get());
    let widest = gaps.into_iter().max_by(|a, b| factor(*a).total_cmp(&factor(*b)))?;
    if factor(widest) <= near * (1.0 + ROUNDING) {
        return None;
    }
    let middle = (f64::from(widest.0.get()) * f64::from(widest.1.get())).sqrt();
    let middle = NonZeroU32::new(middle as u32)?;
    (widest.0 < middle && middle < widest.1).then_some(middle)
}
