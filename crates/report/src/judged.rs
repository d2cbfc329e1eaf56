//! What a question declares to compare, judged from what its run stored.
//!
//! [`judge`] tells it at the run's own nominal yardsticks; [`judge_at`] at [`CommonYardsticks`], which comparing two
//! runs needs. A contrast that cannot be judged stays a row, with the reason.

mod along_axes;
mod answer;
pub(crate) mod cells;
mod constraints;
mod headline;
mod instructions;
mod names;
mod pair;
mod row;
mod sets;
mod sync_share;
mod times;
mod variances;
mod why_not;
mod yardsticks;

use std::collections::BTreeSet;

use measure::record::{CaseId, ComparisonsRecord, ContrastKey, ContrastRecord, Metric};
use measure::stats::NominalTime;

pub use answer::{Answer, asked};
pub use cells::verdict as verdict_in_words;
pub(crate) use headline::sentence;
pub use instructions::Work;
pub(crate) use instructions::{Counted, counted};
pub use names::{Names, Together};
pub(crate) use pair::judge_pair;
pub use row::{Judged, JudgedRow};
pub(crate) use sync_share::sync_share;
pub use times::log_ratio as log_ratio_in_turns;
pub use why_not::WhyNotJudged;
pub use yardsticks::CommonYardsticks;

use crate::evidence::Evidence;
use crate::judgement::{Comparisons, Contrast, Findings, JudgementError, NotJudged};
use times::Times;
use variances::Variances;

/// Whether a question declares what it compares, and so is judged by that.
#[must_use]
pub fn is_judged(evidence: &Evidence) -> bool {
    let Some(question) = &evidence.question else { return false };
    let ComparisonsRecord { trends, crossings, sets, .. } = &question.comparisons;
    let is_empty = question.contrasts.is_empty()
        && trends.is_empty()
        && crossings.is_empty()
        && sets.is_empty();
    !is_empty
}

/// Judges what a question compares at the run's nominal yardsticks.
#[must_use]
pub fn judge(evidence: &Evidence) -> Judged {
    judged(Times { evidence, at: None })
}

/// Judges what a question compares at yardsticks that the run has in common with another one.
#[must_use]
pub fn judge_at(evidence: &Evidence, at: &CommonYardsticks) -> Judged {
    judged(Times { evidence, at: Some(at) })
}

/// The time of a case's packet, query or checkpoint at yardsticks that the run has in common with others.
pub(crate) fn time_at(
    evidence: &Evidence,
    case: &CaseId,
    at: &CommonYardsticks,
) -> Result<NominalTime, WhyNotJudged> {
    Times { evidence, at: Some(at) }.alone(case, Metric::AckedTime)
}

/// What `findings.json` holds of these questions.
///
/// # Errors
/// [`JudgementError::Twice`] where two questions declare one key.
pub fn findings<'judged>(
    questions: impl IntoIterator<Item = &'judged Judged>,
) -> Result<Findings, JudgementError> {
    let (mut rows, mut not_judged) = (Vec::new(), Vec::new());
    let mut comparisons = Comparisons::default();
    for judged in questions {
        for row in &judged.rows {
            match row {
                JudgedRow::Judged(finding) => rows.push((**finding).clone()),
                JudgedRow::NotJudged { contrast, why } => {
                    let (contrast, reason) = (contrast.clone(), why.to_string());
                    not_judged.push(NotJudged { contrast, reason });
                }
            }
        }
        let Comparisons { trends, crossings, sets } = &judged.comparisons;
        comparisons.trends.extend_from_slice(trends);
        comparisons.crossings.extend_from_slice(crossings);
        comparisons.sets.extend_from_slice(sets);
    }
    Ok(Findings::new(rows)?.with_not_judged(not_judged).with_comparisons(comparisons))
}

fn judged(times: Times<'_>) -> Judged {
    let Some(question) = &times.evidence.question else { return Judged::default() };
    let declared = &question.comparisons;
    let mut contrasts = question.contrasts.clone();
    for crossing in &declared.crossings {
        let own = along_axes::contrasts_of(crossing, &contrasts);
        contrasts.extend(own);
    }
    let sets = sets::all(times, &declared.sets);
    let variances = {
        let ratios = contrasts.iter().filter_map(|contrast| times.contrast(contrast).ok());
        let ratios: Vec<Contrast> =
            ratios.chain(sets.iter().flat_map(sets::Set::contrasts)).collect();
        Variances::learn(&ratios)
    };
    let mut rows = Rows::default();
    for contrast in &contrasts {
        rows.add(row_of(times, contrast, &variances));
    }
    let mut comparisons = Comparisons::default();
    for trend in &declared.trends {
        let Some((row, shown)) = along_axes::judge_trend(times, trend) else { continue };
        if rows.add(row) {
            comparisons.trends.extend(shown);
        }
    }
    let crossing = |crossing| along_axes::judge_crossing(crossing, &contrasts, &rows.rows);
    comparisons.crossings = declared.crossings.iter().map(crossing).collect();
    for set in sets {
        let (shown, findings) = set.judge(times, &variances);
        for finding in findings {
            rows.add(JudgedRow::Judged(Box::new(finding)));
        }
        comparisons.sets.push(shown);
    }
    Judged {
        rows: rows.rows,
        comparisons,
        headlines: declared.headlines.clone(),
        names: Names::of(&declared.names),
        asked: declared.asked.clone(),
    }
}

fn row_of(times: Times<'_>, contrast: &ContrastRecord, variances: &Variances) -> JudgedRow {
    let finding = times.contrast(contrast).and_then(|measured| {
        let variance = variances.of(contrast.class, contrast.key.metric);
        Ok(instructions::confirmed(times.evidence, variance.judge(&measured)?))
    });
    JudgedRow::of(contrast, finding)
}

/// Rows of which no two have one key: two runs are matched by it.
#[derive(Default)]
struct Rows {
    rows: Vec<JudgedRow>,
    keys: BTreeSet<ContrastKey>,
}

impl Rows {
    /// Adds a row, and says whether its key is new; one that is not is told so.
    fn add(&mut self, row: JudgedRow) -> bool {
        let is_new = self.keys.insert(row.key().clone());
        self.rows.push(if is_new { row } else { row.declared_twice() });
        is_new
    }
}
