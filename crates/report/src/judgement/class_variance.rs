//! The moderated t: what a class's contrasts tell about each other's variance.

use measure::record::Class;
use measure::stats::{FisherF, median};

use super::contrast::Contrast;
use super::error::JudgementError;
use super::finding::{Estimate, Finding};
use super::prior::{Prior, PriorDegrees, Variance};

/// A prior from fewer contrasts is a guess.
const CONTRASTS_MIN: usize = 3;

/// A contrast whose variance is so unlikely beside the others', of as many as there are, is not of their kind.
const OUTLIER_PROBABILITY: f64 = 0.01;

/// A smaller variance, in units of the class's median, counts as this one.
const VARIANCE_MIN: f64 = 1e-5;

/// Two contrasts that share a case have half of their variance in common; so the correlation of the two variances is
/// the square of a half.
const ALIKE_BY_ONE_CASE: f64 = 0.25;

/// The variance of a class of contrasts, learned from all of them.
///
/// With few blocks a contrast's own variance says little, and too small a one makes a false difference. So each is
/// shrunk towards its class, which weighs at most half as many degrees of freedom as it has further contrasts. A contrast that
/// is far noisier than its class (F test, 1 % divided by the contrasts) is no part of the prior and is judged by its own
/// variance alone, as are all where fewer than 3 contrasts are left.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ClassVariance {
    class: Class,
    learned: Option<Learned>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
struct Learned {
    prior: Prior,
    /// The degrees of freedom of all contrasts together, less where they share cases.
    pooled: f64,
    /// How many contrasts there are, outliers too.
    contrasts: usize,
}

impl ClassVariance {
    /// Learns the class's variance from those of `contrasts` that belong to it.
    #[must_use]
    pub fn learn(class: Class, contrasts: &[Contrast]) -> Self {
        let mut members: Vec<&Contrast> =
            contrasts.iter().filter(|contrast| contrast.class() == class).collect();
        members.sort_by(|a, b| a.variance().total_cmp(&b.variance()));
        let all = members.len();
        // The noisiest goes while it is beyond what the others lead to expect.
        while let Some((noisiest, others)) = members.split_last() {
            let Some(learned) = Learned::from(others, all) else { break };
            if !learned.is_outlier(noisiest) {
                break;
            }
            members.pop();
        }
        Self { class, learned: Learned::from(&members, all) }
    }

    /// A class of which nothing is known: each contrast is judged by its own variance, the plain t.
    #[must_use]
    pub fn unknown(class: Class) -> Self {
        Self { class, learned: None }
    }

    /// The class.
    #[must_use]
    pub fn class(&self) -> Class {
        self.class
    }

    /// The prior, where the class has one.
    #[must_use]
    pub fn prior(&self) -> Option<Prior> {
        self.learned.map(|learned| learned.prior)
    }

    /// Judges a contrast of the class.
    ///
    /// # Errors
    /// [`JudgementError`] where it is of another class.
    pub fn judge(&self, contrast: &Contrast) -> Result<Finding, JudgementError> {
        Ok(Finding::declared(contrast, &self.estimate(contrast)?))
    }

    /// A contrast's mean with its moderated standard error.
    pub(super) fn estimate(&self, contrast: &Contrast) -> Result<Estimate, JudgementError> {
        if contrast.class() != self.class {
            let key = Box::new(contrast.key().clone());
            let (expected, got) = (contrast.class(), self.class);
            return Err(JudgementError::AnotherClass { contrast: key, expected, got });
        }
        let own = Variance { value: contrast.variance(), degrees: contrast.degrees() };
        let learned = self.learned.filter(|learned| !learned.is_outlier(contrast));
        let shrunk = |learned: Learned| learned.prior.shrink(own, learned.pooled.max(own.degrees));
        let prior = learned.map(|learned| learned.prior);
        Estimate::new(contrast, learned.map_or(own, shrunk), prior)
    }
}

impl Learned {
    fn from(members: &[&Contrast], contrasts: usize) -> Option<Self> {
        if members.len() < CONTRASTS_MIN {
            return None;
        }
        let own: Vec<f64> = members.iter().map(|member| member.variance()).collect();
        // A variance of almost nothing, by luck, would say that variances are of any size.
        let least = VARIANCE_MIN * median(&own)?;
        let variances: Vec<Variance> = members
            .iter()
            .map(|member| Variance {
                value: member.variance().max(least),
                degrees: member.degrees(),
            })
            .collect();
        let alike = mean_alike(members);
        let degrees: f64 = variances.iter().map(|variance| variance.degrees).sum();
        // The variance of a mean of correlated terms.
        let others = (members.len() - 1) as f64;
        let pooled = degrees / (1.0 + others * alike);
        // A few variances that look alike are no proof that all are one: without this the noisier contrasts of a
        // class of six had intervals of 95 % that left the truth out in 12 %.
        let prior = Prior::by_moments(&variances, alike).with_degrees_max(others / 2.0);
        Some(Self { prior, pooled, contrasts })
    }

    /// Whether a contrast is far noisier than its class.
    fn is_outlier(&self, contrast: &Contrast) -> bool {
        let denominator = match self.prior.degrees {
            PriorDegrees::Finite(degrees) => degrees.min(self.pooled),
            PriorDegrees::Infinite => self.pooled,
        };
        let ratio = contrast.variance() / self.prior.standard_deviation.powi(2);
        // Degrees that have no distribution judge nothing.
        FisherF::new(contrast.degrees(), denominator)
            .is_ok_and(|fisher| fisher.above(ratio) * (self.contrasts as f64) < OUTLIER_PROBABILITY)
    }
}

/// The mean correlation of the variances of two of the contrasts.
fn mean_alike(members: &[&Contrast]) -> f64 {
    let (mut sum, mut pairs) = (0.0, 0.0);
    for (index, one) in members.iter().enumerate() {
        for other in &members[..index] {
            sum += alike(one, other);
            pairs += 1.0;
        }
    }
    sum / pairs
}

fn alike(one: &Contrast, other: &Contrast) -> f64 {
    let (one, other) = (one.key(), other.key());
    let cases = [&one.case, &one.baseline];
    let shared = [&other.case, &other.baseline].iter().filter(|case| cases.contains(case)).count();
    // Other questions measure under equal names something else.
    match shared {
        _ if one.question != other.question => 0.0,
        0 => 0.0,
        1 => ALIKE_BY_ONE_CASE,
        _ => 1.0,
    }
}

#[cfg(test)]
mod tests;
