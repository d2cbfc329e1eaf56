//! The typed description of Soup's log as a write path.

use std::path::Path;
use std::sync::Arc;

use super::log::SoupLogFile;
use super::path::{SoupPath, digest_log};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::{PathSpec, SyncPromise, WritePath};

/// Soup's log and rows as a case describes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoupLogSpec {
    /// The log file.
    pub file: SoupLogFile,
    /// When a packet is acknowledged.
    pub ack: AckMoment,
    /// Whether there is a log at all.
    pub durability: SoupDurability,
}

/// When a packet is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckMoment {
    /// After the log is synced, before the rows are in memory: until 15 March 2018, and again from
    /// the 26th (noria, a430ae8b).
    BeforeRows,
    /// After the rows are in memory too: between them (noria, df4bcf41), in the version on which the
    /// first document's figures for the log rest.
    AfterRows,
}

/// Whether there is a log at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoupDurability {
    /// `Permanent`: each flush is appended and synced.
    Permanent,
    /// `MemoryOnly`: all is done as with a log, but for the log.
    MemoryOnly,
}

impl SoupLogSpec {
    /// The log of the benchmark's votes.
    pub const fn vote(ack: AckMoment, durability: SoupDurability) -> Self {
        Self { file: SoupLogFile::VOTE, ack, durability }
    }
}

impl PathSpec for SoupLogSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::labelled("engine", "soup-log", "soup")
    }

    fn axes(&self) -> Vec<AxisValue> {
        vec![
            match self.ack {
                AckMoment::BeforeRows => {
                    AxisValue::labelled("ack_moment", "before_rows", "ackfirst")
                }
                AckMoment::AfterRows => AxisValue::labelled("ack_moment", "after_rows", "acklast"),
            },
            match self.durability {
                SoupDurability::Permanent => {
                    AxisValue::labelled("durability", "permanent", "permanent")
                }
                SoupDurability::MemoryOnly => {
                    AxisValue::labelled("durability", "memory_only", "memonly")
                }
            },
        ]
    }

    fn promise(&self) -> SyncPromise {
        match self.durability {
            SoupDurability::Permanent => SyncPromise::Fdatasync,
            SoupDurability::MemoryOnly => SyncPromise::NoSync,
        }
    }

    fn is_vanilla(&self) -> bool {
        false
    }

    /// The file grows with each flush, in the long run too.
    fn initial_state_bytes(&self) -> u64 {
        0
    }

    fn cycle(&self) -> Cycle {
        Cycle::Commit
    }

    fn stores_records(&self) -> bool {
        self.durability == SoupDurability::Permanent
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(SoupPath::open(*self, directory)?))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        self.open(directory)
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        digest_log(*self, directory)
    }

    fn as_shard(&self, shard: u32) -> Option<Arc<dyn PathSpec>> {
        Some(Arc::new(Self { file: SoupLogFile { shard, ..self.file }, ..*self }))
    }
}
