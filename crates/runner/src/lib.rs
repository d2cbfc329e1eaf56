//! The one loop that measures: open, fill, drive, drain, verify, record.
//!
//! A [`case::Case`] is one write path under one load. The runner makes its packets, brings its store
//! to the state in which timing starts, hands the packets in, and checks that everything acked is
//! found after reopening. It knows neither Criterion nor the form of a report.

pub mod audit;
pub mod blocks;
pub mod case;
pub mod checkpointing;
pub mod commit;
pub mod concurrent_reader;
pub mod conditions;
pub mod contents;
mod done;
pub mod driver;
pub mod error;
pub mod files;
pub mod floor_path;
pub mod floors;
pub mod initial_state;
pub mod interrupt;
pub mod prefill;
pub mod prefills;
pub mod progress;
pub mod reading;
pub mod record;
pub mod saturation;
pub mod scratch;
pub mod session;
pub mod sleep;
pub mod store;
pub mod threads;
pub mod verify;
pub mod volumes;
pub mod wal_length;
pub mod workload;
pub mod yardstick;

pub use error::RunnerError;
pub use write_path::{commit_queue, locks};
