//! How a log is kept, chosen by its owner.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::error::Error;
use crate::format::{FRAME_HEADER_BYTES, RECYCLED_SPACE_CODE, SEGMENT_HEADER_BYTES, frame_bytes};
use crate::storage::OpenMode;

/// How a log is kept. There is no `Default`: start from a named constructor and change fields.
///
/// ```
/// use native_log::{LogOptions, SyncMethod};
/// let options = LogOptions { sync_method: SyncMethod::DataSyncOpen, ..LogOptions::recycled_fdatasync() };
/// # assert!(options.validate().is_ok());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogOptions {
    /// The length of a segment file in bytes, its header included.
    pub segment_bytes: u64,
    /// The longest packet that may be appended, in bytes.
    pub packet_bytes_max: u32,
    /// How many bytes may queue for the next group commit before appenders have to wait. A group
    /// always has room for one packet. Two buffers of up to this size are kept.
    pub group_bytes_max: u32,
    /// How a segment's space comes to be.
    pub space: Space,
    /// What makes a group durable.
    pub sync_method: SyncMethod,
    /// Whether a leader waits for more packets before it commits.
    pub group_wait: GroupWait,
    /// Who commits groups.
    pub flusher: Flusher,
    /// When the next segment is made ready.
    pub prepare: Prepare,
}

impl LogOptions {
    /// Segments of 64 MiB whose blocks are already written, `fdatasync`, no waiting for more packets,
    /// waiters commit, and the next segment is prepared ahead. The fastest durable choice on most
    /// file systems.
    #[must_use]
    pub const fn recycled_fdatasync() -> Self {
        Self {
            segment_bytes: 64 << 20,
            packet_bytes_max: 16 << 20,
            group_bytes_max: 4 << 20,
            space: Space::Recycled { spare_segments_max: NonZeroU32::new(4).expect("4 is not 0") },
            sync_method: SyncMethod::Fdatasync,
            group_wait: GroupWait::None,
            flusher: Flusher::Waiters,
            prepare: Prepare::Ahead,
        }
    }

    /// As [`recycled_fdatasync`](Self::recycled_fdatasync), but files grow as they are written and
    /// no thread is started: the simplest log, and a deterministic one.
    #[must_use]
    pub const fn growing_fdatasync() -> Self {
        Self { space: Space::Growing, prepare: Prepare::WhenNeeded, ..Self::recycled_fdatasync() }
    }

    /// The same with segments of 8 MiB and packets of at most 2 MiB, for a log that lives for seconds: it would
    /// spend most of them filling longer segments with zeros.
    #[must_use]
    pub const fn with_short_segments(self) -> Self {
        Self { segment_bytes: 8 << 20, packet_bytes_max: 2 << 20, ..self }
    }

    /// Checks the sizes against each other; opening a log does it too.
    ///
    /// # Errors
    /// [`Error::Options`] says which size is wrong, and its bound.
    pub fn validate(&self) -> Result<(), Error> {
        let Self { segment_bytes, packet_bytes_max, .. } = *self;
        // The last frame header's worth of a segment is kept free for the mark of a clean close.
        let needed =
            SEGMENT_HEADER_BYTES + frame_bytes(u64::from(packet_bytes_max)) + FRAME_HEADER_BYTES;
        let problem = if packet_bytes_max == 0 {
            "packet_bytes_max is 0, wanted at least 1".to_owned()
        } else if segment_bytes < needed {
            format!(
                "segment_bytes is {segment_bytes}, but packet_bytes_max needs at least {needed}"
            )
        } else if segment_bytes > SEGMENT_BYTES_LIMIT || !segment_bytes.is_multiple_of(8) {
            format!(
                "segment_bytes is {segment_bytes}, wanted a multiple of 8 up to {SEGMENT_BYTES_LIMIT}"
            )
        } else {
            return Ok(());
        };
        Err(Error::Options { problem })
    }
}

