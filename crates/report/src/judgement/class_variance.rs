//! The variance of a class of contrasts: what they tell about each other's.

use measure::record::Class;

use super::contrast::Contrast;
use super::finding::{Estimate, Finding};
use super::moderation::{Moderation, Variance};
use super::why_not::WhyNotJudged;

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
    /// The class.
    pub class: Class,
    learned: Option<Moderation>,
}

impl ClassVariance {
    /// Learns the class's variance from those of `contrasts` that belong to it.
    #[must_use]
    pub fn learn(class: Class, contrasts: &[Contrast]) -> Self {
        let members: Vec<&Contrast> =
            contrasts.iter().filter(|contrast| contrast.class == class).collect();
        let variances: Vec<Variance> = members.iter().map(|member| member.variance).collect();
        let alike = |places: &[usize]| {
            mean_alike(&places.iter().map(|place| members[*place]).collect::<Vec<&Contrast>>())
        };
        Self { class, learned: Moderation::learn(&variances, alike) }
    }

    /// A class of which nothing is known: each contrast is judged by its own variance, the plain t.
    #[must_use]
    pub fn unknown(class: Class) -> Self {
        Self { class, learned: None }
    }

    /// Judges a contrast of the class that was declared, not chosen by its outcome.
    ///
    /// # Errors
    /// [`WhyNotJudged`] where it is of another class.
    pub fn judge(&self, contrast: &Contrast) -> Result<Finding, WhyNotJudged> {
        Ok(Finding::declared(contrast, &self.estimate(contrast)?))
    }

    /// A contrast's mean with its moderated standard error.
    pub(super) fn estimate(&self, contrast: &Contrast) -> Result<Estimate, WhyNotJudged> {
        if contrast.class != self.class {
            let (expected, got) = (contrast.class, self.class);
            let why =
                format!("expected the variance of the class {expected:?}, got that of {got:?}");
            return Err(WhyNotJudged(why));
        }
        let own = contrast.variance;
        let learned = self.learned.filter(|learned| !learned.is_outlier(own));
        let prior = learned.map(|learned| learned.prior);
        Estimate::new(contrast, learned.map_or(own, |learned| learned.shrink(own)), prior)
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
    let (one, other) = (&one.key, &other.key);
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
