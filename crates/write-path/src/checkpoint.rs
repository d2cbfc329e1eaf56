//! Checkpoints: what each call did, when, and who waited for it.

use std::time::{Duration, Instant};

/// One call that copies a write-ahead log into its database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CheckpointCall {
    /// When the call began.
    pub begun: Instant,
    /// How long it took.
    pub duration: Duration,
    /// What it was asked for.
    pub mode: CheckpointMode,
    /// Who called.
    pub caller: CheckpointCaller,
    /// Whether something was in its way.
    pub answer: CheckpointAnswer,
    /// The WAL's frames when it ended; `None` where the engine did not say, because the call was
    /// turned away at once.
    pub frames: Option<FrameCounts>,
    /// The salts in the WAL's header when the call began, which change whenever the WAL begins anew: frames that are
    /// told with the same ones are of one WAL. 0 where there was no WAL.
    pub wal_salts: u64,
    /// Bytes of the WAL file before the call.
    pub wal_bytes_before: u64,
    /// Bytes of the WAL file after it.
    pub wal_bytes_after: u64,
    /// Bytes of the database file after it.
    pub database_bytes: u64,
    /// How long the caller then synced the database file by itself, where its strategy wants that.
    pub database_synced: Option<Duration>,
}

/// After how much a path repeats itself while packets go on, as its settings say: a measurement of whole cycles holds
/// what is put off as often as an application meets it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cycle {
    /// Each commit does as much as any other of its size.
    Commit,
    /// From one beginning of the write-ahead log to the next it is written so many bytes, frame headers included.
    WalBytes(u64),
    /// So many operations.
    Operations(u64),
    /// So much time.
    Time(Duration),
    /// Never: a log that grows, or a lag.
    Never,
}

/// How much a checkpoint does, and for whom it waits
/// (<https://sqlite.org/c3ref/wal_checkpoint_v2.html>).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckpointMode {
    /// Copies what it can and waits for nobody.
    Passive,
    /// Waits for the writer and for readers of old frames, and copies everything.
    Full,
    /// As FULL, and waits until no reader needs the WAL, so that the next commit begins it anew.
    Restart,
    /// As RESTART, and cuts the WAL file to zero bytes.
    Truncate,
}

/// Who called a checkpoint, and so whose work had to wait for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckpointCaller {
    /// The committing thread, between the commit and its ack.
    Commit,
    /// The committing thread, between an ack and the next packet.
    AfterAck,
    /// A thread of its own.
    Background,
    /// [`WritePath::drain`](crate::WritePath::drain).
    Drain,
}

/// What a checkpoint answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CheckpointAnswer {
    /// It did what its mode promises.
    Done,
    /// `SQLITE_BUSY`: a lock was in the way. What could be copied is copied.
    Busy,
    /// `SQLITE_LOCKED`: its own connection was in a transaction. Nothing is copied.
    Locked,
}

/// Frames of a write-ahead log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FrameCounts {
    /// Frames in the WAL.
    pub in_wal: u64,
    /// Those of them that are in the database file, earlier calls' included.
    pub copied: u64,
}

impl CheckpointMode {
    /// Every mode, from the mildest.
    pub const ALL: [Self; 4] = [Self::Passive, Self::Full, Self::Restart, Self::Truncate];

    /// The mode in lower case, as tables and ids write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Passive => "passive",
            Self::Full => "full",
            Self::Restart => "restart",
            Self::Truncate => "truncate",
        }
    }
}

impl CheckpointCaller {
    /// The caller as run records write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Commit => "commit",
            Self::AfterAck => "after_ack",
            Self::Background => "background",
            Self::Drain => "drain",
        }
    }
}

impl CheckpointAnswer {
    /// The answer as run records write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Busy => "busy",
            Self::Locked => "locked",
        }
    }
}

impl CheckpointCall {
    /// When the call ended, an early sync of the database file included.
    pub fn ended(&self) -> Instant {
        self.begun + self.duration + self.database_synced.unwrap_or_default()
    }
}