/// The largest segment, 1 TiB: far above any use, low enough that no sum of offsets overflows.
pub const SEGMENT_BYTES_LIMIT: u64 = 1 << 40;

/// How a segment's space comes to be. A sync that also has to persist a new length or new blocks
/// costs more than one that does not; from top to bottom fewer of them do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Space {
    /// The file grows with each write: each sync persists a new length and new blocks.
    Growing,
    /// The length is set beforehand; blocks are still found while writing.
    SetLen,
    /// Blocks are reserved with `fallocate`; the first write to each still marks it as written.
    Fallocate,
    /// Zeros are written to every block beforehand.
    ZeroFilled,
    /// Segments that retention drops are used again, so that their blocks are already written.
    /// Until there are any, segments are zero-filled.
    Recycled {
        /// How many dropped segments are kept for use at most; more are unlinked.
        spare_segments_max: NonZeroU32,
    },
}

impl Space {
    /// Whether a segment's blocks hold bytes before the log writes them, by the code in its header.
    /// Overwriting a part of a page that is not in the page cache makes the kernel read it from the
    /// device first.
    pub(crate) fn is_code_written_before(code: u32) -> bool {
        code == Self::ZeroFilled.code() || code == RECYCLED_SPACE_CODE
    }

    /// Whether a segment of this code in its header is one of this space.
    pub(crate) fn is_of_code(self, code: u32) -> bool {
        let recycled = matches!(self, Self::Recycled { .. }) && code == RECYCLED_SPACE_CODE;
        recycled || code == self.code()
    }

    /// The code in the header of a new segment; a recycled one has [`RECYCLED_SPACE_CODE`].
    pub(crate) fn code(self) -> u32 {
        match self {
            Self::Growing => 1,
            Self::SetLen => 2,
            Self::Fallocate => 3,
            Self::ZeroFilled | Self::Recycled { .. } => 4,
        }
    }
}

/// What makes a group durable before it is acknowledged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SyncMethod {
    /// A buffered write, then `fdatasync`.
    Fdatasync,
    /// A buffered write, then `fsync`.
    Fsync,
    /// One write to a file opened with `O_DSYNC`, which is read back from the descriptor.
    DataSyncOpen,
    /// One write with `RWF_DSYNC`.
    DataSyncWrite,
    /// A buffered write only. **Not durable**: what is acknowledged survives the death of the
    /// process, but a power cut may take any of it. For measuring processor time, and as a fault
    /// that crash tests must find.
    Never,
}

impl SyncMethod {
    pub(crate) fn open_mode(self) -> OpenMode {
        match self {
            Self::DataSyncOpen => OpenMode::DataSync,
            Self::Fdatasync | Self::Fsync | Self::DataSyncWrite | Self::Never => OpenMode::Plain,
        }
    }

    /// Whether an acknowledged packet survives a power cut.
    #[must_use]
    pub fn is_durable(self) -> bool {
        self != Self::Never
    }
}

/// Whether a group waits for more packets before it is committed. While one group commits the next
/// one forms anyway.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GroupWait {
    /// No timer: the leader only lets those whose packets have just been acknowledged run first,
    /// because they are likely to append again. It does not when nobody else was waiting.
    None,
    /// Wait until the group holds that many packets, but no longer than that.
    Bounded {
        /// The longest wait.
        wait_max: Duration,
        /// Enough packets to go ahead.
        packets_enough: NonZeroU32,
    },
}

/// Who commits groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flusher {
    /// The threads that wait: one of them leads and commits for all. A single thread that appends
    /// and waits is never handed over to another thread. Nothing commits while nobody waits.
    Waiters,
    /// A thread of the log, as soon as there is anything to commit. Appending overlaps with
    /// committing even for a single appender, at the price of a thread switch per wait.
    OwnThread,
}

/// When the next segment is made ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prepare {
    /// By a thread of the log, as soon as the last one is taken. Should that fail, the log goes on
    /// until it needs the segment.
    Ahead,
    /// By the appender that needs it, who waits for it.
    WhenNeeded,
}
