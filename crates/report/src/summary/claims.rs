//! The claims of both documents as a table of the whole run.

use std::collections::BTreeSet;

use crate::claims::{self, Claim, Verdict};
use crate::evidence::Evidence;

/// The columns, one row for each claim whose question the run has.
const HEADINGS: &str =
    "| claim | by | claimed | this run shows | accepted | verdict |\n|---|---|---|---|---|---|\n";

const LEGEND: &str = "Each figure has its interval at 99 %; a verdict needs all of it on one side of what is accepted, which is \
    the claimed figure with its tolerance. \"Not at this scale\": it shows, but less than claimed, or another machine's or a larger \
    store's figure was claimed. \"Undecided\": the interval lies on both sides.";

/// The claims, empty where the run has none of their questions.
pub(super) fn claims(run: &[Evidence]) -> String {
    let has =
        |claim: &Claim| run.iter().any(|it| it.name == claim.question && !it.records.is_empty());
    let (judged, others): (Vec<Claim>, Vec<Claim>) = claims::of_run(run).into_iter().partition(has);
    if judged.is_empty() {
        return String::new();
    }
    let lines: String = judged.iter().map(row).collect();
    let left_out: BTreeSet<&str> = others.iter().map(|claim| claim.question).collect();
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
    format!("## Claims\n\n{LEGEND}\n\n{HEADINGS}{lines}{further}")
}

fn row(claim: &Claim) -> String {
    let Claim { claim: words, source, claimed, shown, tolerance, verdict, question, .. } = claim;
    let shown = match verdict {
        Verdict::NotMeasured => shown.clone(),
        _ => format!("{shown}, `{question}`"),
    };
    let verdict = verdict.in_words();
    format!("| {words} | {source} | {claimed} | {shown} | {tolerance} | {verdict} |\n")
}
