//! Named SQLite builds, compiled from one amalgamation and linked side by side, through plain
//! rusqlite.
//!
//! `builds.toml` names the builds. Each is one C file with every symbol but one static, so all of
//! them fit into one program. rusqlite reaches SQLite through a table of function pointers;
//! [`SqliteBuild::activate`] points it at a build:
//!
//! ```
//! use sqlite_builds::{ConnectionMutex, OpenMode, OpenOptions, Vfs};
//!
//! let directory = tempfile::tempdir()?;
//! let build = sqlite_builds::find("bundled")?.activate()?;
//! let options = OpenOptions {
//!     mutex: ConnectionMutex::NoMutex,
//!     mode: OpenMode::ReadWriteCreate,
//!     vfs: Vfs::Default,
//! };
//! let connection = build.open(&directory.path().join("votes.db"), &options)?;
//! let before = build.counts();
//! connection.execute_batch("CREATE TABLE vote(user INTEGER PRIMARY KEY)")?;
//! assert!((build.counts() - before).syncs > 0);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The table is one for the whole process, so one build is active at a time; [`ActiveBuild`] is the
//! lease on it, and while one lives no other build can be activated. That also keeps two builds off
//! one database file, where the POSIX locks of two SQLite copies break each other
//! (<https://sqlite.org/howtocorrupt.html>). To compare two builds in turns, a connection can be set
//! aside and resumed ([`Connection::suspend`]).
//!
//! Connections are opened by [`ActiveBuild::open`] only: `rusqlite::Connection::open` answers
//! `SQLITE_MISUSE`, because a connection without a lease would not keep its build active.

mod active;
mod api_table;
mod at_home;
mod attach_gate;
mod build;
mod compiled_as_said;
mod connection;
mod counts;
mod cpu_reference;
mod database_file;
mod error;
mod fault;
mod file_identity;
mod omitted;
mod open_gate;
mod opening;
mod planted;
mod raw_build;
mod registry;

pub use rusqlite;

pub use crate::active::{ActiveBuild, take_system_error};
pub use crate::at_home::AtHome;
pub use crate::build::{BuildProfile, SqliteBuild, SyncCall, ThreadMode, builds, find};
pub use crate::connection::Connection;
pub use crate::counts::Counts;
pub use crate::cpu_reference::CpuReference;
pub use crate::database_file::DatabaseFile;
pub use crate::error::Error;
pub use crate::fault::{FaultGuard, InjectedError};
pub use crate::omitted::take_omitted_calls;
pub use crate::opening::{BUSY_TIMEOUT, ConnectionMutex, OpenMode, OpenOptions, Vfs};
pub use crate::planted::{planted_rounds_executed, set_planted_rounds};
