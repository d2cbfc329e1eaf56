//! Marks behind the ids of rows, and what they mean.

use crate::model::{QuestionModel, Row};
use crate::quantity;

/// Stands behind the id of an A/A pair's second half.
pub(super) const TWIN: &str = "=";

/// Stands behind the id of a row that was measured in another mood than the session began in.
pub(super) const OTHER_MOOD: &str = "*";

/// What [`OTHER_MOOD`] means in this table; `None` where no row has it.
pub(super) fn other_mood_legend(model: &QuestionModel) -> Option<String> {
    let floors = || model.rows().filter_map(|row: &Row| row.other_mood_floor_ns);
    let (least, largest) = (floors().min_by(f64::total_cmp)?, floors().max_by(f64::total_cmp)?);
    let (least, largest) = (quantity::duration_ns(least), quantity::duration_ns(largest));
    let floors = if least == largest { least } else { format!("{least} to {largest}") };
    let first_look = model.statement.as_ref().map_or(String::new(), |statement| {
        let quiet = quantity::duration_ns(statement.quiet_floor_ns as f64);
        format!(" (first look: 4 KiB in {quiet})")
    });
    Some(format!(
        "{OTHER_MOOD} = another mood of the disk than when the session began{first_look}: the floor was {floors}"
    ))
}
