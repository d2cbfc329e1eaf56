//! A question's declared contrasts, judged from what its run stored.
//!
//! [`judge`] tells each at the run's own nominal yardsticks; [`judge_at`] at [`CommonYardsticks`], which comparing two
//! runs needs. A contrast that cannot be judged stays a row, with the reason.

mod answer;
pub(crate) mod cells;
mod times;
mod why_not;
mod yardsticks;

use std::collections::{BTreeMap, BTreeSet};

use measure::record::{CaseId, Class, ContrastKey, ContrastKind, ContrastRecord, Metric};

pub use answer::Answer;
pub use why_not::WhyNotJudged;
pub use yardsticks::CommonYardsticks;

use crate::evidence::Evidence;
use crate::judgement::{ClassVariance, Contrast, Finding, Findings, JudgementError, NotJudged};

/// A question's contrasts, in the order in which it declares them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Judged {
    /// One row for each declared contrast.
    pub rows: Vec<JudgedRow>,
}

/// One declared contrast.
#[derive(Clone, Debug, PartialEq)]
pub enum JudgedRow {
    /// It was judged.
    Judged(Box<Finding>),
    /// It could not be.
    NotJudged {
        /// What the question declares.
        contrast: ContrastRecord,
        /// Why not.
        why: WhyNotJudged,
    },
}

impl Judged {
    /// Those that were judged.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.rows.iter().filter_map(JudgedRow::finding)
    }

    /// Those that could not be, and why.
    pub fn not_judged(&self) -> impl Iterator<Item = (&ContrastRecord, &WhyNotJudged)> {
        self.rows.iter().filter_map(|row| match row {
            JudgedRow::Judged(_) => None,
            JudgedRow::NotJudged { contrast, why } => Some((contrast, why)),
        })
    }
}

impl JudgedRow {
    /// The finding, where there is one.
    #[must_use]
    pub fn finding(&self) -> Option<&Finding> {
        match self {
            Self::Judged(finding) => Some(finding),
            Self::NotJudged { .. } => None,
        }
    }

    /// What is compared.
    #[must_use]
    pub fn key(&self) -> &ContrastKey {
        match self {
            Self::Judged(finding) => &finding.key,
            Self::NotJudged { contrast, .. } => &contrast.key,
        }
    }
}

/// Whether a question declares contrasts, and so is judged by them.
#[must_use]
pub fn is_judged(evidence: &Evidence) -> bool {
    !declared(evidence).is_empty()
}

/// Judges a question's contrasts at the run's nominal yardsticks.
#[must_use]
pub fn judge(evidence: &Evidence) -> Judged {
    judged(evidence, None)
}

/// Judges a question's contrasts at yardsticks that the run has in common with another one.
#[must_use]
pub fn judge_at(evidence: &Evidence, at: &CommonYardsticks) -> Judged {
    judged(evidence, Some(at))
}

/// What `findings.json` holds of these questions.
///
/// # Errors
/// [`JudgementError::Twice`] where two questions declare one key.
pub fn findings<'judged>(
    questions: impl IntoIterator<Item = &'judged Judged>,
) -> Result<Findings, JudgementError> {
    let (mut rows, mut not_judged) = (Vec::new(), Vec::new());
    for row in questions.into_iter().flat_map(|judged| &judged.rows) {
        match row {
            JudgedRow::Judged(finding) => rows.push(Finding::clone(finding)),
            JudgedRow::NotJudged { contrast, why } => {
                not_judged.push(NotJudged { contrast: contrast.clone(), reason: why.to_string() });
            }
        }
    }
    Ok(Findings::new(rows)?.with_not_judged(not_judged))
}

/// Judges two cases that the question need not compare itself, by the variance of its contrasts of the same class; a
/// case that is in none of them, by its own blocks.
///
/// # Errors
/// [`WhyNotJudged`], as for a declared contrast.
pub(crate) fn judge_pair(
    evidence: &Evidence,
    case: &str,
    baseline: &str,
    metric: Metric,
) -> Result<Finding, WhyNotJudged> {
    let (case, baseline) = (CaseId::from(case), CaseId::from(baseline));
    let involves = |contrast: &&ContrastRecord| {
        [&contrast.key.case, &contrast.key.baseline]
            .iter()
            .any(|id| [&case, &baseline].contains(id))
    };
    let known = declared(evidence).iter().find(involves).map(|known| known.class);
    let class = known.unwrap_or(Class::Disk);
    let question = evidence.name.clone();
    let kind = ContrastKind::AgainstBase;
    let key = ContrastKey { question, kind, case, baseline, metric };
    let contrast = times::contrast(evidence, &ContrastRecord { key, class }, None)?;
    if known.is_none() {
        // Of what kind it is, nobody says: its own blocks alone judge it.
        return Ok(ClassVariance::unknown(class).judge(&contrast)?);
    }
    let mut measured: Vec<Contrast> = declared(evidence)
        .iter()
        .filter(|other| other.class == class && !is_of(other, &contrast))
        .filter_map(|other| times::contrast(evidence, other, None).ok())
        .collect();
    measured.push(contrast.clone());
    Ok(ClassVariance::learn(class, &measured).judge(&contrast)?)
}

/// Whether a declared contrast is of the same two cases, either way round.
fn is_of(declared: &ContrastRecord, contrast: &Contrast) -> bool {
    let (own, other) = (contrast.key(), &declared.key);
    let ends = [&other.case, &other.baseline];
    ends.contains(&&own.case) && ends.contains(&&own.baseline)
}

fn judged(evidence: &Evidence, at: Option<&CommonYardsticks>) -> Judged {
    let mut keys = BTreeSet::new();
    let contrasts: Vec<Result<Contrast, WhyNotJudged>> = declared(evidence)
        .iter()
        .map(|declared| {
            if keys.insert(&declared.key) {
                times::contrast(evidence, declared, at)
            } else {
                Err(WhyNotJudged::DeclaredTwice)
            }
        })
        .collect();
    let measured: Vec<Contrast> = contrasts.iter().flatten().cloned().collect();
    let classes: BTreeSet<Class> = measured.iter().map(Contrast::class).collect();
    let variances: BTreeMap<Class, ClassVariance> =
        classes.into_iter().map(|class| (class, ClassVariance::learn(class, &measured))).collect();
    let rows = declared(evidence).iter().zip(contrasts).map(|(declared, contrast)| {
        let finding = contrast.and_then(|contrast| {
            let class = contrast.class();
            let variance = variances.get(&class).copied();
            let variance = variance.unwrap_or_else(|| ClassVariance::unknown(class));
            variance.judge(&contrast).map_err(WhyNotJudged::from)
        });
        match finding {
            Ok(finding) => JudgedRow::Judged(Box::new(finding)),
            Err(why) => JudgedRow::NotJudged { contrast: declared.clone(), why },
        }
    });
    Judged { rows: rows.collect() }
}

fn declared(evidence: &Evidence) -> &[ContrastRecord] {
    evidence.question.as_ref().map_or(&[], |question| &question.contrasts)
}
