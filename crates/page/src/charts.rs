//! Which charts a question has: decided by what its records hold, so that a new question has them too.

mod builds;
mod frontier;
mod growth;
mod ladders;
mod load;
mod queue;
mod rate;
mod shared;
mod stacked;
mod swept;

use measure::record::Column;

pub(crate) use rate::KNEE_FLOORS;
pub(crate) use shared::table_id;

use crate::chart::Figure;
use crate::subject::Subject;

/// From so many values on, the swept axis is an axis of the chart.
const SWEPT_MIN: usize = 3;

/// The charts of a question, the one that answers it first.
pub(crate) fn of(subject: Subject<'_>) -> Vec<Figure> {
    let has_curves = !subject.model.curves.is_empty();
    let behind =
        if has_curves { [None, None] } else { [growth::draw(subject), stacked::draw(subject)] };
    [first(subject)].into_iter().chain(behind).flatten().collect()
}

/// The chart that answers the question; `None` where nothing was measured.
pub(crate) fn first(subject: Subject<'_>) -> Option<Figure> {
    let model = subject.model;
    let has_column = |column| model.own_columns.contains(&column);
    if let Some(figure) = queue::draw(subject) {
        Some(figure)
    } else if !model.curves.is_empty() {
        load::draw(subject)
    } else if !model.builds.is_empty() {
        builds::draw(subject)
    } else if has_column(Column::CheckpointLongest) {
        frontier::draw(subject)
    } else if subject.by_parameter().len() >= SWEPT_MIN {
        match subject.evidence.swept_axis() {
            Some("records per packet" | "records_per_packet") => rate::draw(subject),
            _ => swept::draw(subject),
        }
    } else if has_column(Column::FloorsPerAck) {
        ladders::in_floors(subject)
    } else {
        ladders::in_time(subject)
    }
}
