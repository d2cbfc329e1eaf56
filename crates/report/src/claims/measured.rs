//! A figure with the cases behind it.

use measure::record::RunRecord;

use super::estimate::{Estimate, Figures};
use super::missing::Missing;

/// A figure with the cases behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Measured {
    pub(super) estimate: Estimate,
    pub(super) cases: Vec<String>,
}

impl Measured {
    /// A figure of these cases.
    pub(super) fn of(estimate: Estimate, cases: &[&RunRecord]) -> Self {
        Self { estimate, cases: cases.iter().map(|record| record.case.id.clone()).collect() }
    }

    /// The geometric mean of a case's figures.
    pub(super) fn mean(
        record: &RunRecord,
        figures: &Figures,
        what: &'static str,
    ) -> Result<Self, Missing> {
        let estimate = Estimate::of(figures, 1).ok_or_else(|| too_few(record, figures, what))?;
        Ok(Self::of(estimate, &[record]))
    }

    /// The ratio of two cases' figures.
    pub(super) fn ratio(
        (record, figures): (&RunRecord, &Figures),
        (over, over_figures): (&RunRecord, &Figures),
        comparisons: u32,
        what: &'static str,
    ) -> Result<Self, Missing> {
        let estimate =
            Estimate::ratio(figures, over_figures, are_paired(record, over), comparisons);
        let (fewer, of_it) = if figures.values.len() <= over_figures.values.len() {
            (record, figures)
        } else {
            (over, over_figures)
        };
        let estimate = estimate.ok_or_else(|| too_few(fewer, of_it, what))?;
        Ok(Self::of(estimate, &[record, over]))
    }

    pub(super) fn map(self, change: impl FnOnce(Estimate) -> Estimate) -> Self {
        Self { estimate: change(self.estimate), ..self }
    }
}

/// Two figures have a spread.
const FIGURES_MIN: usize = 2;

fn too_few(record: &RunRecord, figures: &Figures, what: &'static str) -> Missing {
    Missing::TooFew {
        case: record.case.id.clone(),
        what,
        expected: FIGURES_MIN,
        got: figures.values.iter().filter(|value| **value > 0.0).count(),
    }
}

/// Whether two cases were measured in the same blocks.
fn are_paired(record: &RunRecord, over: &RunRecord) -> bool {
    let blocks = |record: &RunRecord| {
        record.blocks.as_ref().map(|blocks| {
            let numbers = blocks.replicates.iter().map(|replicate| replicate.block);
            (blocks.seed, numbers.collect::<Vec<u32>>())
        })
    };
    blocks(record).is_some_and(|own| Some(own) == blocks(over))
}
