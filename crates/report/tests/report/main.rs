//! The report on made-up run records: what a reader sees must follow from the figures, whatever they are.

#![expect(clippy::unwrap_used, reason = "a test's helper that fails should stop the test")]

mod findings;
mod made_up;
mod moods;
mod native_log;
mod questions;
mod resolution;
mod run;
mod says;
mod table;
