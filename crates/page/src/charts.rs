//! Which charts a question has: decided by what its records hold, so that a new question has them too.

mod builds;
mod frontier;
mod growth;
mod ladder;
mod load;
mod percentiles;
mod price;
mod queue;
mod rate;
mod stacked;
mod swept;

use measure::record::Column;

pub(crate) use rate::KNEE_FLOORS;

use crate::chart::Figure;
use crate::subject::Subject;

/// From so many values on, the swept axis is an axis of the chart.
const SWEPT_MIN: usize = 3;

/// The axis whose values are sizes of commits.
pub(crate) const RECORDS_PER_PACKET: &str = "records_per_packet";

/// The charts of a question, the one that answers it first.
pub(crate) fn of(subject: Subject<'_>) -> Vec<Figure> {
    let mut figures = Vec::new();
    figures.extend(first(subject));
    if !subject.model.curves.is_empty() {
        return figures;
    }
    figures.extend(growth::figure(subject));
    if is_by_packets(subject) || subject.model.own_columns.contains(&Column::CheckpointLongest) {
        figures.extend(percentiles::figure(subject));
    }
    figures.extend(stacked::figure(subject));
    figures
}

/// The chart that answers the question; `None` where nothing was measured.
pub(crate) fn first(subject: Subject<'_>) -> Option<Figure> {
    let model = subject.model;
    if let Some(figure) = queue::figure(subject) {
        return Some(figure);
    }
    if !model.curves.is_empty() {
        return load::figure(subject);
    }
    if !model.builds.is_empty() {
        return builds::figure(subject);
    }
    if model.own_columns.contains(&Column::CheckpointLongest) {
        return frontier::figure(subject);
    }
    if subject.parameters() >= SWEPT_MIN {
        return if is_by_packets(subject) { rate::figure(subject) } else { swept::figure(subject) };
    }
    if model.own_columns.contains(&Column::FloorsPerAck) {
        return ladder::figure(subject);
    }
    price::figure(subject)
}

/// Whether packets of several sizes are compared.
fn is_by_packets(subject: Subject<'_>) -> bool {
    let by_packets =
        matches!(subject.evidence.swept_axis(), Some("records per packet" | RECORDS_PER_PACKET));
    by_packets && subject.parameters() >= SWEPT_MIN
}
