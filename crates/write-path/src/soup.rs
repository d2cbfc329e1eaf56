//! Soup's own log as it was when its author compared it with SQLite (noria at 6bb5a8c5 and e56591db,
//! March 2018, `dataflow/src/persistence`): one line of JSON for each flush, appended to a file that
//! has neither header nor checksum, and rows in memory.
//!
//! Its three moments of an ack are [`AckMoment::BeforeRows`], [`AckMoment::AfterRows`], and, with
//! SQLite in the place of the rows, [`crate::LogThenSqliteSpec`] over [`crate::FrontLog::Soup`]. Its
//! queue, which flushes after 512 packets or 100 us, is [`crate::ShardedSpec`].

mod line;
mod log;
mod path;
mod rows;

pub(crate) use line::check;
pub use log::SoupLogFile;
pub(crate) use log::{HASH_OF_NOTHING, SoupLog, fnv1a, replay};
pub use path::{AckMoment, SoupDurability, SoupLogSpec};
pub(crate) use rows::Rows;
