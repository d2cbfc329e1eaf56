//! Settings that decide what a store keeps and have no type of their own elsewhere, by the names that verdicts have
//! them under.

use std::fmt::{self, Display};

use serde::{Deserialize, Serialize};
use sqlite_builds::SqliteBuild;

macro_rules! settings {
    ($($(#[$meta:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $text:literal,)+ })+) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum $name {
            $($(#[$doc])* #[serde(rename = $text)] $value,)+
        }

        impl $name {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$value,)+];

            /// The name in a verdict's key.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$value => $text,)+
                }
            }
        }

        impl Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(self.name())
            }
        }
    )+};
}

impl SyncCall {
    pub(crate) fn of(build: &SqliteBuild) -> Self {
        match build.sync_call {
            sqlite_builds::SyncCall::Fsync => Self::Fsync,
            sqlite_builds::SyncCall::Fdatasync => Self::Fdatasync,
        }
    }
}

settings! {
    /// The call that a SQLite build syncs with.
    SyncCall {
        /// As SQLite's own defaults have it.
        Fsync = "fsync",
        /// With `HAVE_FDATASYNC`.
        Fdatasync = "fdatasync",
    }
    /// When a write-ahead log is copied into its database.
    Checkpoints {
        /// When the application calls a passive checkpoint between two commits.
        Called = "called",
        /// Within the commit that makes it long.
        Automatic = "automatic",
        /// After an ack.
        AfterAck = "after-ack",
        /// After an ack, and its file is cut.
        AfterAckTruncate = "after-ack-truncate",
        /// By a thread beside the commits.
        Background = "background",
        /// By a thread, and the rest after an ack.
        TwoPhase = "two-phase",
        /// By a thread that syncs what it copied, and hands the rest over.
        HandOver = "hand-over",
    }
    /// How a database gets what its log has acknowledged.
    Feed {
        /// After each ack.
        EachAck = "each-ack",
        /// Once enough has gathered.
        Buffered = "buffered",
        /// By a thread that reads the log.
        Thread = "thread",
    }
    /// How the native log's space comes to be.
    LogSpace {
        /// Files grow with each write.
        Growing = "growing",
        /// Their length is set beforehand.
        SetLen = "set-len",
        /// Blocks are reserved beforehand.
        Fallocate = "fallocate",
        /// Zeros are written beforehand.
        ZeroFilled = "zero-filled",
        /// Dropped segments are used again.
        Recycled = "recycled",
    }
    /// What goes wrong with one write or sync of a life.
    FaultKind {
        /// A write fails with EIO, and does nothing.
        WriteFails = "write-fails",
        /// A sync fails with EIO; what it should have made durable waits for the next one.
        SyncFails = "sync-fails",
        /// A sync fails with EIO, and what it should have made durable is taken for clean, as ext4 and XFS do it: later
        /// syncs succeed without it.
        SyncLoses = "sync-loses",
        /// This sync and all later ones do nothing, and answer that all is well.
        SyncsLie = "syncs-lie",
    }
    /// What makes a group of the native log durable.
    LogSync {
        /// A write, then `fdatasync`.
        Fdatasync = "fdatasync",
        /// A write, then `fsync`.
        Fsync = "fsync",
        /// A write to a file opened with `O_DSYNC`.
        DataSyncOpen = "data-sync-open",
        /// A write with `RWF_DSYNC`.
        DataSyncWrite = "data-sync-write",
        /// Nothing.
        Never = "never",
    }
}
