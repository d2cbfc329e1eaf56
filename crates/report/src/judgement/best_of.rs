//! The best of a set, with the choice charged.

use measure::record::{CaseId, ContrastKey, ContrastKind, Extreme, SetKey};
use measure::stats::{Interval, NominalTime};

use super::class_variance::ClassVariance;
use super::contrast::Contrast;
use super::error::JudgementError;
use super::finding::{Charge, Estimate, Finding};
use super::verdict::LogIntervals;

/// A case of a set.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Its id.
    pub case: CaseId,
    /// Its times.
    pub time: NominalTime,
    /// The share of its time that syncs take, 0 to 1; 0 where it took turns with the others.
    pub sync_share: f64,
}

/// The best or the worst of a set, as far as it is known.
#[derive(Clone, Debug, PartialEq)]
pub struct Chosen {
    /// The case with the least time in this run, or with the longest.
    pub case: CaseId,
    /// Every case that may be the one in truth, at 95 %, in the order of the set; `case` among them.
    pub candidates: Vec<CaseId>,
    /// Each other case beside the chosen one, in the order of the set. The factor is that to `case`; the intervals
    /// are those to the true best or worst, whichever of the candidates that is.
    pub findings: Vec<Finding>,
}

/// Finds the best or the worst of a set by multiple comparisons with the best.
///
/// The case that looks best has had luck, so its lead is too large. Therefore the intervals are simultaneous over the
/// comparisons of the true best with each other case: one less than the set has (Sidak's bound in the place of
/// Dunnett's quantile, a little wider). A case is a candidate while none is beyond its interval, and how far a case
/// lies behind the true best is bounded by its intervals to all candidates (Hsu, "Simultaneous confidence intervals
/// for all distances from the best", 1981; Edwards and Hsu, 1983). The worst is the best of the inverse times.
///
/// # Errors
/// [`JudgementError`] for fewer than two members, and as [`Contrast::new`] and [`ClassVariance::judge`].
pub fn choose(
    key: &SetKey,
    extreme: Extreme,
    members: &[Member],
    variance: &ClassVariance,
) -> Result<Chosen, JudgementError> {
    match extreme {
        Extreme::Best => least_of(key, extreme, members, variance),
        Extreme::Worst => {
            let inverse: Vec<Member> = members.iter().map(Member::inverse).collect();
            let chosen = least_of(key, extreme, &inverse, variance)?;
            let findings = chosen.findings.into_iter().map(Finding::inverted).collect();
            Ok(Chosen { findings, ..chosen })
        }
    }
}

impl Member {
    fn inverse(&self) -> Self {
        let mut inverse = self.clone();
        inverse.time.blocks.iter_mut().for_each(|block| block.time_ns = 1.0 / block.time_ns);
        inverse
    }
}

fn least_of(
    key: &SetKey,
    extreme: Extreme,
    members: &[Member],
    variance: &ClassVariance,
) -> Result<Chosen, JudgementError> {
    let least = |a: &&Member, b: &&Member| {
        a.time.geometric_mean_ns().total_cmp(&b.time.geometric_mean_ns())
    };
    let (Some(best), 2..) = (members.iter().min_by(least), members.len()) else {
        let (question, what) = (key.question.clone(), "cases of a set");
        return Err(JudgementError::TooFew { question, what, expected: 2, got: members.len() });
    };
    let pairs = Pairs::of(key, extreme, members, variance)?;
    let mut findings = Vec::new();
    for pair in pairs.pairs.iter().filter(|pair| members[pair.baseline].case == best.case) {
        let at = |confidence| pairs.behind_the_best(pair.case, confidence);
        let intervals = LogIntervals { of_90: at(0.90), of_95: at(0.95), of_99: at(0.99) };
        findings.push(Finding::of(&pair.contrast, &pair.estimate, &intervals, pairs.charge));
    }
    let candidate = |&index: &usize| pairs.is_candidate(index, 0.95);
    let candidates = (0..members.len()).filter(candidate);
    let candidates = candidates.map(|index| members[index].case.clone()).collect();
    Ok(Chosen { case: best.case.clone(), candidates, findings })
}

/// The kind of a set's contrasts.
pub(crate) fn kind(key: &SetKey, extreme: Extreme) -> ContrastKind {
    let set = key.set.clone();
    match extreme {
        Extreme::Best => ContrastKind::BestOfSet { set },
        Extreme::Worst => ContrastKind::WorstOfSet { set },
    }
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
    charge: Charge,
}

impl Pairs {
    fn of(
        key: &SetKey,
        extreme: Extreme,
        members: &[Member],
        variance: &ClassVariance,
    ) -> Result<Self, JudgementError> {
        let mut pairs = Vec::new();
        for (case, above) in members.iter().enumerate() {
            for (baseline, below) in members.iter().enumerate() {
                if case == baseline {
                    continue;
                }
                let key = ContrastKey {
                    question: key.question.clone(),
                    kind: kind(key, extreme),
                    case: above.case.clone(),
                    baseline: below.case.clone(),
                    metric: key.metric,
                };
                let contrast = Contrast::new(key, variance.class(), &above.time, &below.time)?
                    .with_sync_shares(above.sync_share, below.sync_share);
                let estimate = variance.estimate(&contrast)?;
                pairs.push(Pair { case, baseline, contrast, estimate });
            }
        }
        let others = u32::try_from(members.len() - 1).unwrap_or(u32::MAX);
        Ok(Self { pairs, charge: Charge::of(others) })
    }

    fn beside(&self, case: usize) -> impl Iterator<Item = &Pair> {
        self.pairs.iter().filter(move |pair| pair.case == case)
    }

    /// Whether no other case is beyond the interval.
    fn is_candidate(&self, case: usize, confidence: f64) -> bool {
        self.beside(case)
            .all(|pair| pair.estimate.mean <= pair.estimate.reach(confidence, self.charge))
    }

    /// How far a case lies behind the true best, as a logarithm.
    fn behind_the_best(&self, case: usize, confidence: f64) -> Interval {
        let to = |pair: &Pair| {
            Interval::around(pair.estimate.mean, pair.estimate.reach(confidence, self.charge))
        };
        let candidates =
            self.beside(case).filter(|pair| self.is_candidate(pair.baseline, confidence)).map(to);
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
