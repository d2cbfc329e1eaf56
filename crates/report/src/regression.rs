//! Two sides of at least three runs each, compared: has anything become slower?
//!
//! The unit of evidence is the run. A case's time in each run, told at yardsticks that all runs share, is its geometric
//! mean over blocks; the difference of the two sides' means has the variance from run to run, shrunk
//! towards what all cases show. The fault of calling an unchanged side slower is shared by all times that are compared.

mod case_runs;
mod difference;
mod row;
mod text;
mod two_sides;

pub use crate::evidence::Unlike;
pub use case_runs::LeftOut;
pub use difference::RUNS_MIN;
pub use row::{Cause, Change, Figures, Row, Time};
pub use text::{table, text};
pub use two_sides::{Outcome, RegressionError, TwoSides, UnlikeSides, WhyNotChecked};
