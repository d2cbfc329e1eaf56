//! Counting what states showed.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use disk_model::Metadata;

use super::judging::{Judged, Seen};
use super::plan::Progress;
use crate::key::Key;
use crate::oracle::Class;
use crate::recording::Phase;
use crate::verdict::Verdict;
use crate::witness::Cut;

/// What was seen so far, whoever saw it: the order in which it came does not matter.
#[derive(Debug, Default)]
pub(super) struct Tally {
    classes: BTreeMap<Class, u64>,
    phases: BTreeMap<Phase, u64>,
    class_ordered: Option<Class>,
    lost_max: u64,
    worst: Option<Judged>,
}

impl Tally {
    pub(super) fn states(&self) -> u64 {
        self.phases.values().sum()
    }

    /// Counts what was seen, and tells of each new state.
    pub(super) fn see(&mut self, seen: Seen<'_>, progress: Progress<'_>) -> ControlFlow<()> {
        match seen {
            Seen::First(judged) => {
                self.count(judged);
                return progress();
            }
            Seen::Again(class, Metadata::Ext4Ordered) => {
                self.class_ordered = self.class_ordered.max(Some(class));
            }
            Seen::Again(_, Metadata::PosixStrict) => {}
        }
        ControlFlow::Continue(())
    }

    fn count(&mut self, judged: &Judged) {
        let class = judged.judgement.class;
        *self.classes.entry(class).or_default() += 1;
        *self.phases.entry(judged.phase).or_default() += 1;
        self.lost_max = self.lost_max.max(judged.judgement.lost);
        let mut cuts = judged.witness.cuts.iter();
        if cuts.all(|cut| cut.hazards.metadata == Metadata::Ext4Ordered) {
            self.class_ordered = self.class_ordered.max(Some(class));
        }
        self.consider(judged);
    }

    /// Adds what another has counted; whether the worst is now one of its own.
    pub(super) fn add(&mut self, other: Self) -> bool {
        for (class, states) in other.classes {
            *self.classes.entry(class).or_default() += states;
        }
        for (phase, states) in other.phases {
            *self.phases.entry(phase).or_default() += states;
        }
        self.class_ordered = self.class_ordered.max(other.class_ordered);
        self.lost_max = self.lost_max.max(other.lost_max);
        other.worst.is_some_and(|judged| self.consider(&judged))
    }

    fn consider(&mut self, judged: &Judged) -> bool {
        let worst = self.worst.as_ref();
        let is_worst = judged.judgement.class > Class::Durable
            && worst.is_none_or(|worst| severity(judged) > severity(worst));
        if is_worst {
            self.worst = Some(judged.clone());
        }
        is_worst
    }

    pub(super) fn worst(&self) -> Option<&Judged> {
        self.worst.as_ref()
    }

    pub(super) fn verdict(self, key: Key, worst: Option<Judged>) -> Verdict {
        let class = self.classes.keys().next_back().copied().unwrap_or(Class::Durable);
        Verdict {
            case: key.to_string(),
            key,
            class,
            class_ordered: self.class_ordered.unwrap_or(Class::Durable),
            lost_packets_max: self.lost_max,
            why: worst.as_ref().map_or_else(String::new, |worst| worst.judgement.why.clone()),
            witness: worst.map(|worst| worst.witness.to_string()),
            classes: self.classes,
            phases: self.phases,
        }
    }
}

/// The worst first; of equals the one that is come to most simply. The text decides what is left, so that the choice
/// does not depend on who came first.
fn severity(judged: &Judged) -> impl Ord + use<> {
    let witness = &judged.witness;
    let taken: usize = witness.cuts.iter().map(Cut::taken).sum();
    let at = witness.cuts.first().map(|cut| cut.at);
    let simple = std::cmp::Reverse((witness.cuts.len(), taken, at, witness.to_string()));
    (judged.judgement.class, judged.judgement.lost, simple)
}
