//! What survives a power cut, settled by evidence.
//!
//! A [`Subject`] lives once while a [`Recorder`](recording::Recorder) takes down every storage event and every ack in
//! one order. From any moment in between, the [model](disk_model) tells which states a power cut may leave. A
//! campaign ([`examine`]) makes many of them, opens each as an application does after a restart, and judges what is
//! found against what was acknowledged. The worst is minimised to a [`Witness`], from which it can be made again
//! ([`replay`]) and told in words ([`explained`]).

mod campaign;
mod cases;
mod choice;
mod deferred;
pub mod directory;
mod error;
mod expectation;
mod explain;
mod fault;
mod files;
mod key;
pub mod kill;
mod log;
mod matrix;
pub mod oracle;
mod packet;
mod path_case;
mod point;
pub mod recording;
pub mod settings;
mod soup_log;
mod sqlite;
mod storage;
mod strategy;
mod subject;
mod verdict;
pub mod vfs;
mod witness;

pub use campaign::{
    CutLife, FaultVerdict, Plan, Progress, Replay, examine, examine_faults, examine_recording,
    replay, replayed,
};
pub use cases::cases;
pub use choice::{Interrupted, Volatile};
pub use error::Error;
pub use expectation::{Expectation, expected, expected_of_fault};
pub use explain::explained;
pub use fault::{Fault, FaultKind};
pub use files::{RecordedBelow, recorded_below};
pub use key::Key;
pub use log::LogCase;
pub use matrix::matrix;
pub use path_case::PathCase;
pub use point::Point;
pub use sqlite::SqliteCell;
pub use storage::RecordedStorage;
pub use strategy::StrategyCase;
pub use subject::{Left, Origin, Restart, Subject, live_through};
pub use verdict::{VERDICT_FORMAT, Verdict, VerdictFile};
pub use witness::{Cut, Witness};
