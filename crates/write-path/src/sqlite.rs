//! SQLite as a write path: one connection, one writer, every pragma explicit.

mod checkpoint;
mod engine;
mod files;
mod path;
mod pragma;
mod reader;
mod schema;
mod spec;
mod table;

pub use checkpoint::{BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync};
pub(crate) use files::database_in;
pub(crate) use path::SqlitePath;
// All of them, so that a new one is named in no third file.
pub use pragma::*;
pub(crate) use schema::Schema;
pub(crate) use spec::refuse_one_thread;
pub use spec::{DeferredWork, SqliteSpec};
pub use table::{KeyAffinity, SecondaryIndexes, Table};
