//! Trends, crossings and sets, a line each below the contrasts.

use crate::judged::names::any_of;
use crate::judged::{Judged, Together, cells};
use crate::judgement::{
    Crossing, CrossingFinding, Direction, Extreme, Outcome, SetFinding, SignChange, TrendFinding,
};

/// A line for each, without a line feed.
pub(super) fn lines(judged: &Judged) -> Vec<String> {
    let comparisons = &judged.comparisons;
    let trends = comparisons.trends.iter().map(|trend| self::trend(judged, trend));
    let crossings = comparisons.crossings.iter().map(|crossing| self::crossing(judged, crossing));
    let sets = comparisons.sets.iter().map(|set| self::set(judged, set));
    trends.chain(crossings).chain(sets).collect()
}

/// `trend of WAL with FULL from 1 record per packet to 4096 records per packet: 1.280 per doubling (1.250 to 1.310)`.
fn trend(judged: &Judged, trend: &TrendFinding) -> String {
    let (names, key) = (&judged.names, &trend.key);
    let Together { names: ends, common } = names.together(&[&key.baseline, &key.case]);
    let along = match (names.at(&key.baseline), names.at(&key.case)) {
        (Some(least), Some(largest)) if names.name(&key.baseline) == names.name(&key.case) => {
            format!("of {} from {least} to {largest}", names.name(&key.case))
        }
        _ => format!("from {}{common}", ends.join(" to ")),
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
    let all = set.compared + set.left_out.len();
    let (common, outcome) = match &set.outcome {
        Outcome::Judged(chosen) => {
            let mut cases = vec![&chosen.case];
            cases.extend(chosen.candidates.iter().filter(|case| **case != chosen.case));
            let Together { names, common } = judged.names.together(&cases);
            let outcome = match names.split_first() {
                Some((case, [])) => case.clone(),
                Some((case, others)) => format!("{case}; in truth perhaps {}", any_of(others)),
                None => String::new(),
            };
            (common, outcome)
        }
        Outcome::NotJudged { reason } => (String::new(), format!("not judged: {reason}")),
    };
    format!("{extreme} of {} of {all} {}{common}: {outcome}", set.compared, set.in_words())
}
