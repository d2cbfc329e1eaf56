//! A slice of a run's time series, as records hold it.

pub use measure::record::{QueueCounts as Counts, QueueDepths as Depths, QueueSlice as Slice};
