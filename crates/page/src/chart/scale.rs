//! An axis, and the spacing of its values: evenly, or by their logarithm.

use super::unit::Unit;

/// One direction of a chart.
#[derive(Clone, Debug)]
pub(crate) struct Axis {
    /// What it shows, without the unit.
    pub(crate) title: String,
    /// How its values are written.
    pub(crate) unit: Unit,
    /// How its values are spaced.
    pub(crate) spacing: Spacing,
    /// The values that have a tick; empty for round ones.
    pub(crate) ticks: Vec<f64>,
}

impl Axis {
    pub(crate) fn new(title: &str, unit: Unit, spacing: Spacing) -> Self {
        Self { title: title.to_owned(), unit, spacing, ticks: Vec::new() }
    }

    /// The values of the ticks on a scale, its own or round ones, at most so many.
    pub(super) fn ticks_on(&self, scale: &Scale, most: usize) -> Vec<f64> {
        if self.ticks.is_empty() { scale.ticks(most) } else { self.ticks.clone() }
    }
}

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
pub(super) struct Scale {
    low: f64,
    high: f64,
    is_log: bool,
}

/// Nothing that is measured lies beyond this, or below its inverse; a record may hold it all the same.
const LARGEST: f64 = 1e100;

/// Room beyond the outermost values, as a share of the axis.
const ROOM: f64 = 0.06;

impl Scale {
    /// A scale that shows all these values; `None` where none has a place.
    pub(super) fn of(values: impl IntoIterator<Item = f64>, spacing: Spacing) -> Option<Self> {
        let is_log = spacing == Spacing::Log;
        let has_place = |value: &f64| value.abs() < LARGEST && (!is_log || *value > 1.0 / LARGEST);
        let values: Vec<f64> = values.into_iter().filter(has_place).collect();
        let low = values.iter().copied().min_by(f64::total_cmp)?;
        let high = values.iter().copied().max_by(f64::total_cmp)?;
        if is_log {
            let factor = if high > low { (high / low).powf(ROOM) } else { 2.0 };
            return Some(Self { low: low / factor, high: high * factor, is_log });
        }
        let from_0 = spacing == Spacing::Linear;
        let (low, high) = if from_0 { (low.min(0.0), high.max(0.0)) } else { (low, high) };
        let room = ROOM * if high > low { high - low } else { high.abs().max(1.0) };
        let low = if from_0 && low == 0.0 { low } else { low - room };
        Some(Self { low, high: high + room, is_log })
    }

    /// Exactly from one value to another.
    pub(super) fn exactly(low: f64, high: f64) -> Self {
        Self { low, high, is_log: false }
    }

    /// The pixel of a value between those of the ends. What lies far outside is put just outside: a record may hold any
    /// figure.
    pub(super) fn pixel(&self, value: f64, (from, to): (i32, i32)) -> i32 {
        let share = if self.is_log {
            (value.max(self.low / 10.0) / self.low).ln() / (self.high / self.low).ln()
        } else {
            (value - self.low) / (self.high - self.low)
        };
        from + (f64::from(to - from) * share.clamp(-1.0, 2.0)).round() as i32
    }

    /// Round values, at most so many.
    fn ticks(&self, most: usize) -> Vec<f64> {
        if self.is_log { self.log_ticks(most) } else { even_ticks(self.low, self.high, most) }
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
        assert_eq!(scale.pixel(100.0, (0, 1_000)), 500);
    }

    #[test]
    fn one_value_has_an_axis_too() {
        for spacing in [Spacing::Linear, Spacing::LinearNear, Spacing::Log] {
            let scale = Scale::of([7.0], spacing).unwrap();
            assert!(scale.low < 7.0 && 7.0 < scale.high, "{scale:?}");
        }
    }
}
