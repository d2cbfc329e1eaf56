//! `wal_read_cost`: how many times as long a row takes with the longest WAL as with the shortest.

use measure::record::RunRecord;

use super::Finding;
use super::choice::Choice;
use super::inquiry::Inquiry;
use super::sentence::{Names, difference_of, finding};
use super::sweep::{Sweep, parameter, value};
use crate::compare::Outcome;
use crate::extra::{READ_NS_PER_ROW, figure};
use crate::quantity;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    Sweep::all(inquiry).iter().filter_map(|sweep| of_label(inquiry, sweep)).collect()
}

/// The slowest against the shortest WAL, and what a row takes at each length.
fn of_label(inquiry: &Inquiry<'_>, sweep: &Sweep<'_>) -> Option<Finding> {
    let shortest = *sweep.cases.first()?;
    let longer =
        sweep.cases.iter().copied().filter(|record| parameter(record) > parameter(shortest));
    let choice = Choice::beside(shortest, longer);
    let slowest = choice.slowest()?;
    let compared = inquiry.judge(shortest, slowest);
    let frames = |record: &RunRecord| format!("{} frames in the WAL", value(record));
    let says = match &compared {
        Ok(comparison) if comparison.outcome == Outcome::More => format!(
            "slowest with {}, where a row takes {} times ({} to {}) as long as with {}",
            frames(slowest),
            quantity::factor(comparison.factor.ratio),
            quantity::factor(comparison.factor.low),
            quantity::factor(comparison.factor.high),
            value(shortest)
        ),
        compared => {
            let names = Names { case: &shortest.case.id, other: &slowest.case.id };
            difference_of("handles", compared, &names)
        }
    };
    let times = sweep.series(|record| figure(record, READ_NS_PER_ROW).map(quantity::duration_ns));
    let times = if times.is_empty() { times } else { format!("; a row takes {times}") };
    let sentence = format!("{}: {says}{times}{}", sweep.label, choice.left_out());
    Some(finding(&sentence, sweep.cases.iter().copied()))
}
