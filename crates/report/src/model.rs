//! One question as rows, floors and what they say: plain data that every renderer shows alike.

mod build_line;
mod conclusion;
mod cost;
mod floor;
mod grown;
mod left_out;
mod own;
mod row;

use measure::record::{Column, QuestionRecord, Standing};

pub use build_line::BuildLine;
pub use conclusion::Conclusion;
pub use cost::Cost;
pub use floor::{FloorLine, floors};
pub use grown::Grown;
pub use left_out::{LeftOut, WhyLeftOut};
pub use own::Own;
pub use row::{Latency, Row};

use crate::claims::{self, Claim};
use crate::evidence::Evidence;
use crate::load_curve::LoadCurve;

/// One question of one run, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionModel {
    /// The question's name.
    pub name: String,
    /// What it asks; `None` when its process ended before it wrote that down.
    pub statement: Option<QuestionRecord>,
    /// The columns of its table that are its own.
    pub own_columns: Vec<Column>,
    /// The rows, grouped by what they stand for; a group without rows is left out.
    pub groups: Vec<Group>,
    /// Points of open-loop loads, path by path.
    pub curves: Vec<LoadCurve>,
    /// Cases whose store grew, where that is what the question asks.
    pub grown: Vec<Grown>,
    /// `SQLite` builds beside the one that took turns with them.
    pub builds: Vec<BuildLine>,
    /// The floors beside the cases, one for each sync call and payload.
    pub floors: Vec<FloorLine>,
    /// What the rows say.
    pub conclusion: Conclusion,
    /// What was claimed of it, and whether that holds here.
    pub claims: Vec<Claim>,
    /// Cases that have no row, and why.
    pub left_out: Vec<LeftOut>,
    /// What a reader must know about cases.
    pub notes: Vec<Note>,
    /// What a reader must know about the session.
    pub warnings: Vec<String>,
}

/// Rows that stand for the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// What they stand for.
    pub standing: Standing,
    /// The rows in the question's order.
    pub rows: Vec<Row>,
}

/// A remark on some cases.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The remark, a sentence.
    pub text: String,
    /// The ids of the cases that it is about.
    pub cases: Vec<String>,
}

/// The order of the groups: what users get, what they may choose, and what both are compared with.
const GROUPS: [Standing; 3] = [Standing::Vanilla, Standing::Tuned, Standing::Reference];

impl QuestionModel {
    /// The model of a question.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let (curves, grown) = (LoadCurve::all(evidence), Grown::all(evidence));
        let conclusion = Conclusion::of(evidence, &curves, &grown);
        Self {
            name: evidence.name.clone(),
            statement: evidence.question.clone(),
            own_columns: own_columns(evidence),
            groups: groups(evidence),
            curves,
            grown,
            builds: BuildLine::all(evidence, &conclusion.judged),
            floors: floors(&evidence.records.iter().collect::<Vec<_>>()),
            conclusion,
            claims: claims::claims(evidence),
            left_out: left_out::left_out(evidence),
            notes: notes(evidence),
            warnings: evidence
                .question
                .as_ref()
                .map_or_else(Vec::new, |question| question.warnings.clone()),
        }
    }

    /// Every row, group by group.
    pub fn rows(&self) -> impl Iterator<Item = &Row> {
        self.groups.iter().flat_map(|group| &group.rows)
    }
}

fn own_columns(evidence: &Evidence) -> Vec<Column> {
    let declared = evidence.question.as_ref().and_then(|question| question.columns.clone());
    declared.unwrap_or_default()
}

fn groups(evidence: &Evidence) -> Vec<Group> {
    GROUPS.iter().filter_map(|standing| Group::of(*standing, evidence)).collect()
}

impl Group {
    fn of(standing: Standing, evidence: &Evidence) -> Option<Self> {
        let records = evidence.records.iter().filter(|record| record.case.standing == standing);
        let rows: Vec<Row> = records.map(Row::of).collect();
        (!rows.is_empty()).then_some(Self { standing, rows })
    }

    /// The group's heading.
    #[must_use]
    pub fn heading(&self) -> &'static str {
        match self.standing {
            Standing::Vanilla => "as it comes",
            Standing::Tuned => "tuned",
            Standing::Reference => "reference",
        }
    }
}

/// The records' remarks, each text once with all of its cases.
fn notes(evidence: &Evidence) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    let of_records = evidence
        .records
        .iter()
        .flat_map(|record| record.notes.iter().map(|note| (note.clone(), record.case.id.clone())));
    let of_repetition = evidence.repeated.iter().map(|(id, times)| {
        (format!("measured {times} times in this run; the last one is shown"), id.clone())
    });
    for (text, case) in of_records.chain(of_repetition) {
        match notes.iter_mut().find(|note| note.text == text) {
            Some(note) => note.cases.push(case),
            None => notes.push(Note { text, cases: vec![case] }),
        }
    }
    notes
}
