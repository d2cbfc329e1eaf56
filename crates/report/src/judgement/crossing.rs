//! Where along a swept axis the better of two cases changes.

use super::comparison::{Crossing, SignChange};
use super::verdict::Verdict;

/// Looks for changes of sign among the verdicts at values of an axis. Only values at which the two differ have a sign; those
/// that are equal or undecided lie inside a change, and widen it.
#[must_use]
pub fn crossing(points: &[(f64, Verdict)]) -> Crossing {
    let sign = |(value, verdict): &(f64, Verdict)| match verdict {
        Verdict::Differs { direction } => Some((*value, *direction)),
        Verdict::EqualWithin { .. } | Verdict::Undecided => None,
    };
    let mut signs: Vec<_> = points.iter().filter_map(sign).collect();
    signs.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let change = |pair: &[_]| {
        let [(after, direction), (before, then)] = *pair else { return None };
        (direction != then).then_some(SignChange { after, before, then })
    };
    let changes: Vec<SignChange> = signs.windows(2).filter_map(change).collect();
    match changes.as_slice() {
        [] => Crossing::None,
        [change] => Crossing::Once(*change),
        [_, _, ..] => Crossing::Several(changes),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::judgement::Direction;
    use crate::judgement::made_up_tests::finding;

    fn points(factors: &[f64]) -> Vec<(f64, Verdict)> {
        let point = |(index, &factor): (usize, &f64)| {
            (f64::from(1_u32 << index), finding("case", factor, 0.01).verdict)
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
        assert_eq!(points[1].1, Verdict::EqualWithin { factor: 1.05 });
        assert_eq!(points[2].1, Verdict::Undecided);
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
