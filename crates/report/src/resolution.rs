//! What a question can resolve, told by its A/A pairs.

use measure::pairs::{RatioEstimate, Resolution};
use measure::record::RunRecord;

use crate::compare::{Basis, Comparison, Outcome, by_rates, rate_factor};
use crate::evidence::Evidence;
use crate::quantity;

/// What a question can resolve.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionResolution {
    /// The A/A pairs of which both halves were measured, in the question's order.
    pub twins: Vec<TwinPair>,
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
        let twins = evidence.records.iter().filter_map(|twin| {
            let case = evidence.case(twin.case.repeats_case.as_ref()?)?;
            TwinPair::of(case, twin)
        });
        Self { twins: twins.collect() }
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
            return "Not measured: no A/A pair ran with enough samples, so no difference is judged.".into();
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

    /// Compares two cases and judges the difference; `None` when either has too few samples.
    #[must_use]
    pub fn judge<'evidence>(
        &self,
        case: &'evidence RunRecord,
        other: &'evidence RunRecord,
    ) -> Option<Comparison<'evidence>> {
        let (factor, basis) = rate_factor(case, other)?;
        let outcome = Outcome::of(&factor, self.on(basis));
        Some(Comparison { case, other, factor, basis, outcome })
    }
}

impl TwinPair {
    fn of(case: &RunRecord, twin: &RunRecord) -> Option<Self> {
        let (factor, basis) = rate_factor(case, twin)?;
        Some(Self {
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
