//! What opening a log tells.

use crate::sequence::Sequence;

/// What opening a log found, and everything that it changed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RecoveryReport {
    /// The first packet there, or [`Sequence::NONE`] if there is none. Packets before it were
    /// dropped; whether by the log or by hand cannot be told.
    pub first: Sequence,
    /// The last packet there, or [`Sequence::NONE`] if there has never been one.
    pub last: Sequence,
    /// How many packets there are.
    pub packets: u64,
    /// The sum of their record counts.
    pub records: u64,
    /// The sum of their lengths in bytes.
    pub bytes: u64,
    /// The remains of packets that no later promise covers, if there were any: the log ends before
    /// them. A crash leaves such remains, and so does damage to the packets acknowledged last.
    pub cut: Option<Cut>,
    /// The files that were removed.
    pub removed: Vec<Removed>,
    /// How many bytes of frames were written again, because nothing proved that a sync had brought
    /// them to the device.
    pub rewritten_bytes: u64,
    /// How many bytes of frames were restored from a copy, because a crash had interrupted an
    /// earlier recovery that was writing them again.
    pub restored_bytes: u64,
    /// The log was closed in order, and all of it is there.
    pub clean_close: bool,
}

/// Where the log was ended before remains.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cut {
    /// The segment, relative to the log's directory.
    pub file: String,
    /// The end of the log in it; what lies behind does not count any more.
    pub offset: u64,
    /// How many bytes lie between that end and the last one that is not zero, or the file's end if
    /// it has no fixed length.
    pub bytes: u64,
}

/// A file that opening removed.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Removed {
    /// Its name, relative to the log's directory.
    pub file: String,
    /// Why it was removed.
    pub why: Removal,
}

/// Why opening removed a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Removal {
    /// A segment behind the end of the log held only remains.
    Remains {
        /// How many bytes, as in [`Cut::bytes`].
        bytes: u64,
    },
    /// A segment without packets was prepared under other options, or behind one that was removed.
    NotAsAsked,
    /// A crash cut a segment's preparation short.
    UnfinishedPreparation,
    /// An earlier recovery left a copy of frames that it was writing again.
    UnfinishedRewrite,
    /// A dropped segment cannot be used again under these options.
    UnusableSpare,
}
