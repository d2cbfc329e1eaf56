//! A figure with the interval by which a claim is judged.

use measure::stats::StudentT;

use crate::judgement::of_each;

/// The confidence of every interval here. Two runs differ in a verdict for noise alone where an interval ends at a limit;
/// at 99 % that is rare.
pub(super) const CONFIDENCE: f64 = 0.99;

/// What samples of one store do not show: how far two cases that are the same lie apart, as a standard deviation of the
/// logarithm of one case. The 22 A/A pairs on the disk of two runs of the first design had 0.07 (a pair has twice the
/// variance of a case).
const BETWEEN_STORES: f64 = 0.05;

/// What an interval comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The spread over so many blocks, each with a fresh store.
    Blocks(usize),
    /// The spread over so many samples of one store, widened by how far stores lie apart.
    Samples(usize),
    /// A count, which has no spread.
    Counted,
}

/// A figure and its interval at 99 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The figure.
    pub value: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
    /// What the interval comes from.
    pub basis: Basis,
}

/// Figures of one case above 0, whose logarithms are averaged.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    pub(super) values: Vec<f64>,
    pub(super) origin: Origin,
    /// What there may be too few of: `rates above 0`.
    pub(super) what: &'static str,
}

/// Where figures come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Origin {
    /// One store.
    OneStore,
    /// One store, beside other figures of the same one.
    SameStore,
    /// Blocks, each with a fresh store.
    Blocks,
}

/// The mean of logarithms, and what is known of it.
#[derive(Clone, Copy)]
struct Mean {
    mean: f64,
    /// The variance of the mean.
    variance: f64,
    degrees: f64,
}

impl Basis {
    /// The basis in words: `8 blocks`.
    pub(super) fn in_words(self) -> String {
        match self {
            Self::Blocks(blocks) => format!("{blocks} blocks"),
            Self::Samples(samples) => format!("{samples} samples of one store"),
            Self::Counted => "counted".to_owned(),
        }
    }
}

impl Estimate {
    /// A count.
    pub(super) fn counted(value: f64) -> Self {
        Self { value, low: value, high: value, basis: Basis::Counted }
    }

    /// The same figure in another unit.
    pub(super) fn times(self, factor: f64) -> Self {
        let Self { value, low, high, basis } = self;
        Self { value: value * factor, low: low * factor, high: high * factor, basis }
    }

    /// One over the figure.
    pub(super) fn inverse(self) -> Self {
        let Self { value, low, high, basis } = self;
        Self { value: 1.0 / value, low: 1.0 / high, high: 1.0 / low, basis }
    }

    /// The geometric mean of figures; of fewer than two, or of one that is not above 0, nothing is known.
    pub(super) fn of(samples: &Samples, comparisons: usize) -> Option<Self> {
        let mean = Mean::of(&samples.values)?;
        let (basis, hidden) = samples.basis();
        Self::from_logs(mean.plus(hidden), basis, comparisons)
    }

    /// The ratio of two cases' geometric means: block by block where both are in the same blocks, in which `paired` says
    /// so.
    pub(super) fn ratio(
        over: &Samples,
        under: &Samples,
        paired: bool,
        comparisons: usize,
    ) -> Option<Self> {
        if paired && over.values.len() == under.values.len() {
            let ratios = over.values.iter().zip(&under.values).map(|(over, under)| over / under);
            let ratios = Samples { values: ratios.collect(), origin: Origin::Blocks, ..*over };
            return Self::of(&ratios, comparisons);
        }
        let (over_mean, under_mean) = (Mean::of(&over.values)?, Mean::of(&under.values)?);
        let (basis, hidden) = over.least(under).basis();
        let mean = over_mean.less(&under_mean).plus(2.0 * hidden);
        Self::from_logs(mean, basis, comparisons)
    }

    /// A share of so many, with the interval of Wilson ("Probable inference, the law of succession, and statistical
    /// inference", 1927).
    pub(super) fn share(part: u64, of: u64) -> Option<Self> {
        if of == 0 {
            return None;
        }
        let (count, share) = (of as f64, part as f64 / of as f64);
        let reach = StudentT::new(f64::INFINITY).ok()?.two_sided(CONFIDENCE);
        let squared = reach.powi(2) / count;
        let centre = (share + squared / 2.0) / (1.0 + squared);
        let spread = (share * (1.0 - share) / count + squared / (4.0 * count)).sqrt();
        let half = reach * spread / (1.0 + squared);
        let basis = Basis::Samples(usize::try_from(of).unwrap_or(usize::MAX));
        Some(Self { value: share, low: centre - half, high: centre + half, basis })
    }

    fn from_logs(mean: Mean, basis: Basis, comparisons: usize) -> Option<Self> {
        let confidence = of_each(CONFIDENCE, comparisons);
        let reach = if mean.variance > 0.0 {
            StudentT::new(mean.degrees).ok()?.two_sided(confidence) * mean.variance.sqrt()
        } else {
            0.0
        };
        let Mean { mean, .. } = mean;
        let [value, low, high] = [mean, mean - reach, mean + reach].map(f64::exp);
        (low.is_finite() && high.is_finite()).then_some(Self { value, low, high, basis })
    }
}

impl Samples {
    /// The basis, and the variance of the mean that the figures themselves do not show.
    fn basis(&self) -> (Basis, f64) {
        let count = self.values.len();
        match self.origin {
            Origin::OneStore => (Basis::Samples(count), BETWEEN_STORES * BETWEEN_STORES),
            Origin::SameStore => (Basis::Samples(count), 0.0),
            Origin::Blocks => (Basis::Blocks(count), 0.0),
        }
    }

