//! What survives a power cut, settled by evidence.
//!
//! A [`Subject`] lives once ([`live`]) while a [`Recorder`](recording::Recorder) takes down every storage event and every ack in
//! one order. From any moment in between, the [model](disk_model) tells which states a power cut may leave. A
//! campaign ([`examine`]) makes many of them, opens each as an application does after a restart, and judges what is
//! found against what was acknowledged. The worst is minimised to a [`Witness`], from which it can be made again
//! ([`replay`]) and told in words ([`explained`]).

mod campaign;
mod cases;
mod choice;
mod directory;
mod error;
mod expectation;
mod explain;
mod fault;
mod files;
mod key;
pub mod kill;
mod life;
mod log;
mod matrix;
pub mod oracle;
mod packet;
mod path_case;
mod paths;
mod point;
pub mod recording;
pub mod settings;
mod soup_log;
mod sqlite;
mod storage;
mod subject;
mod verdict;
pub mod vfs;
mod witness;

pub use campaign::{
    CutLife, Plan, Progress, Replay, examine, examine_faults, examine_recording, replay,
};
pub use cases::cases;
pub use choice::Interrupted;
pub use error::{Error, StoreError};
pub use expectation::{Expectation, expected, expected_of_fault};
pub use explain::explained;
pub use fault::Fault;
pub use key::{Fed, Key};
pub use life::live;
pub use log::LogCase;
pub use matrix::matrix;
pub use path_case::PathCase;
pub use paths::checkpoint_strategies;
pub use point::Point;
pub use settings::FaultKind;
pub use sqlite::SqliteCell;
pub use subject::{Checked, Contents, Course, Due, Home, OpenStore, Place, Subject};
pub use verdict::{VERDICT_FORMAT, Verdict, VerdictFile};
pub use witness::{Cut, Volatile, Witness};
