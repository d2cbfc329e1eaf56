//! A point as a line of text.

use report::quantity;
use vote_load::MeasuredPoint;

/// The headings of [`point`].
pub(crate) const HEADINGS: &str = "       target        acked       p50       p95       p99     p99.9   longest  votes/commit    backlog/s    late p99";

/// A point's figures under [`HEADINGS`].
pub(crate) fn point(measured: &MeasuredPoint) -> String {
    let outcome = &measured.outcome;
    let sojourn = &outcome.writes.sojourn;
    let time =
        |ns: Option<u64>| ns.map_or_else(|| "-".to_string(), |ns| quantity::duration_ns(ns as f64));
    let votes =
        outcome.votes_per_commit().map_or_else(|| "-".to_string(), |votes| format!("{votes:.1}"));
    let growth = outcome
        .backlog
        .map_or_else(|| "-".to_string(), |trend| format!("{:.0}", trend.growth_per_second));
    let lateness = outcome.lateness.quantile(0.99).or(outcome.lateness.longest());
    let mut line = format!(
        "{:>13}{:>13}{:>10}{:>10}{:>10}{:>10}{:>10}{votes:>14}{growth:>13}{:>12}",
        quantity::rate(outcome.point.target.get().into()),
        quantity::rate(outcome.acked_per_second.median),
        time(sojourn.quantile(0.5)),
        time(sojourn.quantile(0.95)),
        time(sojourn.quantile(0.99)),
        time(sojourn.quantile(0.999)),
        time(sojourn.longest()),
        time(lateness),
    );
    for note in &measured.record.notes {
        line += "  ";
        line += note.split(':').next().unwrap_or(note);
    }
    line
}
