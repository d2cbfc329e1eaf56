//! One question as rows, floors and findings: plain data that every renderer shows alike.

mod build_line;
mod cost;
mod floor;
mod floor_share;
mod left_out;
mod own;
mod row;

use measure::record::{Column, Standing};

pub use build_line::{BuildLine, Instructions};
pub use cost::Cost;
pub use floor::{FloorLine, floors};
pub use floor_share::FloorShare;
pub use left_out::{LeftOut, WhyLeftOut};
pub use own::Own;
pub use row::{Latency, Row, Verified};

use crate::claims::{self, Claim};
use crate::evidence::{Evidence, is_in_memory};
use crate::findings::{self, Finding};
use crate::judged::{self, Answer, Judged};
use crate::load_curve::LoadCurve;
use crate::regime::SessionRegime;
use crate::resolution::QuestionResolution;

/// One question of one run, ready to be shown.
#[derive(Clone, Debug, PartialEq)]
pub struct QuestionModel {
    /// The question's name.
    pub name: String,
    /// What it asks; `None` when its process ended before it wrote that down.
    pub statement: Option<Statement>,
    /// The columns of its table that are its own.
    pub own_columns: Vec<Column>,
    /// The rows, grouped by what they stand for; a group without rows is left out.
    pub groups: Vec<Group>,
    /// Points of open-loop loads, path by path.
    pub curves: Vec<LoadCurve>,
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

/// What a question's rows say.
#[derive(Clone, Debug, PartialEq)]
pub enum Conclusion {
    /// It declares contrasts, which are judged over blocks.
    Judged {
        /// At most three sentences.
        answer: Answer,
        /// The contrasts.
        judged: Judged,
    },
    /// It has A/A pairs, beyond whose difference another one is a finding.
    ByTwins {
        /// What the question can resolve.
        resolution: QuestionResolution,
        /// What the rows say, in computed sentences.
        findings: Vec<Finding>,
    },
}

/// What a question asks.
#[derive(Clone, Debug, PartialEq)]
pub struct Statement {
    /// The question in one sentence.
    pub asks: String,
    /// The claim that it tests.
    pub claim: String,
    /// What would settle it.
    pub settled_by: String,
    /// The axis whose values are the parameters.
    pub swept_axis: String,
    /// The floor of 4 KiB at the session's first look at the disk, in ns.
    pub quiet_floor_ns: u64,
    /// How long the question took, in seconds.
    pub seconds: f64,
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

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

impl QuestionModel {
    /// The model of a question.
    #[must_use]
    pub fn of(evidence: &Evidence) -> Self {
        let resolution = QuestionResolution::of(evidence);
        let claims = claims::claims(evidence);
        let conclusion = Conclusion::of(evidence, resolution);
        Self {
            name: evidence.name.clone(),
            statement: Statement::of(evidence),
            own_columns: own_columns(evidence),
            groups: groups(evidence),
            curves: LoadCurve::all(evidence),
            builds: BuildLine::all(evidence, &conclusion),
            floors: floors(&evidence.records.iter().collect::<Vec<_>>()),
            conclusion,
            claims,
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

impl Conclusion {
    fn of(evidence: &Evidence, resolution: QuestionResolution) -> Self {
        if judged::is_judged(evidence) {
            let judged = judged::judge(evidence);
            return Self::Judged { answer: Answer::of(&judged), judged };
        }
        Self::ByTwins { findings: findings::findings(evidence, &resolution), resolution }
    }

    /// The contrasts, where the question declares them.
    #[must_use]
    pub fn judged(&self) -> Option<&Judged> {
        match self {
            Self::Judged { judged, .. } => Some(judged),
            Self::ByTwins { .. } => None,
        }
    }

    /// The sentences that are read: at most three.
    pub fn answer(&self) -> impl Iterator<Item = &str> {
        self.sentences().take(SENTENCES_MAX)
    }

    /// The sentences, the most important one first.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        let (answers, findings) = match self {
            Self::Judged { answer, .. } => (answer.sentences.as_slice(), [].as_slice()),
            Self::ByTwins { findings, .. } => ([].as_slice(), findings.as_slice()),
        };
        let findings = findings.iter().map(|finding: &Finding| finding.sentence.as_str());
        answers.iter().map(String::as_str).chain(findings)
    }
}

impl Statement {
    fn of(evidence: &Evidence) -> Option<Self> {
        let question = evidence.question.as_ref()?;
        Some(Self {
            asks: question.asks.clone(),
            claim: question.claim.clone(),
            settled_by: question.settled_by.clone(),
            swept_axis: question.swept_axis.clone(),
            quiet_floor_ns: question.quiet_floor_ns,
            seconds: question.seconds,
        })
    }
}

fn own_columns(evidence: &Evidence) -> Vec<Column> {
    let declared = evidence.question.as_ref().and_then(|question| question.columns.clone());
    declared.unwrap_or_else(|| Column::UNDECLARED.to_vec())
}

fn groups(evidence: &Evidence) -> Vec<Group> {
    let on_disk: Vec<_> = evidence.records.iter().filter(|record| !is_in_memory(record)).collect();
    let session = evidence
        .question
        .as_ref()
        // Blocks are spread over the whole session, and each piece has its yardsticks beside it.
        .filter(|_| !judged::is_judged(evidence))
        .map(|question| SessionRegime::of(question.quiet_floor_ns, &on_disk));
    let group = |standing: &Standing| Group::of(*standing, evidence, session.as_ref());
    GROUPS.iter().filter_map(group).collect()
}

impl Group {
    fn of(
        standing: Standing,
        evidence: &Evidence,
        session: Option<&SessionRegime>,
    ) -> Option<Self> {
        let records = evidence.records.iter().filter(|record| record.case.standing == standing);
        let rows: Vec<Row> = records.map(|record| Row::of(record, session)).collect();
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
