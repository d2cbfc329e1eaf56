//! The answer of a judged question: at most three sentences, whose figures are cells of its contrasts or stand in
//! `findings.json`.

use measure::record::{ComparisonKey, ContrastKey};

use super::headline;
use super::row::Judged;
use crate::judgement::Verdict;

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

/// The answer that these comparisons give: a sentence for each headline, or the counts of verdicts where the question names
/// none; and the contrasts whose figures stand in them.
pub(super) fn answer(
    judged: &Judged,
    headlines: &[ComparisonKey],
) -> (Vec<String>, Vec<ContrastKey>) {
    let headlines = headlines.iter().take(SENTENCES_MAX);
    let (mut sentences, cited): (Vec<String>, Vec<Vec<ContrastKey>>) =
        headlines.map(|key| headline::sentence(judged, key)).unzip();
    if sentences.is_empty() && !judged.rows.is_empty() {
        sentences.push(counts(judged));
    }
    (sentences, cited.concat())
}

/// How many contrasts differ, are equal, are undecided and were not judged.
fn counts(judged: &Judged) -> String {
    let of = |is: fn(Option<Verdict>) -> bool| {
        let verdicts = judged.rows.iter().map(|row| row.finding().map(|finding| finding.verdict));
        verdicts.filter(|verdict| is(*verdict)).count()
    };
    let others = [
        (of(|verdict| matches!(verdict, Some(Verdict::EqualWithin { .. }))), "equal"),
        (of(|verdict| verdict == Some(Verdict::Undecided)), "undecided"),
        (of(|verdict| verdict.is_none()), "not judged"),
    ];
    let others = others.iter().filter(|(number, _)| *number > 0);
    let others: String = others.map(|(number, what)| format!("; {number} {what}")).collect();
    let differ = of(|verdict| matches!(verdict, Some(Verdict::Differs { .. })));
    format!("{differ} of {} differ{others}.", judged.rows.len())
}
