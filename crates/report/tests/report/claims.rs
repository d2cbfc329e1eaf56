//! Claims: a verdict follows from the figures and their intervals, whatever they are.

mod checkpoints;
mod growth;
mod list;
mod native_log;
mod planted;
mod reference_run;
mod unreadable;
mod vote;
mod vote_load;

use measure::record::RunRecord;
use report::claims::{Claim, Verdict, claims};
use report::evidence::Evidence;

use crate::made_up::{Made, question};

/// A case, and how its record is changed.
type Changed<'test> = (Made, &'test dyn Fn(&mut RunRecord));

fn unchanged(_record: &mut RunRecord) {}

/// The evidence of these cases, each changed as its test needs it.
fn evidence(cases: &[Changed<'_>]) -> Evidence {
    let made: Vec<Made> = cases.iter().map(|(made, _)| made.clone()).collect();
    let records = cases.iter().map(|(made, change)| {
        let mut record = made.record();
        change(&mut record);
        record
    });
    let question = question(&made, "records_per_packet", &[]);
    Evidence::gather(vec![question], records.collect()).remove(0)
}

fn claim(evidence: &Evidence, key: &str) -> Claim {
    claims(evidence)
        .into_iter()
        .find(|claim| claim.spec.key == key)
        .expect("a claim of the question")
}

#[track_caller]
fn assert_verdict(evidence: &Evidence, key: &str, verdict: Verdict) {
    let claim = claim(evidence, key);
    assert_eq!(claim.verdict, verdict, "{key}: {}", claim.shown);
}
