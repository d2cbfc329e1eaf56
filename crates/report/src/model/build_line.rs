//! `SQLite` builds beside the one that took turns with them: by time, and by counted instructions.

use crate::evidence::Evidence;
use crate::judged::{Counted, Judged, JudgedRow, Work, counted};
use crate::judgement::{ContrastKind, Finding};

/// One build at one work, beside the reference build at the same.
#[derive(Clone, Debug, PartialEq)]
pub struct BuildLine {
    /// The case's id.
    pub case: String,
    /// The build's name.
    pub build: String,
    /// What it does: [`Work::in_words`].
    pub work: String,
    /// The reference build's name.
    pub reference: String,
    /// What the contrast of the two says; `None` where it could not be judged.
    pub finding: Option<Finding>,
    /// What was counted, where it was.
    pub instructions: Option<Counted>,
}

impl BuildLine {
    /// A line for each contrast with the base that the case took turns with, in the question's order.
    #[must_use]
    pub fn all(evidence: &Evidence, judged: &Judged) -> Vec<Self> {
        let rows = judged.rows.iter();
        rows.filter(|row| matches!(row.key().kind, ContrastKind::AgainstBase))
            .filter_map(|row| Self::of(evidence, row))
            .collect()
    }

    fn of(evidence: &Evidence, row: &JudgedRow) -> Option<Self> {
        let case = evidence.case(&row.key().case.0)?;
        let reference = evidence.case(&row.key().baseline.0)?;
        if case.blocks.as_ref()?.baseline.as_deref() != Some(reference.case.id.as_str()) {
            return None;
        }
        let (build, reference_build) = (case.build()?.to_owned(), reference.build()?.to_owned());
        let work = Work::of(case);
        let place = if work.is_on_disk() { ", on the disk" } else { "" };
        Some(Self {
            case: case.case.id.clone(),
            build,
            work: work.in_words() + place,
            reference: reference_build,
            finding: row.finding().cloned(),
            instructions: counted(evidence, case, reference),
        })
    }
}
