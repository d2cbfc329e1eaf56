//! Where along a swept axis the better of two cases changes.

use serde::{Deserialize, Serialize};

use super::finding::Finding;
use super::verdict::{Direction, Verdict};

/// A contrast at one value of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct CrossingPoint {
    /// The value, in the axis's unit.
    pub value: f64,
    /// The two cases judged there.
    pub finding: Finding,
}

/// Two values between which the better case changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignChange {
    /// The last value at which one of them is shown to be better.
    pub after: f64,
    /// The first value above at which the other one is.
    pub before: f64,
    /// What the case is against its baseline from `before` on.
    pub then: Direction,
}

/// Where the better of two cases changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// Nowhere that this run can tell: no two values have differences of opposite sign.
    None,
    /// Once.
    Once(SignChange),
    /// More than once, by rising value.
    Several(Vec<SignChange>),
}

/// Looks for changes of sign. Only values at which the two differ have a sign; those that are equal or undecided
/// lie inside a change, and widen it.
#[must_use]
pub fn crossing(points: &[CrossingPoint]) -> Crossing {
    let mut signs: Vec<Sign> = points.iter().filter_map(Sign::of).collect();
    signs.sort_by(|a, b| a.value.total_cmp(&b.value));
    let changes: Vec<SignChange> = signs
        .windows(2)
        .filter(|pair| pair[0].direction != pair[1].direction)
        .map(|pair| SignChange {
            after: pair[0].value,
            before: pair[1].value,
            then: pair[1].direction,
        })
        .collect();
    match changes.as_slice() {
        [] => Crossing::None,
        [change] => Crossing::Once(*change),
        [_, _, ..] => Crossing::Several(changes),
    }
}

/// A value at which the two differ.
struct Sign {
    value: f64,
    direction: Direction,
}

impl Sign {
    fn of(point: &CrossingPoint) -> Option<Self> {
        match point.finding.verdict {
            Verdict::Differs { direction } => Some(Self { value: point.value, direction }),
            Verdict::EqualWithin { .. } | Verdict::Undecided => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::test_findings::finding;

    fn points(factors: &[f64]) -> Vec<CrossingPoint> {
        let point = |(index, &factor): (usize, &f64)| CrossingPoint {
            value: f64::from(1_u32 << index),
            finding: finding("case", factor, 0.01),
        };
        factors.iter().enumerate().map(point).collect()
    }

    #[test]
    fn it_lies_between_two_values_that_differ() {
        let change = SignChange { after: 2.0, before: 4.0, then: Direction::Longer };
        assert_eq!(crossing(&points(&[0.5, 0.7, 1.3, 2.0])), Crossing::Once(change));
    }

    #[test]
    fn values_that_show_nothing_widen_it() {
        let change = SignChange { after: 1.0, before: 8.0, then: Direction::Shorter };
        let mut points = points(&[1.5, 1.0, 1.06, 0.5]);
        assert_eq!(points[1].finding.verdict, Verdict::EqualWithin { factor: 1.05 });
        assert_eq!(points[2].finding.verdict, Verdict::Undecided);
        assert_eq!(crossing(&points), Crossing::Once(change));
        points.reverse();
        assert_eq!(crossing(&points), Crossing::Once(change), "in any order");
    }

    #[test]
    fn none_and_several_are_said() {
        assert_eq!(crossing(&points(&[1.5, 1.0, 1.6])), Crossing::None);
        assert_eq!(crossing(&[]), Crossing::None);
        let Crossing::Several(changes) = crossing(&points(&[1.5, 0.5, 1.5])) else {
            panic!("expected several changes");
        };
        assert_eq!(changes.len(), 2);
    }
}
