//! Which cases a claim is about, by stable keys of their axes.

use std::fmt;

use measure::record::RunRecord;

use super::missing::Missing;
use crate::evidence::Evidence;

/// Cases by the keys of some axes; every other axis may be anything.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CaseKey {
    /// Axes that several keys have in common.
    pub common: &'static [(&'static str, Is)],
    /// The other axes.
    pub axes: &'static [(&'static str, Is)],
    /// Which one, where several fit.
    pub pick: Pick,
}

/// Where a case stands on an axis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Is {
    /// At this key.
    Key(&'static str),
    /// At this key with any parameters: `open` is `open:poisson:percent=50` too.
    Kind(&'static str),
    /// At one of these keys.
    OneOf(&'static [&'static str]),
    /// Nowhere: the case has no such axis.
    Absent,
}

/// Which of several cases that fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pick {
    /// There is only one, or the keys say too little.
    Only,
    /// The one whose database is largest.
    LargestStore,
    /// The one whose database is smallest.
    SmallestStore,
}

/// The axis of a case's engine, which each record has though no question lists it.
pub(super) const ENGINE: &str = "engine";

/// The same of the records in a packet.
pub(super) const RECORDS_PER_PACKET: &str = "records_per_packet";

impl CaseKey {
    /// The only case at these keys.
    pub(super) const fn only(axes: &'static [(&'static str, Is)]) -> Self {
        Self { common: &[], axes, pick: Pick::Only }
    }

    /// The only case at these keys and at some that several claims have in common.
    pub(super) const fn of(
        common: &'static [(&'static str, Is)],
        axes: &'static [(&'static str, Is)],
    ) -> Self {
        Self { common, axes, pick: Pick::Only }
    }

    /// The same of those with the largest or the smallest store.
    pub(super) const fn pick(self, pick: Pick) -> Self {
        Self { pick, ..self }
    }

    /// Every case that fits, second halves of A/A pairs left out.
    pub(super) fn all<'evidence>(
        &self,
        evidence: &'evidence Evidence,
    ) -> Vec<&'evidence RunRecord> {
        let originals = evidence.records.iter().filter(|record| record.case.repeats_case.is_none());
        originals.filter(|record| self.fits(record)).collect()
    }

    /// How many cases of a question fit.
    #[must_use]
    pub fn count(&self, evidence: &Evidence) -> usize {
        self.all(evidence).len()
    }

    /// The case.
    pub(super) fn find<'evidence>(
        &self,
        evidence: &'evidence Evidence,
    ) -> Result<&'evidence RunRecord, Missing> {
        let fitting = self.all(evidence);
        let by_size = |record: &&&RunRecord| record.space.database_bytes;
        let picked = match (self.pick, &fitting[..]) {
            (Pick::Only, [_, _, ..]) => {
                let cases = fitting.iter().map(|record| record.case.id.clone()).collect();
                return Err(Missing::Ambiguous { key: self.to_string(), cases });
            }
            (Pick::Only, fitting) => fitting.first(),
            (Pick::LargestStore, fitting) => fitting.iter().max_by_key(by_size),
            (Pick::SmallestStore, fitting) => fitting.iter().min_by_key(by_size),
        };
        picked.copied().ok_or_else(|| Missing::Case { key: self.to_string() })
    }

    /// The keys that it allows on an axis; none where it allows any, or none at all.
    #[must_use]
    pub fn keys_on(&self, axis: &str) -> Vec<&'static str> {
        let of_axis = self.keys().filter(|(name, _)| *name == axis);
        of_axis.flat_map(|(_, is)| is.keys().iter().copied()).collect()
    }

    /// Every name of an axis, and every key on one.
    pub fn axes_and_keys(&self) -> impl Iterator<Item = &'static str> + use<> {
        self.keys().flat_map(|(axis, is)| std::iter::once(*axis).chain(is.keys().iter().copied()))
    }

    fn fits(&self, record: &RunRecord) -> bool {
        self.keys().all(|(axis, is)| is.fits(key_of(record, axis).as_deref()))
    }

    fn keys(&self) -> impl Iterator<Item = &'static (&'static str, Is)> + use<> {
        self.common.iter().chain(self.axes)
    }
}

impl Is {
    fn keys(&'static self) -> &'static [&'static str] {
        match self {
            Self::Key(key) | Self::Kind(key) => std::slice::from_ref(key),
            Self::OneOf(keys) => keys,
            Self::Absent => &[],
        }
    }

    fn fits(self, key: Option<&str>) -> bool {
        match (self, key) {
            (Self::Absent, key) => key.is_none(),
            (_, None) => false,
            (Self::Key(wanted), Some(key)) => wanted == key,
            (Self::Kind(kind), Some(key)) => key.split(':').next() == Some(kind),
            (Self::OneOf(keys), Some(key)) => keys.contains(&key),
        }
    }
}

/// Where a case stands on an axis.
fn key_of(record: &RunRecord, axis: &str) -> Option<String> {
    let case = &record.case;
    let listed = case.axes.iter().find(|other| other.axis == axis);
    match (axis, listed) {
        (_, Some(listed)) => Some(listed.value.clone()),
        (ENGINE, None) => Some(case.engine.clone()),
        (RECORDS_PER_PACKET, None) => Some(case.records_per_packet.to_string()),
        (_, None) => None,
    }
}

impl fmt::Display for CaseKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (number, (axis, is)) in self.keys().enumerate() {
            let comma = if number == 0 { "" } else { ", " };
            match is {
                Is::Key(key) => write!(formatter, "{comma}{axis} {key}")?,
                Is::Kind(kind) => write!(formatter, "{comma}{axis} {kind}")?,
                Is::OneOf(keys) => write!(formatter, "{comma}{axis} {}", keys.join(" or "))?,
                Is::Absent => write!(formatter, "{comma}no {axis}")?,
            }
        }
        Ok(())
    }
}
