//! What findings must say, and what they must not.

use report::evidence::Evidence;
use report::findings::{Finding, findings};
use report::resolution::QuestionResolution;

use crate::made_up::Made;

pub(crate) fn found(evidence: &Evidence) -> Vec<Finding> {
    findings(evidence, &QuestionResolution::of(evidence))
}

pub(crate) fn sentences(evidence: &Evidence) -> String {
    found(evidence).iter().map(|finding| finding.sentence.clone() + "\n").collect()
}

pub(crate) fn assert_says(evidence: &Evidence, expected: &str) {
    let sentences = sentences(evidence);
    assert!(sentences.contains(expected), "expected: {expected}\nfound:\n{sentences}");
}

pub(crate) fn assert_silent(evidence: &Evidence, unexpected: &str) {
    let sentences = sentences(evidence);
    assert!(!sentences.contains(unexpected), "unexpected: {unexpected}\nfound:\n{sentences}");
}

/// The cases with an A/A pair of the first one, whose halves differ by so much.
pub(crate) fn resolving(mut cases: Vec<Made>, slower: f64) -> Vec<Made> {
    let twin = cases[0].again(slower);
    cases.push(twin);
    cases
}
