//! The tables of a run: its cases, contrasts, builds, floors, load curves and claims.

mod builds;
mod cases;
mod claims;
mod columns;
mod comparisons;
mod contrasts;
mod curves;
mod floors;
mod growth;
mod half_widths;
mod highest_rates;
mod left_out;
mod of_finding;
mod power_cuts;
mod results;
mod seconds;
mod telling;

use crate::model::QuestionModel;
use crate::table::Table;

pub use builds::builds;
pub use cases::cases;
pub use claims::claims;
pub use columns::cell;
pub use comparisons::comparisons;
pub use contrasts::{LEGEND as CONTRASTS_LEGEND, contrasts, differing, not_judged};
pub use curves::curves;
pub use floors::floors;
pub use growth::growth;
pub use half_widths::half_widths;
pub use highest_rates::highest_rates;
pub use left_out::{left_out, notes};
pub use power_cuts::power_cuts;
pub use results::results;
pub use seconds::seconds;

/// What a question's cases show: the points of its load curves, or its cases; of more than `rows_max` the most telling.
pub(crate) fn shown(model: &QuestionModel, rows_max: usize) -> Table {
    match model.curves.as_slice() {
        [] => cases(model, rows_max),
        all => curves(all, rows_max),
    }
}
