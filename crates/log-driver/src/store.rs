//! Where messages wait: SQLite or the native log, behind one trait.

mod contract;
mod log;
mod opening;
mod spec;
mod sqlite;

pub use contract::{Checkpointed, Key, RetryQuery, Sizes, Store, Stored};
pub use opening::StoreSpec;
pub use spec::{Deletion, EventTable, Preparation, SqliteStoreSpec};

#[cfg(test)]
mod tests;
