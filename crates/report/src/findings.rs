//! Findings: what a question's rows say, in sentences that are computed from them.
//!
//! A question has its own finder in the registry here, in a file of its own; one without gets the general
//! one. No finder sees the second half of an A/A pair, and a difference that the run cannot
//! resolve is called that.

mod causes;
mod choice;
mod extremes;
mod general;
mod growth;
mod inquiry;
mod sentence;
mod vote_load;

use crate::evidence::Evidence;
use crate::resolution::QuestionResolution;
pub(crate) use inquiry::Inquiry;

/// A sentence about a question, and the cases that it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The sentence.
    pub sentence: String,
    /// The ids of the cases behind it.
    pub cases: Vec<String>,
}

/// Finds what the rows of a question say.
type Finder = fn(&Inquiry<'_>) -> Vec<Finding>;

/// The questions that have a finder of their own.
const FINDERS: [(&str, Finder); 2] =
    [("growth", growth::findings), ("vote_load", vote_load::findings)];

/// What the rows of a question say; at least one sentence, if only that there is nothing to compare.
#[must_use]
pub fn findings(evidence: &Evidence, resolution: &QuestionResolution) -> Vec<Finding> {
    let inquiry = Inquiry::new(evidence, resolution);
    let finder = FINDERS.iter().find(|(name, _)| *name == evidence.name);
    let findings = finder.map_or(general::findings as Finder, |(_, finder)| *finder)(&inquiry);
    if findings.is_empty() { vec![nothing_to_compare(&inquiry)] } else { findings }
}

fn nothing_to_compare(inquiry: &Inquiry<'_>) -> Finding {
    let cases: Vec<String> = inquiry.cases().map(|record| record.case.id.clone()).collect();
    let sentence = match cases.as_slice() {
        [] => "No case of this question was measured.".into(),
        [only] => format!("Only {only} was measured: there is nothing to compare it with."),
        cases => format!(
            "The {} cases that were measured are not those that this question compares.",
            cases.len()
        ),
    };
    Finding { sentence, cases }
}
