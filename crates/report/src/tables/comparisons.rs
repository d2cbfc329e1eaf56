//! Trends, crossings and sets, in words: what each says is no figure alone.

use measure::record::ComparisonKey;

use crate::judged::{Judged, sentence};
use crate::judgement::Comparisons;

/// A sentence for each, without a line feed.
#[must_use]
pub fn comparisons(judged: &Judged) -> Vec<String> {
    let Comparisons { trends, crossings, sets } = &judged.comparisons;
    let trends = trends.iter().map(|it| ComparisonKey::Contrast(it.key.clone()));
    let crossings = crossings.iter().map(|it| ComparisonKey::Crossing(it.key.clone()));
    let sets = sets.iter().map(|it| ComparisonKey::Set(it.key.clone()));
    trends.chain(crossings).chain(sets).map(|key| sentence(judged, &key).0).collect()
}
