//! One question with what follows from its records: what every renderer shows alike.

mod build_line;
mod floor;
mod left_out;
mod told;

use measure::record::{Column, RunRecord, Standing};

pub use build_line::BuildLine;
pub use floor::{FloorLine, floors};
pub use left_out::{LeftOut, WhyLeftOut};

use crate::claims::{self, Claim};
use crate::evidence::Evidence;
use crate::grown::Grown;
use crate::judged::{self, Judged};
use crate::load_curve::LoadCurve;

/// One question of one run, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionModel<'run> {
    /// What the run stored about it. A row of its table is a record.
    pub evidence: &'run Evidence,
    /// Points of open-loop loads, path by path.
    pub curves: Vec<LoadCurve<'run>>,
    /// Cases whose store grew, where that is what the question asks.
    pub grown: Vec<Grown<'run>>,
    /// What it compares; empty where it declares nothing.
    pub judged: Judged,
    /// `SQLite` builds beside the one that took turns with them.
    pub builds: Vec<BuildLine>,
    /// The answer: at most three sentences, whose figures are cells of its tables.
    pub sentences: Vec<String>,
    /// What was claimed of it, and whether that holds here.
    pub claims: Vec<Claim>,
}

/// What rows stand for, and the heading of those: what users get, what they may choose, and what both are compared with.
const GROUPS: [(Standing, &str); 3] = [
    (Standing::Vanilla, "as it comes"),
    (Standing::Tuned, "tuned"),
    (Standing::Reference, "reference"),
];

impl<'run> QuestionModel<'run> {
    /// The model of a question.
    #[must_use]
    pub fn of(evidence: &'run Evidence) -> Self {
        let is_judged = judged::is_judged(evidence);
        let curves = LoadCurve::all(evidence);
        // Of a question that declares contrasts, cases grow beside what it asks.
        let growing = evidence.records.iter().filter(|_| !is_judged);
        let grown: Vec<Grown<'_>> = growing.filter_map(Grown::of).collect();
        let judged = judged::judge(evidence);
        let sentences =
            if is_judged { judged.sentences.clone() } else { told::sentences(&curves, &grown) };
        let builds = BuildLine::all(evidence, &judged);
        let claims = claims::claims(evidence);
        Self { evidence, curves, grown, judged, builds, sentences, claims }
    }

    /// The rows, grouped by what they stand for, each group with its heading.
    pub fn groups(&self) -> impl Iterator<Item = (&'static str, Vec<&'run RunRecord>)> + use<'run> {
        let records = &self.evidence.records;
        let of = move |(standing, heading)| {
            let rows = records.iter().filter(|record| record.case.standing == standing);
            (heading, rows.collect())
        };
        GROUPS.into_iter().map(of)
    }

    /// Every row, group by group.
    pub fn rows(&self) -> impl Iterator<Item = &'run RunRecord> + use<'run> {
        self.groups().flat_map(|(_, rows)| rows)
    }

    /// The columns of its table that are its own.
    #[must_use]
    pub fn own_columns(&self) -> &'run [Column] {
        let declared = self.evidence.question.as_ref().and_then(|it| it.columns.as_deref());
        declared.unwrap_or_default()
    }

    /// The floors beside its cases.
    #[must_use]
    pub fn floors(&self) -> Vec<FloorLine> {
        floors(&self.evidence.records.iter().collect::<Vec<_>>())
    }

    /// What a reader must know about the session.
    #[must_use]
    pub fn warnings(&self) -> &'run [String] {
        self.evidence.question.as_ref().map_or(&[], |question| &question.warnings)
    }

    /// Cases that have no row, and why.
    #[must_use]
    pub fn left_out(&self) -> Vec<LeftOut> {
        left_out::left_out(self.evidence)
    }
}
