//! The typed description of a sharded path.

use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlite_builds::ThreadMode;

use crate::axis::AxisValue;
use crate::commit_queue::Gather;
use crate::error::WriteError;
use crate::spec::PathSpec;

/// Copies of a path, among which records are divided: a vote goes to shard `article % shards`, an
/// event to that of its ray id's hash, a deletion of a vote to all. A packet is acknowledged when
/// each shard that it touches has acknowledged its part.
#[derive(Debug, Clone)]
pub struct ShardedSpec {
    /// What each shard is.
    pub path: Arc<dyn PathSpec>,
    /// How many there are. With one it is the queue that matters.
    pub shards: ShardCount,
    /// Whether a shard waits for more packets before it commits what it has.
    pub gather: Gather,
}

/// How many shards: 1 to 16.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct ShardCount(u32);

impl ShardCount {
    /// One shard: a path with a queue before it.
    pub const ONE: Self = Self(1);

    /// As many as the first document tried.
    pub const FOUR: Self = Self(4);

    /// The most that there may be: a ticket has a bit for each.
    pub const MAX: Self = Self(16);

    /// So many shards, if there may be so many.
    pub const fn new(shards: u32) -> Option<Self> {
        if shards >= 1 && shards <= Self::MAX.0 { Some(Self(shards)) } else { None }
    }

    /// The number.
    pub const fn get(self) -> u32 {
        self.0
    }
}

impl fmt::Display for ShardCount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(formatter)
    }
}

impl Gather {
    /// Soup's group commit as the benchmark `vote` set it: 512 packets, or 100 us after the first one
    /// (noria at e56591db, `--write-batch-size` and `--flush-timeout`).
    pub const SOUP: Self = Self { requests_max: 512, wait_max: Duration::from_micros(100) };

    pub(super) fn axis(self) -> AxisValue {
        if self == Self::AT_ONCE {
            return AxisValue::labelled("gather", "at_once", "nogather");
        }
        let (us, packets) = (self.wait_max.as_micros(), self.requests_max);
        AxisValue::labelled("gather", format!("us={us}:packets={packets}"), format!("gather{us}us"))
    }
}

impl ShardedSpec {
    /// The path of one shard, as it is on its own.
    pub(super) fn shard(&self, shard: u32) -> Arc<dyn PathSpec> {
        self.path.as_shard(shard).unwrap_or_else(|| Arc::clone(&self.path))
    }

    /// Where a shard writes.
    pub(super) fn directory(directory: &Path, shard: u32) -> PathBuf {
        directory.join(format!("shard-{shard}"))
    }

    /// Connections of a build without mutexes cannot live on several threads.
    pub(super) fn refuse_builds_of_one_thread(&self) -> Result<(), WriteError> {
        match self.path.sqlite_build() {
            Some(build)
                if self.shards > ShardCount::ONE
                    && build.thread_mode == ThreadMode::SingleThread =>
            {
                Err(WriteError::OneThreadOnly { build: build.name, expected: "shards" })
            }
            _ => Ok(()),
        }
    }
}
