//! The tables of a run: its cases, contrasts, builds, floors, load curves and claims.

mod builds;
mod cases;
mod claims;
mod comparisons;
mod contrasts;
mod curves;
mod floors;
mod left_out;
mod results;
mod telling;

pub use builds::builds;
pub use cases::cases;
pub use claims::claims;
pub use comparisons::comparisons;
pub use contrasts::{LEGEND as CONTRASTS_LEGEND, contrasts, differing, not_judged};
pub use curves::curves;
pub use floors::floors;
pub use left_out::{left_out, notes};
pub use results::results;
