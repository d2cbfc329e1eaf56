//! Where a path writes.

/// Where a path writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// The scratch directory, on a disk: where syncs are the question.
    Disk,
    /// A tmpfs, where a sync costs nothing: for questions about processor time.
    Memory,
}
