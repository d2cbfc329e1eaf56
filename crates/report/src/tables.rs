//! The tables of a run: its cases, contrasts, builds, floors, load curves and claims.

mod cases;
mod columns;
mod contrasts;
mod loads;
mod of_run;
mod results;
mod telling;

use crate::model::QuestionModel;
use crate::table::Table;

pub use cases::cases;
pub use columns::cell;
pub use contrasts::{
    LEGEND as CONTRASTS_LEGEND, builds, comparisons, contrasts, differing, half_widths, not_judged,
};
pub use loads::{curves, growth, highest_rates};
pub use of_run::{claims, floors, left_out, notes, power_cuts, seconds};
pub use results::results;

/// What a question's cases show: the points of its load curves, or its cases; of more than `rows_max` the most telling.
pub(crate) fn shown(model: &QuestionModel<'_>, rows_max: usize) -> Table {
    match model.curves.as_slice() {
        [] => cases(model, rows_max),
        all => curves(all, rows_max),
    }
}
