//! Several copies of a path side by side, each with a directory, a thread and a queue of its own: how
//! Soup ran the replicas of a base table (noria, `dataflow/src/domain`, March 2018).

mod path;
mod shard;
mod spec;

pub use spec::{ShardCount, ShardedSpec};
