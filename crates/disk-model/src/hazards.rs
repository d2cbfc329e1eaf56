//! What a disk and its file system may do in a power cut.

/// Everything in which disks and file systems differ here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Hazards {
    /// What is written whole or not at all.
    pub sector: SectorBytes,
    /// What an interrupted write leaves of a sector.
    pub torn: TornSector,
    /// In which order names and lengths become durable.
    pub metadata: Metadata,
    /// What a file holds where its length is durable and its data is not.
    pub tail: Tail,
}

impl Hazards {
    /// What POSIX allows, on sectors of 512 bytes that are old or new: what survives this is durable.
    pub const STRICT: Self = Self {
        sector: SectorBytes::B512,
        torn: TornSector::OldOrNew,
        metadata: Metadata::PosixStrict,
        tail: Tail::Zeros,
    };
}

/// The unit in which writes tear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SectorBytes {
    /// 512 bytes, the smallest that disks promise.
    B512,
    /// 4,096 bytes: disks of today, and pages of the cache.
    B4096,
}

impl SectorBytes {
    /// How many bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        match self {
            Self::B512 => 512,
            Self::B4096 => 4096,
        }
    }
}

/// What an interrupted write leaves of a sector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TornSector {
    /// What was there, or what was written.
    OldOrNew,
    /// Or any bytes, but only where it was written ("Those bytes might contain their old values, their new
    /// values, random values", <https://sqlite.org/psow.html>).
    Garbage,
    /// Or any bytes in all of the sector, beside what was written too: no powersafe overwrite. SQLite takes
    /// powersafe overwrite for granted since 3.7.10, and so does every log that does not pad its commits.
    GarbageBeyond,
}

/// In which order names and lengths become durable.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Metadata {
    /// Each by itself, in any order; only a sync of the directory makes names durable.
    PosixStrict,
    /// In the order in which they were made, with the data of a growing file before its length; a sync of anything
    /// makes all earlier ones durable. This is the kindest reading of ext4 with `data=ordered`: what is lost here is
    /// lost in practice.
    Ext4Ordered,
}

/// What a file holds where its length is durable and its data is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Tail {
    /// Zeros.
    Zeros,
    /// Bytes that nobody wrote there.
    Garbage,
}
