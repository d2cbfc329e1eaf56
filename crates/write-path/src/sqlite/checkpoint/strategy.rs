//! The strategies: one typed axis.

use std::num::NonZeroU32;
use std::time::Duration;

use crate::axis::AxisValue;
use crate::checkpoint::{CheckpointMode, Cycle};
use crate::sqlite::pragma::{PageSize, WalAutocheckpoint};

/// A WAL frame's header (<https://sqlite.org/fileformat2.html#the_write_ahead_log>, 4.1).
const FRAME_HEADER_BYTES: u32 = 24;

/// The header before all frames.
const WAL_HEADER_BYTES: u64 = 32;

/// Frames that are written at most to bring a WAL to its steady state, where the strategy does not say
/// how many that takes: 64 MiB of pages of 4 KiB.
const FILLING_FRAMES_MAX: u64 = 16 << 10;

/// When the WAL is copied into the database, and by whom.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointStrategy {
    /// As `PRAGMA wal_autocheckpoint` says: the commit that brings the WAL to so many frames copies
    /// it, passively, before its ack. Where the pragma is off there are no checkpoints at all.
    ///
    /// All other strategies need the pragma off.
    Automatic,
    /// The committing thread checkpoints after an ack, so that the next packet waits and not this one.
    AfterAck {
        /// How much is committed from one checkpoint to the next.
        every: CheckpointInterval,
        /// How.
        mode: CheckpointMode,
    },
    /// A thread with a connection of its own checkpoints beside the committing thread.
    Background {
        /// When it does.
        pace: BackgroundPace,
        /// How.
        mode: CheckpointMode,
        /// When what it copied is synced.
        database_sync: DatabaseSync,
    },
    /// A background thread copies passively. Once the WAL is long, and nearly all of it is copied, the
    /// committing thread copies the rest after an ack, so that the next commit begins the WAL anew.
    TwoPhase {
        /// The thread copies once so many frames are not in the database.
        copy_frames: NonZeroU32,
        /// From so many frames in the WAL on the committing thread looks for its moment. At twice as
        /// many it waits for the thread and copies what is left.
        reset_frames: NonZeroU32,
        /// When what the thread copied is synced.
        database_sync: DatabaseSync,
    },
    /// A background thread copies passively, and syncs the database after each call. Once the WAL is long, it stops after a call that has left little, and hands that over to
    /// the committing thread, which copies it after an ack, so that the next commit begins the WAL anew.
    HandOver {
        /// The thread hands over from so many frames in the WAL on. At twice as many the committing
        /// thread waits for it and copies what is left.
        reset_frames: NonZeroU32,
        /// The thread works while more than so many frames are not in the database.
        rest_frames: NonZeroU32,
    },
}

/// How much is committed from one checkpoint to the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CheckpointInterval {
    /// So many operations.
    Records(NonZeroU32),
    /// So many frames that are not in the database yet.
    Frames(NonZeroU32),
}

/// When a background thread checkpoints.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BackgroundPace {
    /// So many milliseconds after its previous call began, if anything was committed since.
    Milliseconds(NonZeroU32),
    /// Once so many frames are not in the database.
    Frames(NonZeroU32),
}

/// When the pages that a background thread copied are synced.
///
/// A passive checkpoint syncs the database file only if it has copied the whole WAL. Under constant
/// commits it never has, so the pages pile up in the system's cache until one call does, and that call
/// syncs them all (`walCheckpoint` in SQLite's wal.c).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseSync {
    /// By the checkpoint that copies the last frame, as SQLite does it.
    WhenComplete,
    /// By the thread after each of its calls (fdatasync), so that the one who completes a checkpoint
    /// finds little to sync.
    EachCall,
}

