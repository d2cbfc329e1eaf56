//! What was asked, trends, crossings and sets, in words: what each says is no figure alone.

use crate::judged::names::any_of;
use crate::judged::{Judged, asked, cells};
use crate::judgement::{
    CaseId, Crossing, CrossingFinding, Direction, Extreme, Outcome, SetFinding, SignChange,
    TrendFinding,
};

/// A line for each, without a line feed; those first that answer what was asked.
#[must_use]
pub fn comparisons(judged: &Judged) -> Vec<String> {
    let comparisons = &judged.comparisons;
    let trends = comparisons.trends.iter().map(|it| trend(judged, it));
    let crossings = comparisons.crossings.iter().map(|it| crossing(judged, it));
    let sets = comparisons.sets.iter().map(|it| set(judged, it));
    asked(judged).chain(trends).chain(crossings).chain(sets).collect()
}

/// `trend of WAL with FULL from 1 record per packet to 4096 records per packet: 1.280 per doubling (1.250 to 1.310)`.
fn trend(judged: &Judged, trend: &TrendFinding) -> String {
    let (names, key) = (&judged.names, &trend.key);
    let ends = names.together(&[&key.baseline, &key.case]);
    let along = match (names.at(&key.baseline), names.at(&key.case)) {
        (Some(least), Some(largest)) if names.name(&key.baseline) == names.name(&key.case) => {
            format!("of {} from {least} to {largest}", names.name(&key.case))
        }
        _ => {
            let (least, largest) = (ends.name(&key.baseline), ends.name(&key.case));
            format!("from {least} to {largest}{}", ends.common)
        }
    };
    let (per_doubling, interval) =
        (cells::per_doubling(trend), cells::per_doubling_interval(trend));
    format!("trend {along}: {per_doubling} per doubling ({interval})")
}

fn crossing(judged: &Judged, crossing: &CrossingFinding) -> String {
    let axis = crossing.axis.replace('_', " ");
    let changes = |changes: &[SignChange]| -> Vec<String> {
        let change = |change: &SignChange| {
            let then = match change.then {
                Direction::Longer => "longer",
                Direction::Shorter => "shorter",
            };
            format!("between {} and {}, then {then}", change.after, change.before)
        };
        changes.iter().map(change).collect()
    };
    let outcome = match &crossing.outcome {
        Outcome::Judged(Crossing::None) => "none seen".to_owned(),
        Outcome::Judged(Crossing::Once(change)) => changes(&[*change]).join(""),
        Outcome::Judged(Crossing::Several(several)) => changes(several).join("; "),
        Outcome::NotJudged { reason } => format!("not judged: {reason}"),
    };
    let Some(pair) = crossing.pairs.first() else { return outcome };
    let (case, baseline) =
        (judged.names.name(&pair.row.case), judged.names.name(&pair.row.baseline));
    format!("crossing of {case} over {baseline} along {axis}: {outcome}")
}

fn set(judged: &Judged, set: &SetFinding) -> String {
    let extreme = match set.extreme {
        Extreme::Best => "best",
        Extreme::Worst => "worst",
    };
    let (compared, all) = (set.compared.len(), set.compared.len() + set.left_out.len());
    let together = judged.names.together(&set.compared.iter().collect::<Vec<&CaseId>>());
    let outcome = match &set.outcome {
        Outcome::Judged(chosen) => {
            let others = chosen.candidates.iter().filter(|case| **case != chosen.case);
            let others: Vec<&str> = others.map(|case| together.name(case)).collect();
            match (together.name(&chosen.case), others.as_slice()) {
                (case, []) => case.to_owned(),
                (case, others) => format!("{case}; in truth perhaps {}", any_of(others)),
            }
        }
        Outcome::NotJudged { reason } => format!("not judged: {reason}"),
    };
    format!("{extreme} of {compared} of {all} {}{}: {outcome}", set.in_words(), together.common)
}
