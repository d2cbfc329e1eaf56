//! A path that stores nothing: what generator, driver and verification cost by themselves.

use std::path::Path;

use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Operation, Packet, Ticket};
use crate::path::WritePath;
use crate::spec::{PathFacts, PathSpec};

/// The path that takes packets, acknowledges them, and keeps no more of them than a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NullSpec;

/// What is kept of the packets: enough to tell whether all of them came.
struct NullPath {
    kept: Digest,
    submitted: u64,
}

impl PathSpec for NullSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::plain("engine", "null")
    }

    fn axes(&self) -> Vec<AxisValue> {
        Vec::new()
    }

    fn facts(&self) -> PathFacts {
        PathFacts { cycle: Cycle::Commit, stores_records: false, ..PathFacts::of(None) }
    }

    fn open(&self, _directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(NullPath { kept: Digest::default(), submitted: 0 }))
    }

    /// Nothing outlives the path.
    fn recover(&self, _directory: &Path) -> Result<Digest> {
        Ok(Digest::default())
    }
}

impl WritePath for NullPath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        for operation in packet.operations() {
            match operation {
                Operation::Insert(record) => self.kept.add(record),
                // A key does not tell the record whose digest it would be.
                Operation::Delete(_) => {
                    return Err(WriteError::WrongRecord {
                        table: "the null path",
                        found: "a deletion",
                    });
                }
            }
        }
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, _ticket: Ticket) -> Result<()> {
        Ok(())
    }

    fn drain(&mut self) -> Result<()> {
        Ok(())
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn close(self: Box<Self>) -> Result<()> {
        Ok(())
    }
}

impl Inspect for NullPath {
    fn settings(&self) -> Result<Settings> {
        Ok(Settings::new())
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        Ok(StorageSizes::default())
    }

    fn kept_in_memory(&self) -> Option<Digest> {
        Some(self.kept)
    }
}
