//! Curves that are measured in turns, with a line for each point.

use std::io::Write;

use report::table::Lines;
use runner::session::Session;
use vote_load::{CurvePlan, RateBracket, measure_curves};

use super::point_table::FIELDS;
use crate::session::unless_interrupted;

/// Measures curves and shows each point below the headings. Returns what each curve's search found; `None` after Ctrl-C,
/// which is told.
pub(super) fn measure(
    session: &mut Session,
    plans: &[CurvePlan],
    out: &mut dyn Write,
) -> anyhow::Result<Option<Vec<RateBracket>>> {
    let lines = Lines::of(&FIELDS);
    let mut shown = Ok(());
    let found = measure_curves(session, plans, &mut |measured| {
        if shown.is_ok() {
            shown = writeln!(out, "{}", lines.line(measured));
        }
    });
    shown?;
    let labels: Vec<String> = plans.iter().map(|plan| plan.subject.label()).collect();
    unless_interrupted(found, at(&labels.join(", ")))
}

/// What Ctrl-C leaves of a measurement of several points.
pub(super) fn at(what: &str) -> String {
    format!(" at {what}: the points that are shown are kept, and scratch is removed")
}
