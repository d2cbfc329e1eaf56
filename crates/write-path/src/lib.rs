//! What turns packets into acks: SQLite, the native log, and both together, behind one trait.
//!
//! A workload makes [`Packet`]s of [`Operation`]s; a driver hands them to a [`WritePath`], which
//! answers with a [`Ticket`] and keeps its promise in [`WritePath::wait`]. A [`PathSpec`] is the
//! typed, immutable description of a path: it opens one on a directory, and after the run it
//! reopens the directory and says what is there, so that a run can be checked against what was
//! acked.
//!
//! Nothing here knows Criterion, and no ack is timed here: who drives a path times it from outside.
//! Only [`CheckpointCall`]s are timed where they are made, because a thread of its own may make them.

mod advice;
mod axis;
mod checkpoint;
pub mod commit_queue;
mod counters;
mod digest;
mod directories;
mod error;
mod files;
mod inspect;
pub mod locks;
mod log;
mod log_then_sqlite;
mod null;
mod operation;
mod path;
mod read;
mod record;
mod sharded;
mod soup;
mod spec;
pub mod sqlite;
mod worker;

pub use advice::advice_on_io;
pub use axis::AxisValue;
pub use checkpoint::*;
pub use commit_queue::Gather;
pub use counters::{Counters, WorkDone};
pub use digest::Digest;
pub use error::WriteError;
pub use files::{FileChange, FileObserver, Observation, log_storage, observe};
pub use inspect::*;
pub use log::{LogSpec, Packets, decode_operations, encode_packet};
pub use log_then_sqlite::*;
pub use null::NullSpec;
pub use operation::*;
pub use path::{Admission, ConcurrentPath, WritePath};
pub use read::*;
pub use record::*;
pub use sharded::{ShardCount, ShardedSpec};
pub use soup::{AckMoment, SoupDurability, SoupLogFile, SoupLogSpec};
pub use spec::*;
pub use sqlite_builds::SyncCall;
pub use worker::{Directed, Reports, Worker};
