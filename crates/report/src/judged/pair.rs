//! Two cases that a claim sets side by side, whether the question compares them or not.

use measure::record::{CaseId, Class, ContrastKey, ContrastKind, ContrastRecord, Metric};

use super::times::Times;
use super::variances::Variances;
use crate::evidence::Evidence;
use crate::judgement::{ClassVariance, Contrast, Finding, WhyNotJudged};

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
    let times = Times { evidence, at: None };
    let declared = evidence.question.as_ref().map_or(&[][..], |question| &question.contrasts);
    let (case, baseline) = (CaseId::from(case), CaseId::from(baseline));
    let involves = |contrast: &&ContrastRecord| {
        let ends = [&contrast.key.case, &contrast.key.baseline];
        ends.into_iter().any(|id| [&case, &baseline].contains(&id))
    };
    let known = declared.iter().find(involves).map(|known| known.class);
    let class = known.unwrap_or(Class::Disk);
    let question = evidence.name.clone();
    let kind = ContrastKind::AgainstBase;
    let key = ContrastKey { question, kind, case, baseline, metric };
    let contrast = times.contrast(&ContrastRecord { key, class })?;
    if known.is_none() {
        // Of what kind it is, nobody says: its own blocks alone judge it.
        return ClassVariance::unknown(class).judge(&contrast);
    }
    let measured: Vec<Contrast> = declared
        .iter()
        .filter(|other| other.class == class)
        .filter_map(|other| times.contrast(other).ok())
        .collect();
    // The pair itself first: a declared contrast of the same two is the same evidence.
    let variances = Variances::learn(std::iter::once(&contrast).chain(&measured));
    variances.of(class, metric).judge(&contrast)
}
