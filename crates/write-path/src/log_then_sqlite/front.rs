//! The log that stands before a database.

use std::path::{Path, PathBuf};

use native_log::{LogOptions, Prepare, Sequence};

use super::database::DurablePlace;
use super::identity::{LogIdentity, LogState};
use super::retention::Retention;
use crate::axis::AxisValue;
use crate::counters::WorkDone;
use crate::directories;
use crate::error::WriteError;
use crate::inspect::{Inspect as _, Settings};
use crate::log::{FILLER_RECORDS, LogPath, LogSpec, decode_operations};
use crate::operation::{Packet, Ticket};
use crate::path::WritePath as _;
use crate::soup::{SoupLog, SoupLogFile, replay};
use crate::spec::{PathSpec as _, SyncPromise};

/// Which log stands before the database.
#[derive(Debug, Clone, Copy)]
pub enum FrontLog {
    /// The native log. Its places are sequences.
    Native {
        /// Every option of the log.
        options: LogOptions,
        /// What it keeps.
        retention: Retention,
    },
    /// Soup's, which keeps everything. Its places are lengths of the file in bytes.
    Soup(SoupLogFile),
}

/// An open front log.
pub(super) enum Front {
    Native(Box<LogPath>),
    Soup(SoupLog),
}

impl FrontLog {
    pub(super) fn axes(&self) -> Vec<AxisValue> {
        match self {
            Self::Native { options, retention } => {
                let mut axes = vec![AxisValue::labelled("front", "native_log", "native")];
                axes.extend(LogSpec::new(*options).axes());
                axes.push(retention.axis());
                axes
            }
            Self::Soup(_) => vec![AxisValue::labelled("front", "soup_log", "souplog")],
        }
    }

    pub(super) fn promise(&self) -> SyncPromise {
        match self {
            Self::Native { options, .. } => LogSpec::new(*options).promise(),
            Self::Soup(_) => SyncPromise::Fdatasync,
        }
    }

    pub(super) fn retention(&self) -> Retention {
        match self {
            Self::Native { retention, .. } => *retention,
            Self::Soup(_) => Retention::Everything,
        }
    }

    /// The same log with nothing prepared beside its commits.
    pub(super) fn for_audit(self) -> Self {
        match self {
            Self::Native { options, retention } => {
                let options = LogOptions { prepare: Prepare::WhenNeeded, ..options };
                Self::Native { options, retention }
            }
            Self::Soup(_) => self,
        }
    }

    pub(super) fn open(&self, directory: &Path) -> Result<Front, WriteError> {
        match self {
            Self::Native { options, .. } => {
                Ok(Front::Native(Box::new(LogPath::open(*options, directory)?)))
            }
            Self::Soup(file) => {
                directories::create(directory)?;
                Ok(Front::Soup(SoupLog::open(directory, *file)?))
            }
        }
    }
}

impl Front {
    /// Hands a packet in. Soup's log takes it only when it is committed.
    pub(super) fn submit(&mut self, packet: &Packet) -> Result<(), WriteError> {
        match self {
            Self::Native(path) => path.submit(packet).map(drop),
            Self::Soup(_) => SoupLog::check(packet),
        }
    }

    /// Makes durable what was handed in, and returns the place behind it.
    pub(super) fn commit(&mut self, handed_in: &[Packet]) -> Result<u64, WriteError> {
        match self {
            Self::Native(path) => {
                let last = path.log().appended_through();
                path.wait(Ticket(last.get()))?;
                Ok(last.get())
            }
            Self::Soup(log) => {
                log.flush(handed_in)?;
                log.bytes()
            }
        }
    }

    /// What of the log is there.
    pub(super) fn state(&self) -> Result<LogState, WriteError> {
        match self {
            Self::Native(path) => Ok(state_of(path)),
            Self::Soup(log) => Ok(LogState {
                log: log.path().to_path_buf(),
                identity: self.log_identity()?,
                first: 0,
                last: log.bytes()?,
            }),
        }
    }

