//! Cases without a row.

use crate::evidence::Evidence;

/// A case that has no row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeftOut {
    /// The case's id.
    pub id: String,
    /// Why it has none.
    pub why: WhyLeftOut,
    /// The reason or the error, in words; none of its own where it was not run.
    pub reason: String,
}

/// Why a case has no row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyLeftOut {
    /// It failed.
    Failed,
    /// There was no place for it.
    Dropped,
    /// The question leaves the combination out.
    Skipped,
    /// The command line did not select it, or the process ended before it.
    NotRun,
}

impl WhyLeftOut {
    /// All of them: failures first, for they matter most.
    pub(crate) const ALL: [Self; 4] = [Self::Failed, Self::Dropped, Self::Skipped, Self::NotRun];

    /// In one word or two.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Dropped => "dropped",
            Self::Skipped => "skipped",
            Self::NotRun => "not run",
        }
    }
}

/// Those of a question, in the order of the reasons.
pub(super) fn left_out(evidence: &Evidence) -> Vec<LeftOut> {
    let Some(question) = &evidence.question else { return Vec::new() };
    let failed = question.failed.iter().map(|it| (WhyLeftOut::Failed, &it.id, &it.error));
    let dropped = question.dropped.iter().map(|it| (WhyLeftOut::Dropped, &it.id, &it.reason));
    let skipped = question.skipped.iter().map(|it| (WhyLeftOut::Skipped, &it.id, &it.reason));
    let told = failed.chain(dropped).chain(skipped);
    let mut left_out: Vec<LeftOut> = told
        .map(|(why, id, reason)| LeftOut { id: id.clone(), why, reason: reason.clone() })
        .collect();
    for id in question.cases.iter().filter(|id| evidence.case(id).is_none()) {
        if left_out.iter().all(|known| known.id != *id) {
            let (id, why) = (id.clone(), WhyLeftOut::NotRun);
            left_out.push(LeftOut { id, why, reason: String::new() });
        }
    }
    left_out
}
