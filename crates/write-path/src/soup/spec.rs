//! The typed description of Soup's log as a write path.

use super::log::SoupLogFile;

/// Soup's log and rows as a case describes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoupLogSpec {
    /// The log file.
    pub file: SoupLogFile,
    /// When a packet is acknowledged.
    pub ack: AckMoment,
    /// Whether there is a log at all.
    pub durability: SoupDurability,
}

/// When a packet is acknowledged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AckMoment {
    /// After the log is synced, before the rows are in memory: until 15 March 2018, and again from
    /// the 26th (noria, a430ae8b).
    BeforeRows,
    /// After the rows are in memory too: between them (noria, df4bcf41), in the version on which the
    /// first document's figures for the log rest.
    AfterRows,
}

/// Whether there is a log at all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SoupDurability {
    /// `Permanent`: each flush is appended and synced.
    Permanent,
    /// `MemoryOnly`: all is done as with a log, but for the log.
    MemoryOnly,
}

impl SoupLogSpec {
    /// The log of the benchmark's votes.
    pub const fn vote(ack: AckMoment, durability: SoupDurability) -> Self {
        Self { file: SoupLogFile::VOTE, ack, durability }
    }
}
