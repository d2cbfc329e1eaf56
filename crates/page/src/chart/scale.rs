//! The spacing of an axis: evenly, or by its logarithm.

use std::ops::Range;

use plotters::coord::ranged1d::{KeyPointHint, NoDefaultFormatting, Ranged, ValueFormatter};

/// How an axis is spaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Spacing {
    /// By equal differences; 0 is shown.
    Linear,
    /// By equal differences; 0 need not be shown.
    LinearNear,
    /// By equal factors; what is not above 0 has no place.
    Log,
}

/// A part of an axis.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Scale {
    low: f64,
    high: f64,
    spacing: Spacing,
    /// The values that have a tick; empty for round ones.
    ticks: Vec<f64>,
}

/// Nothing that is measured lies beyond this, or below its inverse; a record may hold it all the same.
const LARGEST: f64 = 1e100;

/// Room beyond the outermost values, as a share of the axis.
const ROOM: f64 = 0.06;

impl Scale {
    /// A scale that shows all these values; `None` where none has a place.
    pub(crate) fn of(values: impl IntoIterator<Item = f64>, spacing: Spacing) -> Option<Self> {
        let has_place = |value: &f64| {
            value.abs() < LARGEST && (spacing != Spacing::Log || *value > 1.0 / LARGEST)
        };
        let values: Vec<f64> = values.into_iter().filter(has_place).collect();
        let low = values.iter().copied().min_by(f64::total_cmp)?;
        let high = values.iter().copied().max_by(f64::total_cmp)?;
        let (low, high) = match spacing {
            Spacing::Linear => (low.min(0.0), high.max(0.0)),
            Spacing::LinearNear | Spacing::Log => (low, high),
        };
        Some(Self::with_room(low, high, spacing))
    }

    /// Exactly from one value to another.
    pub(crate) fn exactly(low: f64, high: f64) -> Self {
        Self { low, high, spacing: Spacing::LinearNear, ticks: Vec::new() }
    }

    fn with_room(low: f64, high: f64, spacing: Spacing) -> Self {
        if spacing == Spacing::Log {
            let factor = if high > low { (high / low).powf(ROOM) } else { 2.0 };
            return Self { low: low / factor, high: high * factor, spacing, ticks: Vec::new() };
        }
        let span = if high > low { high - low } else { high.abs().max(1.0) };
        let below = if spacing == Spacing::Linear && low == 0.0 { 0.0 } else { span * ROOM };
        Self { low: low - below, high: high + span * ROOM, spacing, ticks: Vec::new() }
    }

    /// The same with ticks at these values, where there are any.
    pub(super) fn with_ticks(self, ticks: &[f64]) -> Self {
        Self { ticks: ticks.to_vec(), ..self }
    }

    /// Where a value lies, from 0 to 1; outside of it where it is not shown.
    fn share(&self, value: f64) -> f64 {
        match self.spacing {
            Spacing::Linear | Spacing::LinearNear => (value - self.low) / (self.high - self.low),
            Spacing::Log => {
                (value.max(self.low / 10.0) / self.low).ln() / (self.high / self.low).ln()
            }
        }
    }

    /// Round values, at most so many.
    fn ticks(&self, most: usize) -> Vec<f64> {
        if !self.ticks.is_empty() {
            return self.ticks.clone();
        }
        let most = most.max(2);
        match self.spacing {
            Spacing::Linear | Spacing::LinearNear => even_ticks(self.low, self.high, most),
            Spacing::Log => self.log_ticks(most),
        }
    }

    fn log_ticks(&self, most: usize) -> Vec<f64> {
        let (first, last) = (self.low.log10().floor() as i32, self.high.log10().ceil() as i32);
        let shown = |steps: &[f64], every: i32| -> Vec<f64> {
            let decades = (first..=last).filter(|decade| decade.rem_euclid(every) == 0);
            let all =
                decades.flat_map(|decade| steps.iter().map(move |it| it * 10f64.powi(decade)));
            all.filter(|tick| (self.low..=self.high).contains(tick)).collect()
        };
        let tries = [
            shown(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0], 1),
            shown(&[1.0, 2.0, 5.0], 1),
            shown(&[1.0, 3.0], 1),
            shown(&[1.0], 1),
            shown(&[1.0], 2),
            shown(&[1.0], 3),
            shown(&[1.0], 50),
        ];
        let fitting = tries.into_iter().find(|ticks| ticks.len() <= most).unwrap_or_default();
        if fitting.len() >= 2 { fitting } else { even_ticks(self.low, self.high, most) }
    }
}

fn even_ticks(low: f64, high: f64, most: usize) -> Vec<f64> {
    let rough = (high - low) / most as f64;
    let power = 10f64.powf(rough.log10().floor());
    let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * power);
    let fits = |step: &&f64| (high / *step).floor() - (low / *step).ceil() < most as f64;
    let step = steps.iter().find(fits).copied().unwrap_or(10.0 * power);
    let (first, last) = ((low / step).ceil() as i64, (high / step).floor() as i64);
    (first..=last).map(|number| number as f64 * step).collect()
}

impl Ranged for Scale {
    type FormatOption = NoDefaultFormatting;
    type ValueType = f64;

    /// What lies far outside is put just outside: a record may hold any figure.
    fn map(&self, value: &f64, (from, to): (i32, i32)) -> i32 {
        from + (f64::from(to - from) * self.share(*value).clamp(-1.0, 2.0)).round() as i32
    }

    fn key_points<Hint: KeyPointHint>(&self, hint: Hint) -> Vec<f64> {
        self.ticks(hint.max_num_points())
    }

    fn range(&self) -> Range<f64> {
        self.low..self.high
    }
}

impl ValueFormatter<f64> for Scale {
    fn format(value: &f64) -> String {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_round_and_few() {
        let scale = Scale::of([0.0, 0.83], Spacing::Linear).unwrap();
        assert_eq!(scale.ticks(5).len(), 5, "{:?}", scale.ticks(5));
        assert_eq!(scale.ticks(5)[0], 0.0);
        let decades = Scale::of([5.0, 2e6], Spacing::Log).unwrap();
        let expected = [1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
        let near = |(a, b): (&f64, &f64)| (a / b - 1.0).abs() < 1e-9;
        assert!(decades.ticks(7).iter().zip(&expected).all(near), "{:?}", decades.ticks(7));
        let narrow = Scale::of([0.9, 1.1], Spacing::Log).unwrap();
        assert!(narrow.ticks(6).len() >= 2, "{:?}", narrow.ticks(6));
    }

    #[test]
    fn a_logarithm_has_no_place_for_0() {
        assert_eq!(Scale::of([0.0, -1.0], Spacing::Log), None);
        let scale = Scale::of([0.0, 10.0, 1_000.0], Spacing::Log).unwrap();
        assert!(scale.low > 1.0 && scale.high > 1_000.0);
        assert_eq!(scale.map(&100.0, (0, 1_000)), 500);
    }

    #[test]
    fn one_value_has_an_axis_too() {
        for spacing in [Spacing::Linear, Spacing::LinearNear, Spacing::Log] {
            let scale = Scale::of([7.0], spacing).unwrap();
            assert!(scale.low < 7.0 && 7.0 < scale.high, "{scale:?}");
        }
    }
}
