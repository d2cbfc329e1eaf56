//! Soup's log as an engine: its axes, its promise, and how it is opened and read back.

use std::path::Path;
use std::sync::Arc;

use super::log::SoupLogFile;
use super::path::{SoupPath, digest_log};
use super::spec::{AckMoment, SoupDurability, SoupLogSpec};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::path::WritePath;
use crate::spec::{PathSpec, SyncPromise};

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
