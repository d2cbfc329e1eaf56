//! The answer of a judged question: at most three sentences, whose figures are cells of its contrasts or stand in
//! `findings.json`.

use super::headline;
use super::row::Judged;
use crate::judgement::{ContrastKey, Verdict};

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

/// A question's answer.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Answer {
    /// The sentences: one for each headline, or the counts of verdicts where the question names none.
    pub sentences: Vec<String>,
    /// The contrasts whose figures stand in them.
    pub cited: Vec<ContrastKey>,
}

impl Answer {
    /// The answer that these comparisons give.
    #[must_use]
    pub fn of(judged: &Judged) -> Self {
        let mut answer = Self::default();
        for key in judged.headlines.iter().take(SENTENCES_MAX) {
            let (sentence, cited) = headline::sentence(judged, key);
            answer.sentences.push(sentence);
            answer.cited.extend(cited);
        }
        if answer.sentences.is_empty() && !judged.rows.is_empty() {
            answer.sentences.push(counts(judged));
        }
        answer
    }
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
