//! A run: everything that one `cargo bench` measured, in one directory.
//!
//! `cargo bench` starts one process for each bench file. They find each other by their common
//! parent, and each adds its records:
//!
//! ```text
//! target/durabench/latest -> runs/20261122T030405Z-795b2c7
//! target/durabench/runs/20261122T030405Z-795b2c7/run.json
//! target/durabench/runs/20261122T030405Z-795b2c7/instruction-counts.json
//! target/durabench/runs/20261122T030405Z-795b2c7/<question>/question.json
//! target/durabench/runs/20261122T030405Z-795b2c7/<question>/<case id, '/' as '.'>.json
//! ```

mod directory;
mod error;
mod exclusive_rename;
mod files;
mod identity;
mod latest;
mod names;

pub use directory::{RunDirectory, runs_directory};
pub use error::RunError;
pub use files::{INSTRUCTION_COUNTS_FILE, read_instruction_counts, read_questions, read_run};
pub use identity::{RunIdentity, RunKey, command_line};
pub use latest::latest_link;

#[cfg(test)]
mod tests;
