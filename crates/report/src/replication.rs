//! Two runs of one thing, compared: does the second say what the first did?

mod matched;
mod text;
mod two_runs;

pub use matched::{Replicated, Replicates, Replication};
pub use text::text;
pub(crate) use two_runs::is_same_measurement;
pub use two_runs::{HalfWidths, TwoRuns};
