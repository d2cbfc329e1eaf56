//! The best and the worst of several cases, against the base among them.

use measure::record::RunRecord;

use super::Finding;
use super::inquiry::{Inquiry, fastest, is_same, slowest};
use super::sentence::{Names, difference, finding};

/// What the best and the worst of `cases` are against `base`, or against each other where the base is one
/// of them or was not measured. `called` says how a sentence calls a case. `None` with fewer than two cases.
pub(super) fn extremes<'evidence>(
    inquiry: &Inquiry<'evidence>,
    heading: &str,
    cases: &[&'evidence RunRecord],
    base: Option<&'evidence RunRecord>,
    called: impl Fn(&RunRecord) -> String,
) -> Option<Finding> {
    let best = fastest(cases.iter().copied())?;
    let worst = slowest(cases.iter().copied())?;
    if is_same(best, worst) {
        return None;
    }
    let clause = |case: &'evidence RunRecord, other: &'evidence RunRecord| {
        let names = Names { case: &called(case), other: &called(other) };
        difference(inquiry.judge(case, other).as_ref(), &names)
    };
    let (clauses, behind) = match base {
        Some(base) if !is_same(base, best) && !is_same(base, worst) => (
            format!("best: {}; worst: {}", clause(best, base), clause(worst, base)),
            vec![best, worst, base],
        ),
        _ => (format!("best against worst: {}", clause(best, worst)), vec![best, worst]),
    };
    Some(finding(&format!("{heading}, {clauses}"), behind))
}
