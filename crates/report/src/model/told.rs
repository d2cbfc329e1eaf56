//! The answer of a question that declares no contrasts: what its load curves and its growing stores say.

use crate::grown::Grown;
use crate::load_curve::{Knee, LoadCurve, target};
use crate::quantity;

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

pub(super) fn sentences(curves: &[LoadCurve<'_>], grown: &[Grown<'_>]) -> Vec<String> {
    let highest_rates = curves.iter().filter_map(highest_rate);
    highest_rates.chain(grown.iter().map(growth)).take(SENTENCES_MAX).collect()
}

/// Up to which rate the limit is kept; `None` where no rate was tried.
fn highest_rate(curve: &LoadCurve<'_>) -> Option<String> {
    let Knee { p99_max_ns, kept, missed } = curve.knee?;
    let keeps = format!(
        "{} keeps its p99 within {}",
        curve.label,
        quantity::duration_ns(p99_max_ns as f64)
    );
    let [kept, missed] = [kept, missed].map(|point| point.and_then(target).map(quantity::rate));
    Some(match (kept, missed) {
        (Some(rate), Some(above)) => {
            format!("{keeps} up to {rate} in every moment, and at {above} in none.")
        }
        (Some(rate), None) => {
            format!("{keeps} at {rate} in every moment; where it ends was not reached.")
        }
        (None, Some(above)) => {
            format!("{keeps} in every moment at no rate that was tried, and at {above} in none.")
        }
        (None, None) => return None,
    })
}

fn growth(grown: &Grown<'_>) -> String {
    let both = |ends: [String; 2]| ends.join(" to ");
    let checkpoints = grown.medians_ns(|step| step.checkpoint_ns_p50).map_or(String::new(), |ns| {
        let ends = ns.map(|ns| quantity::duration_ns(ns as f64));
        format!(", and a checkpoint from {}", both(ends))
    });
    format!(
        "While the database of {} grew from {}, the rate went from {}{checkpoints}.",
        grown.record.case.id,
        both(grown.database_bytes().map(quantity::bytes)),
        both(grown.per_second().map(quantity::rate))
    )
}
