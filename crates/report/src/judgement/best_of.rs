//! The best of a set, with the choice charged.

use measure::record::{CaseId, Class, ContrastKey, ContrastKind, Extreme, SetKey};
use measure::stats::{Interval, NominalTime};

use super::class_variance::ClassVariance;
use super::comparison::ChosenCase;
use super::contrast::Contrast;
use super::finding::{Estimate, Finding};
use super::why_not::WhyNotJudged;

/// A case among others that are compared with each other.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its id.
    pub case: CaseId,
    /// Its times.
    pub time: NominalTime,
    /// The share of its time that syncs take, 0 to 1; 0 where it took turns with the others.
    pub sync_share: f64,
}

/// Finds the best or the worst of a set by multiple comparisons with the best; and each other case beside the chosen one,
/// in the order of the set. The factor is that to the chosen case; the intervals are those to the true best or worst,
/// whichever of the candidates that is, at 95 %.
///
/// The case that looks best has had luck, so its lead is too large. Therefore the intervals are simultaneous over the
/// comparisons of the true best with each other case: one less than the set has (Sidak's bound in the place of
/// Dunnett's quantile, a little wider). A case is a candidate while none is beyond its interval, and how far a case
/// lies behind the true best is bounded by its intervals to all candidates (Hsu, "Simultaneous confidence intervals
/// for all distances from the best", 1981; Edwards and Hsu, 1983).
///
/// # Errors
/// [`WhyNotJudged`] for fewer than two members, and as [`Contrast::new`] and [`ClassVariance::judge`].
pub fn choose(
    key: &SetKey,
    extreme: Extreme,
    members: &[Member],
    variance: &ClassVariance,
) -> Result<(ChosenCase, Vec<Finding>), WhyNotJudged> {
    let pairs = Pairs::of(key, extreme, members, variance)?;
    let behind = |member: &Member| pairs.sign * member.time.geometric_mean_ns().ln();
    let best = (0..members.len())
        .min_by(|a, b| behind(&members[*a]).total_cmp(&behind(&members[*b])))
        .filter(|_| members.len() > 1)
        .ok_or_else(|| WhyNotJudged::too_few("cases of a set", 2, members.len()))?;
    let finding = |pair: &Pair| {
        let interval = |confidence| pairs.beyond_the_best(pair.case, confidence);
        Finding::of(&pair.contrast, &pair.estimate, pairs.comparisons, interval)
    };
    let beside_best = pairs.pairs.iter().filter(|pair| pair.baseline == best);
    let candidates = (0..members.len()).filter(|case| pairs.is_candidate(*case, 0.95));
    let chosen = ChosenCase {
        case: members[best].case.clone(),
        candidates: candidates.map(|case| members[case].case.clone()).collect(),
    };
    Ok((chosen, beside_best.map(finding).collect()))
}

/// The kind of a set's contrasts.
pub(crate) fn kind(key: &SetKey, extreme: Extreme) -> ContrastKind {
    let set = key.set.clone();
    match extreme {
        Extreme::Best => ContrastKind::BestOfSet { set },
        Extreme::Worst => ContrastKind::WorstOfSet { set },
    }
}

/// Two cases of a set.
pub(crate) fn contrast(
    key: &SetKey,
    extreme: Extreme,
    class: Class,
    [case, baseline]: [&Member; 2],
) -> Result<Contrast, WhyNotJudged> {
    let key = ContrastKey {
        question: key.question.clone(),
        kind: kind(key, extreme),
        case: case.case.clone(),
        baseline: baseline.case.clone(),
        metric: key.metric,
    };
    let contrast = Contrast::new(key, class, &case.time, &baseline.time)?;
    Ok(contrast.with_sync_shares(case.sync_share, baseline.sync_share))
}

/// A case beside another one, both by their places in the set.
struct Pair {
    case: usize,
    baseline: usize,
    contrast: Contrast,
    estimate: Estimate,
}

/// Every case beside every other one, both ways round.
struct Pairs {
    pairs: Vec<Pair>,
    comparisons: usize,
    /// 1 where the least is the best, -1 where it is the worst: the best by the inverse times.
    sign: f64,
}

impl Pairs {
    fn of(
        key: &SetKey,
        extreme: Extreme,
        members: &[Member],
        variance: &ClassVariance,
    ) -> Result<Self, WhyNotJudged> {
        let mut pairs = Vec::new();
        for (case, above) in members.iter().enumerate() {
            for (baseline, below) in members.iter().enumerate() {
                if case == baseline {
                    continue;
                }
                let contrast = contrast(key, extreme, variance.class, [above, below])?;
                let estimate = variance.estimate(&contrast)?;
                pairs.push(Pair { case, baseline, contrast, estimate });
            }
        }
        let sign = match extreme {
            Extreme::Best => 1.0,
            Extreme::Worst => -1.0,
        };
        Ok(Self { pairs, comparisons: members.len().saturating_sub(1), sign })
    }

    fn beside(&self, case: usize) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(move |pair| pair.case == case)
    }

    fn reach(&self, pair: &Pair, confidence: f64) -> f64 {
        pair.estimate.reach(confidence, self.comparisons)
    }

    /// Whether no other case is beyond the interval.
    fn is_candidate(&self, case: usize, confidence: f64) -> bool {
        self.beside(case).all(|pair| self.sign * pair.estimate.mean <= self.reach(pair, confidence))
    }

    /// The logarithm of a case's time over that of the true best.
    fn beyond_the_best(&self, case: usize, confidence: f64) -> Interval {
        let candidates = self
            .beside(case)
            .filter(|pair| self.is_candidate(pair.baseline, confidence))
            .map(|pair| Interval::around(pair.estimate.mean, self.reach(pair, confidence)));
        // A case that may be the best itself may be 0 behind it.
        let itself =
            self.is_candidate(case, confidence).then_some(Interval { low: 0.0, high: 0.0 });
        let either = |one: Interval, other: Interval| Interval {
            low: one.low.min(other.low),
            high: one.high.max(other.high),
        };
        let nothing = Interval { low: f64::INFINITY, high: f64::NEG_INFINITY };
        candidates.chain(itself).fold(nothing, either)
    }
}

#[cfg(test)]
mod tests;
