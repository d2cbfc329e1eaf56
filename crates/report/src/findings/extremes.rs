//! The best and the worst of several cases, against the base among them.

use measure::record::RunRecord;

use super::choice::Choice;
use super::inquiry::{Inquiry, is_same};
use super::sentence::{Names, difference};
use crate::compare::{Compared, Outcome};
use crate::quantity;

/// What the best and the worst of several cases are.
pub(super) struct Extremes<'evidence> {
    /// In words, without a heading.
    pub(super) text: String,
    /// The best, the worst, and the base where it is neither.
    pub(super) cases: Vec<&'evidence RunRecord>,
}

impl<'evidence> Extremes<'evidence> {
    /// What the best and the worst of `cases` are against `base`, or against each other where the base is one of
    /// them or was not measured. Only cases of the base's regime are held against it. `called` says how a sentence
    /// calls a case. `None` with fewer than two cases.
    pub(super) fn of(
        inquiry: &Inquiry<'evidence>,
        cases: &[&'evidence RunRecord],
        base: Option<&'evidence RunRecord>,
        called: impl Fn(&RunRecord) -> String,
    ) -> Option<Self> {
        let cases = || cases.iter().copied();
        let choice =
            base.map_or_else(|| Choice::most(cases()), |base| Choice::beside(base, cases()));
        let (best, worst) = choice.extremes()?;
        let clause = |case: &'evidence RunRecord, other: &'evidence RunRecord| {
            let names = Names { case: &called(case), other: &called(other) };
            difference(&inquiry.judge(case, other), &names)
        };
        let (clauses, cases) = match base {
            Some(base) if !is_same(base, best) && !is_same(base, worst) => {
                let against_base = [best, worst].map(|case| inquiry.judge(case, base));
                let clauses = idle(&against_base, &called).unwrap_or_else(|| {
                    format!("best: {}; worst: {}", clause(best, base), clause(worst, base))
                });
                (clauses, vec![best, worst, base])
            }
            _ => (format!("best against worst: {}", clause(best, worst)), vec![best, worst]),
        };
        Some(Self { text: clauses + &choice.left_out(), cases })
    }
}

/// That neither the best nor the worst differs from the base; `None` where one does, or may.
fn idle(against_base: &[Compared<'_>; 2], called: impl Fn(&RunRecord) -> String) -> Option<String> {
    let [Ok(best), Ok(worst)] = against_base else { return None };
    let (Outcome::NotResolved(resolution), Outcome::NotResolved(_)) = (best.outcome, worst.outcome)
    else {
        return None;
    };
    Some(format!(
        "none differs from {} by more than this run can resolve ({}): {} at worst ({}), {} at best ({})",
        called(best.other),
        quantity::percent(resolution.relative_difference_min),
        quantity::factor(worst.factor.ratio),
        called(worst.case),
        quantity::factor(best.factor.ratio),
        called(best.case)
    ))
}
