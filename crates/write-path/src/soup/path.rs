//! Soup's log and rows behind the write-path trait.

use std::mem;
use std::path::Path;

use super::log::{SoupLog, replay};
use super::rows::Rows;
use super::spec::{AckMoment, SoupDurability, SoupLogSpec};
use crate::axis::AxisValue;
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Operation, Packet, Ticket};
use crate::path::{Admission, WritePath};
use crate::read::{Query, ReadPath};
use crate::record::Record;
use crate::spec::PathSpec as _;

/// Records that recovery feeds to the rows at a time (noria, `RECOVERY_BATCH_SIZE`).
const RECOVERY_RECORDS: usize = 512;

/// The base table of one shard: its queue of packets, its log, and its rows.
pub(super) struct SoupPath {
    spec: SoupLogSpec,
    /// `None` for rows in memory only.
    log: Option<SoupLog>,
    rows: Rows,
    /// Handed in, and not in the log.
    pending: Vec<Packet>,
    /// In the log, and not among the rows.
    logged: Vec<Packet>,
    submitted: u64,
    flushed: u64,
    stopped: bool,
}

impl SoupPath {
    /// Opens the log and reads all of it into memory.
    pub(super) fn open(spec: SoupLogSpec, directory: &Path) -> Result<Self, WriteError> {
        let mut rows = Rows::default();
        let log = match spec.durability {
            SoupDurability::MemoryOnly => None,
            SoupDurability::Permanent => {
                let log = SoupLog::open(directory, spec.file)?;
                read_rows(&log, &mut rows)?;
                Some(log)
            }
        };
        Ok(Self {
            spec,
            log,
            rows,
            pending: Vec::new(),
            logged: Vec::new(),
            submitted: 0,
            flushed: 0,
            stopped: false,
        })
    }

    /// Appends what is pending to the log, as one flush.
    fn flush(&mut self) -> Result<(), WriteError> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        if let Some(log) = &mut self.log
            && let Err(error) = log.flush(&self.pending)
        {
            self.stopped = true;
            return Err(error);
        }
        self.logged.append(&mut self.pending);
        self.flushed = self.submitted;
        if self.spec.ack == AckMoment::AfterRows {
            self.keep_rows();
        }
        Ok(())
    }

    fn keep_rows(&mut self) {
        for packet in mem::take(&mut self.logged) {
            self.rows.apply(packet.operations());
        }
    }
}

/// Feeds a log to the rows, in packets of recovery's size.
fn read_rows(log: &SoupLog, rows: &mut Rows) -> Result<(), WriteError> {
    replay(log.path(), 0, |_end, operations: Option<Vec<Operation>>| {
        operations
            .unwrap_or_default()
            .chunks(RECOVERY_RECORDS)
            .for_each(|packet| rows.apply(packet));
        Ok(())
    })
}

impl WritePath for SoupPath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        SoupLog::check(packet)?;
        self.pending.push(packet.clone());
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        if ticket.0 > self.flushed { self.flush() } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.keep_rows();
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        if self.submitted > self.flushed {
            self.flush()?;
        }
        self.keep_rows();
        Ok(())
    }

    fn counters(&self) -> Counters {
        self.log.as_ref().map(SoupLog::work_done).unwrap_or_default().into()
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>, WriteError> {
        // What was acked before the rows had it must be in the answers.
        self.keep_rows();
        Ok(Some(Box::new(RowsReader(&self.rows))))
    }

    fn close(mut self: Box<Self>) -> Result<(), WriteError> {
        if self.stopped || self.submitted == self.flushed { Ok(()) } else { self.flush() }
    }
}

impl Inspect for SoupPath {
    fn settings(&self) -> Result<Settings, WriteError> {
        let axes = self.spec.axes().into_iter();
        let mut settings: Settings = axes.map(AxisValue::into_setting).collect();
        if self.log.is_some() {
            settings.insert("file".into(), self.spec.file.name());
        }
        Ok(settings)
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        let database_bytes = self.log.as_ref().map_or(Ok(0), SoupLog::bytes)?;
        Ok(StorageSizes { database_bytes, ..StorageSizes::default() })
    }

    fn kept_in_memory(&self) -> Option<Digest> {
        match self.spec.durability {
            SoupDurability::MemoryOnly => Some(self.rows.digest()),
            SoupDurability::Permanent => None,
        }
    }
}

/// Answers from memory.
struct RowsReader<'rows>(&'rows Rows);

impl ReadPath for RowsReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64, WriteError> {
        self.0.read(query, found)
    }
}

/// Reads a log into memory as a restart does, and digests the rows.
pub(super) fn digest_log(spec: SoupLogSpec, directory: &Path) -> Result<Digest, WriteError> {
    Ok(SoupPath::open(spec, directory)?.rows.digest())
}
