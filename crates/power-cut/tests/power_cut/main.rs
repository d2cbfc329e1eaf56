//! The crash model on SQLite, on the native log, and on controls that must be caught.

#![expect(clippy::unwrap_used, reason = "what fails in a helper fails its test")]

mod common;
mod controls;
mod deferred;
mod faults;
mod log;
mod matrix;
mod recorder;
mod sectors;
mod strategies;
mod sync_order;
mod toy_log;
mod verdicts;
