//! The difference of two sides' means, with a variance from run to run that all compared quantities moderate.

use measure::stats::StudentT;

use crate::judgement::{Moderation, Variance, of_each};

/// Fewer runs a side hold too little variance between runs.
pub const RUNS_MIN: usize = 3;

/// The chance that no unchanged quantity of all that are compared is called larger.
const CONFIDENCE: f64 = 0.95;

/// One quantity in each run of both sides, in one order of runs for all quantities.
#[derive(Clone, Debug)]
pub(super) struct Samples {
    pub(super) base: Vec<f64>,
    pub(super) new: Vec<f64>,
    /// What its variance from run to run is expected to be; says how noisy quantities are beside each other.
    pub(super) expected_variance: f64,
}

/// Whether the runs of the two sides took turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// What changes between sessions meets both sides alike.
    InTurns,
    /// One side after the other: runs of one side may agree better than two sessions would.
    OneAfterTheOther,
}

/// New less base.
#[derive(Clone, Copy, Debug)]
pub(super) struct Difference {
    pub(super) mean: f64,
    pub(super) standard_error: f64,
    pub(super) degrees: f64,
    /// What it has to be above so that it is noise in at most 1 of 20 comparisons, of all that are made at once.
    pub(super) reach: f64,
    /// What a difference exceeds by chance in 1 of 5 runs.
    pub(super) one_in_five: f64,
}

impl Samples {
    fn degrees(&self) -> f64 {
        (self.base.len() + self.new.len() - 2) as f64
    }

    /// The two sides' runs around their means.
    fn residuals(&self) -> Vec<f64> {
        [&self.base, &self.new]
            .into_iter()
            .flat_map(|side| {
                let mean = mean(side);
                side.iter().map(move |value| value - mean)
            })
            .collect()
    }

    /// The variance from run to run, in units of what is expected.
    fn variance(&self) -> Variance {
        let squares: f64 = self.residuals().iter().map(|residual| residual * residual).sum();
        let degrees = self.degrees();
        // Equal to the last digit would be no measurement; it is no variance of 0 either.
        let value = (squares / degrees / self.expected_variance).max(f64::MIN_POSITIVE);
        Variance { value, degrees }
    }
}

/// The differences of all quantities, which answer for one fault together. Each has at least [`RUNS_MIN`] runs a side.
pub(super) fn differences(all: &[Samples], order: Order, comparisons: usize) -> Vec<Difference> {
    debug_assert!(all.iter().all(|one| one.base.len().min(one.new.len()) >= RUNS_MIN));
    let variances: Vec<Variance> = all.iter().map(Samples::variance).collect();
    let moderation = Moderation::learn(&variances, |members| mean_alike(all, members));
    let confidence = of_each(CONFIDENCE, comparisons);
    all.iter()
        .zip(variances)
        .map(|(samples, own)| {
            let learned = moderation.filter(|learned| !learned.is_outlier(own));
            let Variance { value, degrees } = learned.map_or(own, |learned| learned.shrink(own));
            let least = match order {
                Order::InTurns => 0.0,
                Order::OneAfterTheOther => 1.0,
            };
            let of_a_run = value.max(least) * samples.expected_variance;
            let runs = |side: &[f64]| 1.0 / side.len() as f64;
            let standard_error = (of_a_run * (runs(&samples.base) + runs(&samples.new))).sqrt();
            Difference {
                mean: mean(&samples.new) - mean(&samples.base),
                standard_error,
                degrees,
                reach: quantile(degrees, confidence) * standard_error,
                one_in_five: quantile(degrees, 0.8) * standard_error,
            }
        })
        .collect()
}

/// Degrees that have no distribution tell nothing.
fn quantile(degrees: f64, probability: f64) -> f64 {
    StudentT::new(degrees).map_or(f64::INFINITY, |student| student.quantile(probability))
}

/// How many standard errors a difference has to be above, of so many that are compared.
pub(super) fn standard_errors(degrees: f64, comparisons: usize) -> f64 {
    quantile(degrees, of_each(CONFIDENCE, comparisons))
}