impl CheckpointStrategy {
    /// The strategy with the shortest p99.9 where records are appended: calls so small that no
    /// commit's sync queues behind much, each synced by the thread, so that the call after an ack, which
    /// completes the checkpoint, has little to copy and little to sync. The WAL has at most
    /// 4,000 frames and those of one packet. Found by `examples/longest_ack`; docs/CHECKPOINTS.md has its figures, and where
    /// it does not help.
    pub const SHORT_ACKS: Self = Self::HandOver {
        reset_frames: NonZeroU32::new(2000).expect("not zero"),
        rest_frames: NonZeroU32::new(250).expect("not zero"),
    };

    /// The strategy in words for settings and messages, its stable key (its kind, its parameters, its mode), and its
    /// label.
    fn names(self) -> [String; 3] {
        match self {
            Self::Automatic => ["automatic"; 3].map(str::to_owned),
            Self::AfterAck { every, mode } => {
                let [words, key, label] = every.names();
                let (mode, mode_label) = (mode.name(), mode_label(mode));
                [
                    format!("{mode} after the ack, every {words}"),
                    format!("after_ack:{key}:{mode}"),
                    format!("after-ack-{label}{mode_label}"),
                ]
            }
            Self::Background { pace, mode, database_sync } => {
                let [words, key, label] = pace.names();
                let [synced, key_synced, label_synced] = database_sync.suffixes();
                let (mode, mode_label) = (mode.name(), mode_label(mode));
                [
                    format!("{mode} in the background, every {words}{synced}"),
                    format!("background:{key}:{mode}{key_synced}"),
                    format!("background-{label}{mode_label}{label_synced}"),
                ]
            }
            Self::TwoPhase { copy_frames: copy, reset_frames: reset, database_sync } => {
                let [synced, key_synced, label_synced] = database_sync.suffixes();
                [
                    format!(
                        "passive in the background, every {copy} frames{synced}; the rest after an \
                         ack, from {reset} frames"
                    ),
                    format!("two_phase:copy={copy}:reset={reset}{key_synced}"),
                    format!("two-phase-{}-{}-frames{label_synced}", short(copy), short(reset)),
                ]
            }
            Self::HandOver { reset_frames: reset, rest_frames: rest } => [
                format!(
                    "passive in the background, every {rest} frames, database synced each time; the \
                     rest handed over from {reset} frames"
                ),
                format!("hand_over:reset={reset}:rest={rest}"),
                format!("hand-over-{}-{}-frames", short(reset), short(rest)),
            ],
        }
    }

    /// The strategy in words.
    pub(in crate::sqlite) fn name(self) -> String {
        let [words, ..] = self.names();
        words
    }

    /// The strategy as an axis.
    pub(in crate::sqlite) fn axis(self) -> AxisValue {
        let [_, key, label] = self.names();
        AxisValue::labelled("checkpoint_strategy", key, label)
    }

    /// Frames after which a commit has surely begun the WAL anew while nothing pauses; 0 where that
    /// may never be.
    pub(in crate::sqlite) fn frames_to_reset(self, pragma: WalAutocheckpoint) -> u64 {
        match self {
            Self::Automatic => pragma.pages().into(),
            Self::AfterAck { every: CheckpointInterval::Frames(frames), .. } => frames.get().into(),
            // A record dirties a page or two of each of its trees; a filling that meets a reset ends.
            Self::AfterAck { every: CheckpointInterval::Records(records), .. } => {
                u64::from(records.get()).min(FILLING_FRAMES_MAX)
            }
            Self::Background { mode: CheckpointMode::Passive, .. } => 0,
            // Its file is cut, so that it never has space that was written before; and the count in the
            // header of the committing connection does not tell that another one began the WAL anew.
            Self::Background { mode: CheckpointMode::Truncate, .. } => 0,
            Self::Background { .. } => FILLING_FRAMES_MAX,
            Self::TwoPhase { reset_frames: frames, .. }
            | Self::HandOver { reset_frames: frames, .. } => 2 * u64::from(frames.get()),
        }
    }

