//! What can go wrong, typed.

use std::fmt;
use std::io;
use std::sync::Arc;

use crate::sequence::Sequence;

/// An error of the log.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// The options contradict each other or a limit.
    #[error("log options: {problem}")]
    Options {
        /// Which one is wrong, and its bound.
        problem: String,
    },

    /// The packet is longer than the options allow; nothing was appended.
    #[error(
        "packet of {bytes} bytes, wanted at most {bytes_max}; split it or raise packet_bytes_max"
    )]
    PacketTooLarge {
        /// The packet's length.
        bytes: usize,
        /// The most that the options allow.
        bytes_max: u32,
    },

    /// A packet must hold at least one byte; nothing was appended.
    #[error("packet of 0 bytes, wanted at least 1; do not append empty packets")]
    PacketEmpty,

    /// A sequence was waited for that nobody has appended.
    #[error("waited for {sequence}, appended only through {appended_through}")]
    NotAppended {
        /// The sequence that was waited for.
        sequence: Sequence,
        /// The last one appended.
        appended_through: Sequence,
    },

    /// Packets were asked for that retention has dropped.
    #[error("read from {sequence}, the log begins at {first}; start there")]
    Dropped {
        /// The sequence that was asked for.
        sequence: Sequence,
        /// The first one still there.
        first: Sequence,
    },

    /// All sequences are used up (2^62 packets); nothing was appended. Copy what is needed into a
    /// log in a new directory.
    #[error("no sequence is left, nothing was appended; begin a log in a new directory")]
    SequencesExhausted,

    /// A segment has another format version than this crate reads.
    #[error(
        "{file}: expected format version {expected}, got {found}; open it with the version \
             of this crate that wrote it, and copy its packets into a new log"
    )]
    FormatVersion {
        /// The segment, relative to the log's directory.
        file: String,
        /// The version it states.
        found: u32,
        /// The version that can be read.
        expected: u32,
    },

    /// All generations are used up (2^32 segments); copy the log into a new directory.
    #[error("no segment generation is left; copy the log into a new directory")]
    GenerationsExhausted,

    /// The log holds bytes that no crash can explain: something that was durable is damaged.
    #[error("{file} at byte {offset}: expected {expected}, got {found}; restore it from a copy")]
    Corruption {
        /// The damaged file, relative to the log's directory.
        file: String,
        /// Where in the file.
        offset: u64,
        /// What should be there.
        expected: String,
        /// What is there instead.
        found: &'static str,
    },

    /// The storage failed while the log was being opened or read; the log itself is not poisoned.
    #[error("{0}")]
    Storage(#[source] StorageFailure),

    /// A write or sync failed earlier. The state of what was not acknowledged is unknown, so the
    /// log refuses everything: drop it, see to the cause, and open it again.
    #[error("the log stopped after a failure, reopen it: {0}")]
    Poisoned(#[source] StorageFailure),
}

impl Error {
    /// The storage failure behind this error, if there is one.
    #[must_use]
    pub fn storage_failure(&self) -> Option<&StorageFailure> {
        match self {
            Self::Storage(failure) | Self::Poisoned(failure) => Some(failure),
            _ => None,
        }
    }
}

/// An operation of the storage that failed, and why.
#[derive(Clone, Debug)]
pub struct StorageFailure {
    /// What was tried.
    pub operation: Operation,
    /// The file, relative to the log's directory; "." is the directory.
    pub file: String,
    /// The storage's own error, shared by all who are told of it.
    pub cause: Arc<io::Error>,
}

impl fmt::Display for StorageFailure {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {} failed: {}", self.file, self.operation, self.cause)
    }
}

impl std::error::Error for StorageFailure {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(self.cause.as_ref())
    }
}

/// An operation on the storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Creating a file.
    Create,
    /// Opening the directory or a file.
    Open,
    /// Asking for a file's length.
    Length,
    /// Reading.
    Read,
    /// Writing.
    Write,
    /// Setting a file's length.
    SetLength,
    /// Reserving blocks.
    Allocate,
    /// Syncing a file.
    Sync,
    /// Renaming a file.
    Rename,
    /// Unlinking a file.
    Unlink,
    /// Syncing the directory.
    SyncDirectory,
    /// Listing the directory.
    List,
    /// Starting one of the log's own threads.
    Spawn,
}

impl Operation {
    /// Tells the operation and the file with an error of the storage's; "." is the directory.
    pub(crate) fn on<T>(self, file: &str, result: io::Result<T>) -> Result<T, Error> {
        result.map_err(|cause| {
            let (file, cause) = (file.to_owned(), Arc::new(cause));
            Error::Storage(StorageFailure { operation: self, file, cause })
        })
    }
}

impl fmt::Display for Operation {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Create => "create",
            Self::Open => "open",
            Self::Length => "length",
            Self::Read => "read",
            Self::Write => "write",
            Self::SetLength => "set length",
            Self::Allocate => "allocate",
            Self::Sync => "sync",
            Self::Rename => "rename",
            Self::Unlink => "unlink",
            Self::SyncDirectory => "directory sync",
            Self::List => "list",
            Self::Spawn => "thread start",
        })
    }
}
