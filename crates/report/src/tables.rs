//! The tables of a run: its cases, contrasts, builds, floors, load curves and claims.

mod builds;
mod cases;
mod claims;
mod comparisons;
mod contrasts;
mod curves;
mod floors;
mod growth;
mod half_widths;
mod highest_rates;
mod left_out;
mod power_cuts;
mod results;
mod seconds;
mod telling;

pub use builds::builds;
pub use cases::cases;
pub use claims::claims;
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
