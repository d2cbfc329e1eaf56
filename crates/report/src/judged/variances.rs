//! By which variance each contrast of a question is judged.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::{CaseId, Class, ContrastKind, Metric};

use crate::judgement::{ClassVariance, Contrast};

/// The variance of each class by the kind of its times' noise, learned from what a question compares.
///
/// Null pairs only check the judgement, so nothing is learned from them. Two cases that are compared for several reasons
/// are one contrast.
pub(super) struct Variances(BTreeMap<(Class, Metric), ClassVariance>);

/// Times at the nominal yardsticks, or in turns, have noise of one kind; every other one has its own.
fn noise(metric: Metric) -> Metric {
    match metric {
        Metric::AckedTimePerRecord | Metric::ReadTime => Metric::AckedTime,
        metric => metric,
    }
}

impl Variances {
    pub(super) fn learn<'all>(contrasts: impl IntoIterator<Item = &'all Contrast>) -> Self {
        let mut known: BTreeSet<(&CaseId, &CaseId, Metric)> = BTreeSet::new();
        let mut groups: BTreeMap<(Class, Metric), Vec<Contrast>> = BTreeMap::new();
        for contrast in contrasts {
            let key = &contrast.key;
            let (one, other) = (&key.case, &key.baseline);
            let pair = (one.min(other), one.max(other), key.metric);
            if key.kind != ContrastKind::NullPair && known.insert(pair) {
                let group = (contrast.class, noise(key.metric));
                groups.entry(group).or_default().push(contrast.clone());
            }
        }
        let learned = groups
            .into_iter()
            .map(|(group, contrasts)| (group, ClassVariance::learn(group.0, &contrasts)));
        Self(learned.collect())
    }

    /// That of a class and a time.
    pub(super) fn of(&self, class: Class, metric: Metric) -> ClassVariance {
        let learned = self.0.get(&(class, noise(metric))).copied();
        learned.unwrap_or_else(|| ClassVariance::unknown(class))
    }
}