    /// Which log it is. Soup's log is told by its first line: before the first flush it is like any other.
    pub(super) fn log_identity(&self) -> Result<LogIdentity, WriteError> {
        match self {
            Self::Native(path) => Ok(LogIdentity::Native(path.log().id())),
            Self::Soup(log) => Ok(LogIdentity::Soup(log.first_line_hash()?)),
        }
    }

    /// Shows everything behind a place that the log has, and the place behind each: packets, and `None` for what
    /// holds no operation.
    pub(super) fn visit_after(
        &self,
        place: u64,
        mut visit: impl FnMut(u64, Option<Packet>) -> Result<(), WriteError>,
    ) -> Result<(), WriteError> {
        match self {
            Self::Native(path) => {
                let mut reader = path.log().read_from(Sequence::new(place).next())?;
                while let Some(frame) = reader.next()? {
                    visit(frame.sequence().get(), packet_of(&frame)?)?;
                }
                Ok(())
            }
            Self::Soup(log) => {
                replay(log.path(), place, |end, operations| visit(end, operations.map(Packet::new)))
            }
        }
    }

    /// Lets go of what lies before a place that a database has for sure, as far as whole segments do.
    pub(super) fn drop_through(&self, place: &DurablePlace) -> Result<(), WriteError> {
        match self {
            Self::Native(path) => drop_through(path, place),
            Self::Soup(_) => Ok(()),
        }
    }

    /// Brings a log that lets go of segments, and holds nothing yet, into the state in which it
    /// reuses them; returns the place behind the filler that this takes.
    pub(super) fn reach_steady_state(&mut self) -> Result<u64, WriteError> {
        match self {
            Self::Native(path) => {
                path.reach_steady_state()?;
                Ok(path.log().acked_through().get())
            }
            Self::Soup(log) => log.bytes(),
        }
    }

    pub(super) fn settings(&self) -> Result<Settings, WriteError> {
        match self {
            Self::Native(path) => path.settings(),
            Self::Soup(log) => {
                let file = log.path().file_name().unwrap_or_default().to_string_lossy();
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

    pub(super) fn bytes(&self) -> Result<u64, WriteError> {
        match self {
            Self::Native(path) => Ok(path.storage_sizes()?.database_bytes),
            Self::Soup(log) => log.bytes(),
        }
    }

    /// Settles what the log's settings left to the system.
    pub(super) fn drain(&mut self) -> Result<(), WriteError> {
        match self {
            Self::Native(path) => path.drain(),
            Self::Soup(_) => Ok(()),
        }
    }

    pub(super) fn close(self) -> Result<(), WriteError> {
        match self {
            Self::Native(path) => path.close(),
            Self::Soup(_) => Ok(()),
        }
    }
}

/// What of a native log is there.
pub(super) fn state_of(path: &LogPath) -> LogState {
    LogState {
        log: path.directory().into(),
        identity: LogIdentity::Native(path.log().id()),
        first: path.log().first().get().saturating_sub(1),
        last: path.log().acked_through().get(),
    }
}

/// Lets go of what lies before a place that a database has for sure, as far as whole segments do.
pub(super) fn drop_through(path: &LogPath, place: &DurablePlace) -> Result<(), WriteError> {
    path.log().drop_before(Sequence::new(place.get()).next())?;
    Ok(())
}

/// The packet that a frame of the log holds; `None` for filler.
pub(super) fn packet_of(frame: &native_log::Packet<'_>) -> Result<Option<Packet>, WriteError> {
    if frame.records() == FILLER_RECORDS {
        return Ok(None);
    }
    let mut operations = Vec::with_capacity(frame.records() as usize);
    decode_operations(frame.bytes(), |operation| operations.push(operation))
        .map_err(|found| WriteError::NotAnOperation { sequence: frame.sequence().get(), found })?;
    Ok(Some(Packet::new(operations)))
}

/// Where the front log lies.
pub(super) fn directory_of_log(directory: &Path) -> PathBuf {
    directory.join("log")
}
