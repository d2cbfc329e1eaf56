//! Cases without a row.

use crate::evidence::Evidence;

/// A case that has no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The case's id.
    pub id: String,
    /// Why it has none.
    pub why: WhyLeftOut,
}

/// Why a case has no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// The question leaves the combination out, for this reason.
    Skipped(String),
    /// There was no place for it, in these words.
    Dropped(String),
    /// It failed with this error.
    Failed(String),
    /// The command line did not select it, or the process ended before it.
    NotRun,
}

impl WhyLeftOut {
    /// The kind in one word or two, and the reason if there is one of its own.
    #[must_use]
    pub fn in_words(&self) -> (&'static str, Option<&str>) {
        match self {
            Self::Skipped(reason) => ("skipped", Some(reason)),
            Self::Dropped(reason) => ("dropped", Some(reason)),
            Self::Failed(error) => ("failed", Some(error)),
            Self::NotRun => ("not run", None),
        }
    }
}

/// Failures first: they matter most.
pub(super) fn left_out(evidence: &Evidence) -> Vec<LeftOut> {
    let Some(question) = &evidence.question else { return Vec::new() };
    let case = |id: &String, why| LeftOut { id: id.clone(), why };
    let failed = question
        .failed
        .iter()
        .map(|failed| case(&failed.id, WhyLeftOut::Failed(failed.error.clone())));
    let dropped = question
        .dropped
        .iter()
        .map(|dropped| case(&dropped.id, WhyLeftOut::Dropped(dropped.reason.clone())));
    let skipped = question
        .skipped
        .iter()
        .map(|skipped| case(&skipped.id, WhyLeftOut::Skipped(skipped.reason.clone())));
    let mut left_out: Vec<LeftOut> = failed.chain(dropped).chain(skipped).collect();
    for id in &question.cases {
        let is_known = left_out.iter().any(|known| known.id == *id);
        if !is_known && evidence.case(id).is_none() {
            left_out.push(case(id, WhyLeftOut::NotRun));
        }
    }
    left_out
}