pub(super) fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean correlation of two of these quantities' variances: the square of that of the quantities. What one run does to
/// all of them, each of their variances knows. Of the squares that are observed, chance gives 1 / degrees.
fn mean_alike(all: &[Samples], members: &[usize]) -> f64 {
    let runs = |samples: &Samples| (samples.base.len(), samples.new.len());
    // Only quantities that all the same runs hold have a correlation.
    let most = members.iter().map(|member| runs(&all[*member])).max();
    let complete = members.iter().map(|member| &all[*member]).filter(|one| Some(runs(one)) == most);
    let directions: Vec<Vec<f64>> =
        complete.clone().filter_map(|samples| direction(&samples.residuals())).collect();
    let count = directions.len() as f64;
    let Some(degrees) = complete.map(Samples::degrees).next().filter(|_| count > 1.0) else {
        return 0.0;
    };
    // The sum over all pairs of the squared correlations is that over pairs of runs, of which there are few.
    let length = directions[0].len();
    let product = |one: usize, other: usize| -> f64 {
        directions.iter().map(|direction| direction[one] * direction[other]).sum()
    };
    let squares: f64 = (0..length)
        .flat_map(|one| (0..length).map(move |other| (one, other)))
        .map(|(one, other)| product(one, other).powi(2))
        .sum();
    let observed = (squares - count) / (count * (count - 1.0));
    let by_chance = 1.0 / degrees;
    ((observed - by_chance) / (1.0 - by_chance)).clamp(0.0, 1.0)
}

/// The residuals at a length of 1; none where all are 0.
fn direction(residuals: &[f64]) -> Option<Vec<f64>> {
    let length = residuals.iter().map(|residual| residual * residual).sum::<f64>().sqrt();
    (length > 0.0).then(|| residuals.iter().map(|residual| residual / length).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(base: [f64; 3], new: [f64; 3]) -> Samples {
        Samples { base: base.to_vec(), new: new.to_vec(), expected_variance: 1.0 }
    }

    /// Numbers that look random, the same on every machine.
    fn numbers(seed: u32) -> impl Iterator<Item = f64> {
        let mut state = seed.wrapping_mul(2_654_435_761).wrapping_add(12_345);
        std::iter::repeat_with(move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            f64::from(state >> 8) / f64::from(1 << 24) - 0.5
        })
    }

    #[test]
    fn one_quantity_is_students_t() {
        let one = samples([1.0, 2.0, 3.0], [5.0, 6.0, 7.0]);
        let all = differences(&[one], Order::InTurns, 1);
        assert!((all[0].mean - 4.0).abs() < 1e-12);
        assert!((all[0].standard_error - (2.0_f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!(all[0].degrees, 4.0);
        // The upper 5 % point of Student's t with 4 degrees of freedom.
        assert!((all[0].reach / all[0].standard_error - 2.131_846_8).abs() < 1e-5);
    }

    #[test]
    fn many_quantities_know_more_together_unless_one_run_moves_all_alike() {
        let apart: Vec<Samples> = (0..24)
            .map(|seed| {
                let mut next = numbers(seed);
                let mut three = || [0; 3].map(|_| next.next().unwrap());
                samples(three(), three())
            })
            .collect();
        let alike = vec![samples([0.1, 0.2, -0.3], [0.3, -0.2, 0.1]); 24];
        let degrees = |all: &[Samples]| differences(all, Order::InTurns, 24)[0].degrees;
        assert!(degrees(&apart) > 12.0, "{}", degrees(&apart));
        assert!((degrees(&alike) - 4.0).abs() < 1e-9, "{}", degrees(&alike));
    }

    #[test]
    fn sides_that_did_not_take_turns_are_charged_what_is_known_between_runs() {
        let quiet =
            Samples { expected_variance: 100.0, ..samples([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) };
        let error = |order| differences(std::slice::from_ref(&quiet), order, 1)[0].standard_error;
        assert!(error(Order::InTurns) < 1.0);
        assert!((error(Order::OneAfterTheOther) - (200.0_f64 / 3.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn a_quantity_far_noisier_than_all_others_is_judged_alone() {
        let mut all: Vec<Samples> = (0..12)
            .map(|seed| {
                let mut next = numbers(seed);
                let mut three = || [0; 3].map(|_| next.next().unwrap());
                samples(three(), three())
            })
            .collect();
        all.push(samples([0.0, 90.0, -80.0], [70.0, -60.0, 10.0]));
        let found = differences(&all, Order::InTurns, 13);
        assert_eq!(found[12].degrees, 4.0);
        assert!(found[0].degrees > 4.0 && found[0].standard_error < 1.0, "{:?}", found[0]);
    }
}
