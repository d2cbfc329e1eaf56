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
mod times;
mod variances;
mod yardsticks;

use measure::record::{CaseId, ComparisonsRecord, ContrastRecord, Metric};
use measure::stats::NominalTime;

pub use cells::verdict as verdict_in_words;
pub use headline::asked;
pub(crate) use headline::sentence;
pub(crate) use instructions::counted;
pub use instructions::{Counted, Work};
pub use names::{Names, Together};
pub(crate) use pair::judge_pair;
pub use row::{Judged, JudgedRow};
pub use times::log_ratio as log_ratio_in_turns;
pub(crate) use times::sync_share;
pub use yardsticks::CommonYardsticks;

use crate::evidence::Evidence;
use crate::judgement::{
    Comparisons, Contrast, FINDINGS_SCHEMA_VERSION, Finding, Findings, NotJudged, WhyNotJudged,
};
use answer::answer;
use row::Rows;
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
pub fn findings<'judged>(questions: impl IntoIterator<Item = &'judged Judged>) -> Findings {
    let mut rows = Rows::default();
    let mut comparisons = Comparisons::default();
    for judged in questions {
        judged.rows.iter().for_each(|row| _ = rows.add(row.clone()));
        comparisons.trends.extend_from_slice(&judged.comparisons.trends);
        comparisons.crossings.extend_from_slice(&judged.comparisons.crossings);
        comparisons.sets.extend_from_slice(&judged.comparisons.sets);
    }
    let mut findings = Findings {
        schema_version: FINDINGS_SCHEMA_VERSION,
        rows: Vec::new(),
        not_judged: Vec::new(),
        comparisons,
        power_cuts: Vec::new(),
    };
    for row in rows.rows {
        match row.judged {
            Ok(finding) => findings.rows.push(finding),
            Err(WhyNotJudged(reason)) => {
                findings.not_judged.push(NotJudged { contrast: row.contrast, reason });
            }
        }
    }
    findings
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
    for contrast in contrasts.iter().cloned() {
        let judged = finding(times, &contrast, &variances);
        rows.add(JudgedRow { contrast, judged });
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
            let contrast = ContrastRecord { key: finding.key.clone(), class: finding.class };
            rows.add(JudgedRow { contrast, judged: Ok(finding) });
        }
        comparisons.sets.push(shown);
    }
    let (names, asked) = (Names::of(&declared.names), declared.asked.clone());
    let mut judged = Judged { rows: rows.rows, comparisons, names, asked, ..Judged::default() };
    (judged.sentences, judged.cited) = answer(&judged, &declared.headlines);
    judged
}

fn finding(
    times: Times<'_>,
    declared: &ContrastRecord,
    variances: &Variances,
) -> Result<Finding, WhyNotJudged> {
    let variance = variances.of(declared.class, declared.key.metric);
    let finding = variance.judge(&times.contrast(declared)?)?;
    Ok(instructions::confirmed(times.evidence, finding))
}
