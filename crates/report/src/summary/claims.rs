//! The claims of both documents as a table of the whole run.

use std::collections::BTreeSet;

use crate::claims::{self, Claim};
use crate::evidence::Evidence;
use crate::tables;

/// The claims, empty where the run has none of their questions.
pub(super) fn claims(run: &[Evidence]) -> String {
    let has = |claim: &Claim| {
        run.iter().any(|it| it.name == claim.spec.question && !it.records.is_empty())
    };
    let (judged, others): (Vec<Claim>, Vec<Claim>) = claims::of_run(run).into_iter().partition(has);
    if judged.is_empty() {
        return String::new();
    }
    let left_out: BTreeSet<&str> =
        others.iter().map(|claim| claim.spec.question.as_str()).collect();
    let names: Vec<String> = left_out.iter().map(|question| format!("`{question}`")).collect();
    let further = if names.is_empty() {
        String::new()
    } else {
        format!(
            "\n{} further claims are settled by what this run does not have: {}.\n",
            others.len(),
            names.join(", ")
        )
    };
    format!("## Claims\n\n{}{further}", tables::claims(&judged).markdown())
}
