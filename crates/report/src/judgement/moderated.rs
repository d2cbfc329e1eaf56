//! What several variances of one kind say of each of them: the prior, and which of them are not of that kind.

use measure::stats::{FisherF, median};

use super::prior::{Prior, PriorDegrees, Variance};

/// A prior from fewer variances is a guess.
const MEMBERS_MIN: usize = 3;

/// A variance that is so unlikely beside the others', of as many as there are, is not of their kind.
const OUTLIER_PROBABILITY: f64 = 0.01;

/// A smaller variance, in units of the median, counts as this one.
const VARIANCE_MIN: f64 = 1e-5;

/// What is learned of variances of one kind.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Moderation {
    pub(super) prior: Prior,
    /// The degrees of freedom of all variances together, less where they know the same.
    pooled: f64,
    /// How many variances there are, outliers too.
    variances: usize,
}

impl Moderation {
    /// Learns from all but those that are far larger than the others (F test, 1 % divided by the variances); none where
    /// fewer than 3 are left. `alike` is the mean correlation of two of these variances, told by their places.
    pub(crate) fn learn(all: &[Variance], alike: impl Fn(&[usize]) -> f64) -> Option<Self> {
        let mut members: Vec<usize> = (0..all.len()).collect();
        members.sort_by(|one, other| all[*one].value.total_cmp(&all[*other].value));
        // The largest goes while it is beyond what the others lead to expect.
        while let Some((largest, others)) = members.split_last() {
            let Some(learned) = Self::from(all, others, &alike) else { break };
            if !learned.is_outlier(all[*largest]) {
                break;
            }
            members.pop();
        }
        Self::from(all, &members, &alike)
    }

    fn from(all: &[Variance], members: &[usize], alike: &impl Fn(&[usize]) -> f64) -> Option<Self> {
        if members.len() < MEMBERS_MIN {
            return None;
        }
        let of_members = || members.iter().map(|member| all[*member]);
        // A variance of almost nothing, by luck, would say that variances are of any size.
        let values: Vec<f64> = of_members().map(|variance| variance.value).collect();
        let least = VARIANCE_MIN * median(&values)?;
        let variances: Vec<Variance> = of_members()
            .map(|variance| Variance { value: variance.value.max(least), ..variance })
            .collect();
        let alike = alike(members);
        let degrees: f64 = variances.iter().map(|variance| variance.degrees).sum();
        // The variance of a mean of correlated terms.
        let others = (members.len() - 1) as f64;
        let pooled = degrees / (1.0 + others * alike);
        // A few variances that look alike are no proof that all are one: without this the noisier contrasts of a
        // class of six had intervals of 95 % that left the truth out in 12 %.
        let prior = Prior::by_moments(&variances, alike).with_degrees_max(others / 2.0);
        Some(Self { prior, pooled, variances: all.len() })
    }

    /// Whether a variance is far larger than the others.
    pub(crate) fn is_outlier(&self, own: Variance) -> bool {
        let denominator = match self.prior.degrees {
            PriorDegrees::Finite(degrees) => degrees.min(self.pooled),
            PriorDegrees::Infinite => self.pooled,
        };
        let ratio = own.value / self.prior.standard_deviation.powi(2);
        // Degrees that have no distribution judge nothing.
        FisherF::new(own.degrees, denominator)
            .is_ok_and(|fisher| fisher.above(ratio) * (self.variances as f64) < OUTLIER_PROBABILITY)
    }

    /// A variance, shrunk towards the prior.
    pub(crate) fn shrink(&self, own: Variance) -> Variance {
        self.prior.shrink(own, self.pooled.max(own.degrees))
    }
}
