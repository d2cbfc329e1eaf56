//! What is done to a directory.

use std::sync::Arc;

/// A file, whatever names it has. Ids of one [`Disk`](crate::Disk) are consecutive and never used again.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct InodeId(pub usize);

/// One storage event, as the program sees it when the call has returned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// An empty file gets a name that is free.
    Create {
        /// The name, relative to the directory.
        name: Arc<str>,
        /// [`Disk::next_inode`](crate::Disk::next_inode).
        inode: InodeId,
    },
    /// Bytes are written, and the file grows if need be.
    Write {
        /// The file.
        inode: InodeId,
        /// Where, in bytes.
        offset: usize,
        /// What.
        bytes: Arc<[u8]>,
    },
    /// A file is cut, or extended with zeros.
    SetLen {
        /// The file.
        inode: InodeId,
        /// Its new length in bytes.
        length: usize,
    },
    /// A file's changes become durable; its name does not.
    Sync {
        /// The file.
        inode: InodeId,
    },
    /// A file gets another name, and what had it loses it.
    Rename {
        /// The name that it has.
        from: Arc<str>,
        /// The name that it gets.
        to: Arc<str>,
    },
    /// A name goes.
    Unlink {
        /// The name.
        name: Arc<str>,
    },
    /// The names in a directory are durable as they are.
    SyncDirectory {
        /// What its names have before their last `/`; empty for those without one.
        directory: Arc<str>,
    },
    /// A sync of a file has failed, and what it should have made durable is taken for clean: it can be read, and no
    /// later sync writes it, unless its page is written to again.
    SyncLost {
        /// The file.
        inode: InodeId,
    },
    /// The same of a directory's names.
    SyncDirectoryLost {
        /// As in `SyncDirectory`.
        directory: Arc<str>,
    },
}

impl Event {
    /// A sync of the directory whose names have no `/`.
    #[must_use]
    pub fn sync_directory() -> Self {
        Self::SyncDirectory { directory: "".into() }
    }

    /// What happens instead where a sync fails and takes what it should have written for clean.
    #[must_use]
    pub fn lost(self) -> Self {
        match self {
            Self::Sync { inode } => Self::SyncLost { inode },
            Self::SyncDirectory { directory } => Self::SyncDirectoryLost { directory },
            other => other,
        }
    }
}
