//! Trends, crossings and sets, a line each below the contrasts.

use crate::judged::{Judged, cells};
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

/// `trend: WAL with FULL, 1 record per packet to 4096 records per packet: 1.280 per doubling (1.250 to 1.310)`.
fn trend(judged: &Judged, trend: &TrendFinding) -> String {
    let names = &judged.names;
    let (least, largest) = (names.in_full(&trend.key.baseline), names.in_full(&trend.key.case));
    let (per_doubling, interval) =
        (cells::per_doubling(trend), cells::per_doubling_interval(trend));
    format!("trend from {least} to {largest}: {per_doubling} per doubling ({interval})")
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
    let outcome = match &set.outcome {
        Outcome::Judged(chosen) => {
            let others = chosen.candidates.iter().filter(|case| **case != chosen.case);
            let others: Vec<String> = others.map(|case| judged.names.in_full(case)).collect();
            let case = judged.names.in_full(&chosen.case);
            if others.is_empty() {
                case
            } else {
                format!("{case}; in truth perhaps {}", others.join("; "))
            }
        }
        Outcome::NotJudged { reason } => format!("not judged: {reason}"),
    };
    format!("{extreme} of {} of {all} {}: {outcome}", set.compared, set.in_words())
}
