//! By which variance each contrast of a question is judged.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::{CaseId, Class, ContrastKind, Metric};

use crate::judgement::{ClassVariance, Contrast};

/// The variance of each class, learned from what a question compares.
///
/// Null pairs only check the judgement, so nothing is learned from them. Two cases that are compared for several reasons
/// are one contrast.
pub(super) struct Variances(BTreeMap<(Class, Noise), ClassVariance>);

/// Times of one kind have noise of one kind.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Noise {
    /// Times at the nominal yardsticks, or in turns.
    Fitted,
    /// Totals as they were measured.
    Totals,
    /// The longest of many.
    Longest,
    /// Time of the processor.
    Processor,
    /// A queue's figure, which has noise of its own kind.
    Queue(Metric),
}

impl Noise {
    fn of(metric: Metric) -> Self {
        match metric {
            Metric::AckedTime | Metric::AckedTimePerRecord | Metric::ReadTime => Self::Fitted,
            Metric::DrainedTime => Self::Totals,
            Metric::LongestAck => Self::Longest,
            Metric::CpuTime => Self::Processor,
            Metric::MessageTime
            | Metric::StoreToDeleteTime
            | Metric::HandInTime
            | Metric::DeliveryWait
            | Metric::WaitingMessages
            | Metric::ChannelDepth
            | Metric::DatabaseBytes => Self::Queue(metric),
        }
    }
}

impl Variances {
    pub(super) fn learn<'all>(contrasts: impl IntoIterator<Item = &'all Contrast>) -> Self {
        let mut known: BTreeSet<(&CaseId, &CaseId, Metric)> = BTreeSet::new();
        let mut groups: BTreeMap<(Class, Noise), Vec<Contrast>> = BTreeMap::new();
        for contrast in contrasts {
            let key = contrast.key();
            let (one, other) = (&key.case, &key.baseline);
            let pair = (one.min(other), one.max(other), key.metric);
            if key.kind != ContrastKind::NullPair && known.insert(pair) {
                let group = (contrast.class(), Noise::of(key.metric));
                groups.entry(group).or_default().push(contrast.clone());
            }
        }
        let learned = groups.into_iter().map(|((class, noise), contrasts)| {
            ((class, noise), ClassVariance::learn(class, &contrasts))
        });
        Self(learned.collect())
    }

    /// That of a class and a time.
    pub(super) fn of(&self, class: Class, metric: Metric) -> ClassVariance {
        let learned = self.0.get(&(class, Noise::of(metric))).copied();
        learned.unwrap_or_else(|| ClassVariance::unknown(class))
    }
}
