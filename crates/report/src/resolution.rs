//! What a question can resolve, told by its A/A pairs.

use measure::pairs::{RatioEstimate, Resolution};
use measure::record::RunRecord;

use crate::compare::{
    Basis, Compared, Comparison, Incomparable, Outcome, by_rates, drained_rate_factor,
    floors_apart_ns, rate_factor,
};
use crate::evidence::Evidence;
use crate::quantity;

/// What a question can resolve.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionResolution {
    /// The A/A pairs of which both halves were measured, in the question's order.
    pub twins: Vec<TwinPair>,
    /// The pairs that tell nothing: their ids, and why.
    pub unusable: Vec<(String, String, Incomparable)>,
}

/// One case measured twice.
#[derive(Clone, Debug, PartialEq)]
pub struct TwinPair {
    /// The id of the case.
    pub case: String,
    /// The id under which it was measured again.
    pub twin: String,
    /// How many times as many records per second the case acked as its twin: 1 but for noise.
    pub factor: RatioEstimate,
    /// What the factor comes from.
    pub basis: Basis,
    /// What this pair allows to resolve.
    pub resolution: Resolution,
    /// What it allows to resolve where only rates can be compared.
    pub resolution_of_rates: Option<Resolution>,
}

impl QuestionResolution {
    /// The resolution of a question.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let (mut twins, mut unusable) = (Vec::new(), Vec::new());
        for twin in &evidence.records {
            let original = twin.case.repeats_case.as_ref().and_then(|id| evidence.case(id));
            let Some(case) = original else { continue };
            match TwinPair::of(case, twin) {
                Ok(pair) => twins.push(pair),
                Err(why) => unusable.push((case.case.id.clone(), twin.case.id.clone(), why)),
            }
        }
        Self { twins, unusable }
    }

    /// The resolution that the question states: that of its worst pair; `None` without a pair.
    #[must_use]
    pub fn stated(&self) -> Option<Resolution> {
        largest(self.twins.iter().map(|pair| pair.resolution))
    }

    /// The resolution by which a comparison is judged. Rates are noisier than pairs with a floor, so what
    /// rests on them is never judged by the pairs alone.
    #[must_use]
    pub fn on(&self, basis: Basis) -> Option<Resolution> {
        let rates = self.twins.iter().filter_map(|pair| pair.resolution_of_rates);
        let rates = rates.filter(|_| basis == Basis::Rates);
        largest(self.stated().into_iter().chain(rates))
    }

    /// What can be resolved, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let worst = self.twins.iter().max_by(|a, b| {
            let least = |pair: &TwinPair| pair.resolution.relative_difference_min;
            least(a).total_cmp(&least(b))
        });
        let Some(TwinPair { case, twin, factor, resolution, .. }) = worst else {
            return self.why_not_measured();
        };
        let of = match self.twins.len() {
            1 => "the A/A pair".to_owned(),
            pairs => format!("the worst of {pairs} A/A pairs,"),
        };
        format!(
            "Differences beyond {} are findings: in {of} {case} and {twin}, the same case acked {} times \
             ({} to {}) as many records/s as itself.",
            quantity::percent(resolution.relative_difference_min),
            quantity::factor(factor.ratio),
            quantity::factor(factor.low),
            quantity::factor(factor.high),
        )
    }

    /// Compares two cases and judges the difference.
    ///
    /// # Errors
    /// [`Incomparable`] as [`rate_factor`] says.
    pub fn judge<'evidence>(
        &self,
        case: &'evidence RunRecord,
        other: &'evidence RunRecord,
    ) -> Compared<'evidence> {
        let (factor, basis) = rate_factor(case, other)?;
        let outcome = Outcome::of(&factor, self.on(basis));
        let floors_apart_ns = floors_apart_ns(case, other);
        Ok(Comparison { case, other, factor, basis, floors_apart_ns, outcome })
    }

    /// The same of the rates including the final checkpoint, which rest on no floor.
    ///
    /// # Errors
    /// [`Incomparable`] as [`rate_factor`] says.
    pub fn judge_drained<'evidence>(
        &self,
        case: &'evidence RunRecord,
        other: &'evidence RunRecord,
    ) -> Compared<'evidence> {
        let (factor, basis) = (drained_rate_factor(case, other)?, Basis::Rates);
        let outcome = Outcome::of(&factor, self.on(basis));
        let floors_apart_ns = floors_apart_ns(case, other);
        Ok(Comparison { case, other, factor, basis, floors_apart_ns, outcome })
    }

    fn why_not_measured(&self) -> String {
        let pairs: Vec<String> = self
            .unusable
            .iter()
            .map(|(case, twin, why)| format!("the A/A pair {case} and {twin} is {why}"))
            .collect();
        if pairs.is_empty() {
            return "Not measured: no A/A pair ran, so no difference is judged.".into();
        }
        format!("Not measured: {}; so no difference is judged.", pairs.join("; "))
    }
}

impl TwinPair {
    fn of(case: &RunRecord, twin: &RunRecord) -> Result<Self, Incomparable> {
        let (factor, basis) = rate_factor(case, twin)?;
        Ok(Self {
            case: case.case.id.clone(),
            twin: twin.case.id.clone(),
            factor,
            basis,
            resolution: Resolution::from_twins(&factor),
            resolution_of_rates: by_rates(case, twin).map(|factor| Resolution::from_twins(&factor)),
        })
    }
}

fn largest(resolutions: impl Iterator<Item = Resolution>) -> Option<Resolution> {
    resolutions.max_by(|a, b| a.relative_difference_min.total_cmp(&b.relative_difference_min))
}
