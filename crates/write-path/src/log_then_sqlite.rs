//! A log that acknowledges, and SQLite behind it: where the first document came to, and the step
//! after that which it proposed.
//!
//! Packets are acked when the log has them. SQLite gets them after the ack, on the same thread
//! ([`LogThenSqliteSpec`]), or from a thread that reads the log ([`TailedLogSpec`]). The database
//! notes, in the transaction that feeds it, up to which place of the log it was fed; after a crash
//! the log's rest is fed to it, so that each record is there once.

mod database;
#[cfg(test)]
mod durable_tests;
mod front;
mod identity;
mod path;
mod spec;
mod tailed_path;
mod tailer;
#[cfg(test)]
mod tests;

pub use spec::{FeedAfterAck, FrontLog, LogThenSqliteSpec, Retention, TailedLogSpec, Tailing};
