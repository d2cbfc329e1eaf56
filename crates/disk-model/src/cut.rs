//! What of the changes that wait for a sync a power cut may take by itself.

use std::sync::Arc;

use crate::event::InodeId;

/// A part of the changes that wait for a sync, whose fate in a power cut is its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// The place of its change among all changes of the disk, counted from 1.
    pub order: u64,
    /// What it is.
    pub kind: UnitKind,
}

/// What a unit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnitKind {
    /// A name appears.
    Created {
        /// The name.
        name: Arc<str>,
        /// Its file.
        inode: InodeId,
    },
    /// A name changes.
    Renamed {
        /// The old one.
        from: Arc<str>,
        /// The new one.
        to: Arc<str>,
        /// The file that has it.
        inode: InodeId,
    },
    /// A name goes.
    Unlinked {
        /// The name.
        name: Arc<str>,
    },
    /// A file's length changes, by a write beyond its end or by itself.
    Length {
        /// The file.
        inode: InodeId,
        /// The new length in bytes.
        length: usize,
    },
    /// The part of a write that lies in one sector.
    Sector {
        /// The file.
        inode: InodeId,
        /// The first byte.
        from: usize,
        /// The byte after the last.
        to: usize,
    },
}

impl UnitKind {
    /// Whether it is a part of a write's data. All others are metadata.
    #[must_use]
    pub fn is_data(&self) -> bool {
        matches!(self, Self::Sector { .. })
    }
}

/// What becomes of a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// It reached the disk.
    Kept,
    /// It did not.
    Dropped,
    /// It was being written. Where the hazards know no garbage, and for metadata, it is dropped.
    Garbage,
}
