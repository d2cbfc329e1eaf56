//! The words of a comparison.

use measure::pairs::{RatioEstimate, Resolution};
use measure::record::RunRecord;

use super::Finding;
use crate::compare::{Compared, Comparison, Outcome, inverse};
use crate::quantity;

/// How two cases are called in a sentence.
pub(super) struct Names<'names> {
    pub(super) case: &'names str,
    pub(super) other: &'names str,
}

/// Which acks more, how many times as many records per second (records/s), and whether the run can tell. The faster
/// one comes first.
pub(super) fn difference(compared: &Compared<'_>, names: &Names<'_>) -> String {
    let Names { case, other } = names;
    let comparison = match compared {
        Ok(comparison) => comparison,
        Err(why) => return format!("{case} and {other} are {why}"),
    };
    let factor = &comparison.factor;
    let sentence = match comparison.outcome {
        Outcome::More => format!("{case} acks {}", times_as(factor, other)),
        Outcome::Fewer => format!("{other} acks {}", times_as(&inverse(factor), case)),
        Outcome::NotResolved(resolution) => {
            format!("{} between {case} and {other}", unresolved(factor, resolution))
        }
        Outcome::NotJudged => format!("{case} acks {}; {NOT_JUDGED}", times_as(factor, other)),
    };
    sentence + &floors_apart(comparison)
}

/// A finding: the sentence with a capital and a full stop, and the cases without repetition.
pub(super) fn finding<'record>(
    sentence: &str,
    cases: impl IntoIterator<Item = &'record RunRecord>,
) -> Finding {
    let mut ids: Vec<String> = Vec::new();
    for record in cases {
        if !ids.contains(&record.case.id) {
            ids.push(record.case.id.clone());
        }
    }
    Finding { sentence: capitalised(sentence) + ".", cases: ids }
}

pub(super) const NOT_JUDGED: &str = "not judged, for lack of an A/A pair that can be compared";

fn times_as(factor: &RatioEstimate, other: &str) -> String {
    let (low, high) = (quantity::factor(factor.low), quantity::factor(factor.high));
    let ratio = quantity::factor(factor.ratio);
    format!("{ratio} times ({low} to {high}) as many records/s as {other}")
}

fn unresolved(factor: &RatioEstimate, resolution: Resolution) -> String {
    let (low, high) = (quantity::factor(factor.low), quantity::factor(factor.high));
    format!(
        "no difference that this run can resolve ({}; measured {}, {low} to {high})",
        quantity::percent(resolution.relative_difference_min),
        quantity::factor(factor.ratio)
    )
}

/// The regimes, where they were not one: they concern a case that does not sync less, but not by nothing.
fn floors_apart(comparison: &Comparison<'_>) -> String {
    comparison.floors_apart_ns.map_or(String::new(), |[case, other]| {
        format!(
            " (the floor was {} beside {} and {} beside {})",
            quantity::duration_ns(case),
            comparison.case.case.id,
            quantity::duration_ns(other),
            comparison.other.case.id
        )
    })
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    let first = letters.next().map(|letter| letter.to_ascii_uppercase());
    first.into_iter().chain(letters).collect()
}