    /// How long the WAL's file is in the long run, in bytes, but for the frames of one commit; `None` where that is not
    /// known beforehand, or the file is cut.
    pub(in crate::sqlite) fn wal_bytes_in_long_run(
        self,
        pragma: WalAutocheckpoint,
        page: PageSize,
    ) -> Option<u64> {
        let frames = match self {
            Self::Automatic => pragma.pages(),
            Self::AfterAck { mode: CheckpointMode::Truncate, .. } => return None,
            Self::AfterAck { every: CheckpointInterval::Frames(frames), .. } => frames.get(),
            Self::AfterAck { .. }
            | Self::Background { .. }
            | Self::TwoPhase { .. }
            | Self::HandOver { .. } => return None,
        };
        let frame_bytes = page.bytes() + FRAME_HEADER_BYTES;
        (frames > 0).then(|| WAL_HEADER_BYTES + u64::from(frames) * u64::from(frame_bytes))
    }

    /// From one beginning of the WAL to the next.
    pub(in crate::sqlite) fn cycle(self, pragma: WalAutocheckpoint, page: PageSize) -> Cycle {
        let frames = |frames: u32| {
            Cycle::WalBytes(u64::from(frames) * u64::from(page.bytes() + FRAME_HEADER_BYTES))
        };
        match self {
            Self::Automatic => match pragma {
                WalAutocheckpoint::Off => Cycle::Never,
                WalAutocheckpoint::Pages(pages) => frames(pages.get()),
            },
            Self::AfterAck { every: CheckpointInterval::Frames(every), .. } => frames(every.get()),
            Self::AfterAck { every: CheckpointInterval::Records(records), .. } => {
                Cycle::Operations(records.get().into())
            }
            // Under constant commits it hardly ever reaches the last frame.
            Self::Background { mode: CheckpointMode::Passive, .. } => Cycle::Never,
            Self::Background { pace: BackgroundPace::Milliseconds(milliseconds), .. } => {
                Cycle::Time(Duration::from_millis(milliseconds.get().into()))
            }
            Self::Background { pace: BackgroundPace::Frames(every), .. } => frames(every.get()),
            Self::TwoPhase { reset_frames, .. } | Self::HandOver { reset_frames, .. } => {
                frames(reset_frames.get())
            }
        }
    }

    /// Whether the strategy has a thread and a connection of its own.
    pub(in crate::sqlite) fn has_thread(self) -> bool {
        match self {
            Self::Automatic | Self::AfterAck { .. } => false,
            Self::Background { .. } | Self::TwoPhase { .. } | Self::HandOver { .. } => true,
        }
    }
}

impl CheckpointInterval {
    fn names(self) -> [String; 3] {
        match self {
            Self::Records(records) => counted(records, "records"),
            Self::Frames(frames) => counted(frames, "frames"),
        }
    }
}

impl BackgroundPace {
    fn names(self) -> [String; 3] {
        match self {
            Self::Milliseconds(ms) => [format!("{ms} ms"), format!("ms={ms}"), format!("{ms}ms")],
            Self::Frames(frames) => counted(frames, "frames"),
        }
    }
}

impl DatabaseSync {
    fn suffixes(self) -> [&'static str; 3] {
        match self {
            Self::WhenComplete => [""; 3],
            Self::EachCall => [", database synced each time", ":synced", "-synced"],
        }
    }
}

/// So many of something: in words, as a key's part, as a label's.
fn counted(count: NonZeroU32, unit: &str) -> [String; 3] {
    [format!("{count} {unit}"), format!("{unit}={count}"), format!("{}-{unit}", short(count))]
}

/// The mildest mode needs no word.
fn mode_label(mode: CheckpointMode) -> String {
    match mode {
        CheckpointMode::Passive => String::new(),
        other => format!("-{}", other.name()),
    }
}

/// A count as short as an id wants it: whole thousands as `k`.
fn short(count: NonZeroU32) -> String {
    if count.get().is_multiple_of(1000) {
        format!("{}k", count.get() / 1000)
    } else {
        count.to_string()
    }
}