    /// The one that says less: samples before blocks, then the fewer.
    fn least<'samples>(&'samples self, other: &'samples Self) -> &'samples Self {
        let weight = |samples: &Self| (samples.origin, samples.values.len());
        if weight(self) <= weight(other) { self } else { other }
    }
}

impl Mean {
    fn of(values: &[f64]) -> Option<Self> {
        let count = values.len();
        if count < 2 || values.iter().any(|value| !(value.is_finite() && *value > 0.0)) {
            return None;
        }
        let logs: Vec<f64> = values.iter().map(|value| value.ln()).collect();
        let mean = logs.iter().sum::<f64>() / count as f64;
        let degrees = (count - 1) as f64;
        let squares: f64 = logs.iter().map(|log| (log - mean).powi(2)).sum();
        Some(Self { mean, variance: squares / degrees / count as f64, degrees })
    }

    /// The difference of two independent means, with the degrees of freedom of Welch and Satterthwaite.
    fn less(&self, other: &Self) -> Self {
        let variance = self.variance + other.variance;
        let shares = self.variance.powi(2) / self.degrees + other.variance.powi(2) / other.degrees;
        let degrees =
            if shares > 0.0 { variance.powi(2) / shares } else { self.degrees + other.degrees };
        Self { mean: self.mean - other.mean, variance, degrees }
    }

    /// The same with a variance beside that of the figures. It is known, so that the degrees grow with its share.
    fn plus(self, hidden: f64) -> Self {
        let variance = self.variance + hidden;
        let share = if variance > 0.0 { self.variance / variance } else { 1.0 };
        let degrees = if share > 0.0 { self.degrees / share.powi(2) } else { f64::INFINITY };
        Self { variance, degrees, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figures(values: &[f64], in_blocks: bool) -> Samples {
        let origin = if in_blocks { Origin::Blocks } else { Origin::OneStore };
        Samples { values: values.to_vec(), origin, what: "" }
    }

    #[test]
    fn an_interval_over_blocks_is_that_of_student() {
        let logs = [0.1_f64, -0.1, 0.05, -0.05];
        let values: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
        let estimate = Estimate::of(&figures(&values, true), 1).unwrap();
        // Standard error 0.09129 / 2 = 0.04564; t of 3 degrees at 99 % is 5.8409.
        assert!((estimate.value - 1.0).abs() < 1e-9);
        assert!((estimate.high.ln() - 0.2666).abs() < 1e-4, "{estimate:?}");
        assert_eq!(estimate.basis, Basis::Blocks(4));
    }

    #[test]
    fn samples_of_one_store_are_never_surer_than_stores_are_alike() {
        let estimate = Estimate::of(&figures(&[2.0; 10], false), 1).unwrap();
        // 2.576 standard deviations of 0.05.
        assert!((estimate.high / 2.0).ln() > 0.128 && (estimate.high / 2.0).ln() < 0.130);
        let ratio =
            Estimate::ratio(&figures(&[2.0; 10], false), &figures(&[1.0; 10], true), true, 1)
                .unwrap();
        assert_eq!(ratio.basis, Basis::Blocks(10), "paired");
        let ratio =
            Estimate::ratio(&figures(&[2.0; 10], false), &figures(&[1.0; 8], true), false, 1)
                .unwrap();
        assert_eq!(ratio.basis, Basis::Samples(10));
        assert!(ratio.low < 2.0 * 0.85 && ratio.low > 2.0 * 0.8, "{ratio:?}");
    }

    #[test]
    fn two_parts_of_one_case_share_their_store() {
        let part = |value| Samples { values: vec![value; 10], origin: Origin::SameStore, what: "" };
        let ratio = Estimate::ratio(&part(3.0), &part(1.0), false, 1).unwrap();
        assert!((ratio.high - ratio.low).abs() < 1e-9 && (ratio.value - 3.0).abs() < 1e-9);
    }

    #[test]
    fn a_share_has_an_interval_within_0_and_1() {
        let none = Estimate::share(0, 22).unwrap();
        assert!(none.low.abs() < 1e-12 && (none.high - 0.2317).abs() < 1e-3, "{none:?}");
        let all = Estimate::share(10, 10).unwrap();
        assert!((all.low - 0.6011).abs() < 1e-3 && (all.high - 1.0).abs() < 1e-12, "{all:?}");
        assert_eq!(Estimate::share(0, 0), None);
    }

    #[test]
    fn a_choice_among_many_is_charged() {
        let blocks = figures(&[1.0, 1.1, 0.9, 1.05, 0.95], true);
        let (one, of_ten) = (Estimate::of(&blocks, 1).unwrap(), Estimate::of(&blocks, 10).unwrap());
        assert!(of_ten.low < one.low && one.high < of_ten.high);
    }

    #[test]
    fn too_little_says_nothing() {
        for values in [&[][..], &[1.0], &[1.0, 0.0], &[1.0, f64::NAN]] {
            assert_eq!(Estimate::of(&figures(values, true), 1), None);
        }
        let half = Estimate::of(&figures(&[4.0, 4.0], true), 1).unwrap().inverse().times(2.0);
        assert_eq!((half.low, half.value, half.high), (0.5, 0.5, 0.5));
    }
}
