//! Soup's log and rows: the typed description, the engine, and the path.

use std::mem;
use std::path::Path;
use std::sync::Arc;

use sqlite_builds::SyncCall;

use super::line;
use super::log::{SoupLog, SoupLogFile, replay};
use super::rows::Rows;
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Packet, Ticket};
use crate::path::WritePath;
use crate::read::ReadPath;
use crate::spec::{PathFacts, PathSpec};

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
        let (ack, ack_label) = match self.ack {
            AckMoment::BeforeRows => ("before_rows", "ackfirst"),
            AckMoment::AfterRows => ("after_rows", "acklast"),
        };
        let (durability, durability_label) = match self.durability {
            SoupDurability::Permanent => ("permanent", "permanent"),
            SoupDurability::MemoryOnly => ("memory_only", "memonly"),
        };
        vec![
            AxisValue::labelled("ack_moment", ack, ack_label),
            AxisValue::labelled("durability", durability, durability_label),
        ]
    }

    fn facts(&self) -> PathFacts {
        let promise = match self.durability {
            SoupDurability::Permanent => Some(SyncCall::Fdatasync),
            SoupDurability::MemoryOnly => None,
        };
        PathFacts {
            // The file grows with each flush, in the long run too.
            cycle: Cycle::Commit,
            stores_records: self.durability == SoupDurability::Permanent,
            ..PathFacts::of(promise)
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        Ok(Box::new(SoupPath::open(*self, directory)?))
    }

    /// Reads the log into memory as a restart does.
    fn recover(&self, directory: &Path) -> Result<Digest> {
        Ok(SoupPath::open(*self, directory)?.rows.digest())
    }

    fn as_shard(&self, shard: u32) -> Option<Arc<dyn PathSpec>> {
        Some(Arc::new(Self { file: SoupLogFile { shard, ..self.file }, ..*self }))
    }
}

/// The base table of one shard: its queue of packets, its log, and its rows.
struct SoupPath {
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
    fn open(spec: SoupLogSpec, directory: &Path) -> Result<Self> {
        let mut rows = Rows::default();
        let log = match spec.durability {
            SoupDurability::MemoryOnly => None,
            SoupDurability::Permanent => {
                let log = SoupLog::open(directory, spec.file)?;
                replay(&log.path, 0, |_end, operations| {
                    rows.apply(&operations.unwrap_or_default());
                    Ok(())
                })?;
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
    fn flush(&mut self) -> Result<()> {
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

impl WritePath for SoupPath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        if self.stopped {
            return Err(WriteError::Stopped);
        }
        line::check(packet)?;
        self.pending.push(packet.clone());
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        if ticket.0 > self.flushed { self.flush() } else { Ok(()) }
    }

    fn after_ack(&mut self) -> Result<()> {
        self.keep_rows();
        Ok(())
    }

    fn drain(&mut self) -> Result<()> {
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

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        // What was acked before the rows had it must be in the answers.
        self.keep_rows();
        Ok(Some(Box::new(&self.rows)))
    }

    fn close(mut self: Box<Self>) -> Result<()> {
        if self.stopped || self.submitted == self.flushed { Ok(()) } else { self.flush() }
    }
}

impl Inspect for SoupPath {
    fn settings(&self) -> Result<Settings> {
        let axes = self.spec.axes().into_iter();
        let mut settings: Settings = axes.map(AxisValue::into_setting).collect();
        if self.log.is_some() {
            settings.insert("file".into(), self.spec.file.name());
        }
        Ok(settings)
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
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
