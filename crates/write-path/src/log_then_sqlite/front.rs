//! The log that stands before a database.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use native_log::Sequence;

use super::identity::{LogIdentity, LogState};
use super::spec::FrontLog;
use crate::counters::WorkDone;
use crate::directories;
use crate::error::Result;
use crate::inspect::{Inspect as _, Settings};
use crate::log::{LogPath, visit_operations};
use crate::operation::Packet;
use crate::path::{ConcurrentPath, WritePath as _};
use crate::soup::{SoupLog, check, replay};

/// An open front log.
pub(super) enum Front {
    Native(Arc<LogPath>),
    Soup(SoupLog),
}

impl Front {
    pub(super) fn open(log: &FrontLog, directory: &Path) -> Result<Self> {
        match log {
            FrontLog::Native { options, .. } => {
                Ok(Self::Native(Arc::new(LogPath::open(*options, directory)?)))
            }
            FrontLog::Soup(file) => {
                directories::create(directory)?;
                Ok(Self::Soup(SoupLog::open(directory, *file)?))
            }
        }
    }

    /// The same log, to read from while a database is fed.
    pub(super) fn reading(&self) -> Reading {
        match self {
            Self::Native(path) => Reading::Native(Arc::clone(path)),
            Self::Soup(log) => Reading::Soup(log.path.clone()),
        }
    }

    /// Hands a packet in. Soup's log takes it only when it is committed.
    pub(super) fn submit(&mut self, packet: &Packet) -> Result<()> {
        match self {
            Self::Native(path) => ConcurrentPath::submit(&**path, packet).map(drop),
            Self::Soup(_) => check(packet),
        }
    }

    /// Makes durable what was handed in, and returns the place behind it.
    pub(super) fn commit(&mut self, handed_in: &[Packet]) -> Result<u64> {
        match self {
            Self::Native(path) => {
                let last = path.log.appended_through();
                path.log.wait(last)?;
                Ok(last.get())
            }
            Self::Soup(log) => {
                log.flush(handed_in)?;
                log.bytes()
            }
        }
    }

    /// What of the log is there.
    pub(super) fn state(&self) -> Result<LogState> {
        let identity = self.log_identity()?;
        match self {
            Self::Native(path) => Ok(LogState {
                log: path.directory.clone(),
                identity,
                first: path.log.first().get().saturating_sub(1),
                last: path.log.acked_through().get(),
            }),
            Self::Soup(log) => {
                Ok(LogState { log: log.path.clone(), identity, first: 0, last: log.bytes()? })
            }
        }
    }

    /// Which log it is. Soup's log is told by its first line: before the first flush it is like any other.
    pub(super) fn log_identity(&self) -> Result<LogIdentity> {
        match self {
            Self::Native(path) => Ok(LogIdentity::Native(path.log.id())),
            Self::Soup(log) => Ok(LogIdentity::Soup(log.first_line_hash()?)),
        }
    }

    /// Lets go of what lies before a place that a database has for sure, as far as whole segments do.
    pub(super) fn drop_through(&self, place: u64) -> Result<()> {
        if let Self::Native(path) = self {
            path.log.drop_before(Sequence::new(place).next())?;
        }
        Ok(())
    }

    /// Brings a log that lets go of segments, and holds nothing yet, into the state in which it
    /// reuses them; returns the place behind the filler that this takes.
    pub(super) fn reach_steady_state(&self) -> Result<u64> {
        match self {
            Self::Native(path) => {
                path.reach_reuse()?;
                Ok(path.log.acked_through().get())
            }
            Self::Soup(log) => log.bytes(),
        }
    }

    pub(super) fn settings(&self) -> Result<Settings> {
        match self {
            Self::Native(path) => path.settings(),
            Self::Soup(log) => {
                let file = log.path.file_name().unwrap_or_default().to_string_lossy();
                Ok([("file".to_string(), file.into_owned())].into())
            }
        }
    }

    pub(super) fn work_done(&self) -> WorkDone {
        match self {
            Self::Native(path) => path.counters().own,
            Self::Soup(log) => log.work_done(),
        }
    }

    pub(super) fn bytes(&self) -> Result<u64> {
        match self {
            Self::Native(path) => Ok(path.storage_sizes()?.database_bytes),
            Self::Soup(log) => log.bytes(),
        }
    }

    /// Settles what the log's settings left to the system.
    pub(super) fn settle(&self) -> Result<()> {
        match self {
            Self::Native(path) => path.settle(),
            Self::Soup(_) => Ok(()),
        }
    }

    /// Closes the log, unless somebody else has it too.
    pub(super) fn close(self) -> Result<()> {
        match self {
            Self::Native(path) => {
                Arc::into_inner(path).map_or(Ok(()), |path| Box::new(path).close())
            }
            Self::Soup(_) => Ok(()),
        }
    }
}

/// A log that is read from.
pub(super) enum Reading {
    Native(Arc<LogPath>),
    Soup(PathBuf),
}

impl Reading {
    /// Shows everything behind a place that the log has, and the place behind each: packets, and `None` for what
    /// holds no operation.
    pub(super) fn visit_after(
        &self,
        place: u64,
        mut visit: impl FnMut(u64, Option<Packet>) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Native(path) => {
                let mut reader = path.log.read_from(Sequence::new(place).next())?;
                while let Some(frame) = reader.next()? {
                    visit(frame.sequence().get(), packet_of(&frame)?)?;
                }
                Ok(())
            }
            Self::Soup(path) => {
                replay(path, place, |end, operations| visit(end, operations.map(Packet::new)))
            }
        }
    }
}

/// The packet that a frame of the log holds; `None` for filler.
pub(super) fn packet_of(frame: &native_log::Packet<'_>) -> Result<Option<Packet>> {
    let mut operations = Vec::with_capacity(frame.records() as usize);
    visit_operations(frame, |operation| operations.push(operation))?;
    Ok((!operations.is_empty()).then(|| Packet::new(operations)))
}

/// Where the front log lies.
pub(super) fn directory_of_log(directory: &Path) -> PathBuf {
    directory.join("log")
}
