//! What a power cut may leave of one directory.
//!
//! A [`Disk`] takes storage events in their order and remembers which of them a sync has made durable. At any
//! moment it can tell in which [units](Unit) the rest may be lost, and what is left once the fate of each is
//! chosen. The unit of truth is the inode, not the name: a name may denote the old file, the new one, or nothing.
//!
//! ```
//! use disk_model::{Disk, Event, Fate, Hazards};
//!
//! let mut disk = Disk::default();
//! let inode = disk.next_inode();
//! disk.apply(&Event::Create { name: "log".into(), inode });
//! disk.apply(&Event::Write { inode, offset: 0, bytes: b"record".as_slice().into() });
//! disk.apply(&Event::Sync { inode });
//! // The bytes are durable, the name is not.
//! let left = disk.after_cut(&Hazards::STRICT, |_| Fate::Dropped);
//! assert_eq!(left.file("log"), None);
//! disk.apply(&Event::sync_directory());
//! let left = disk.after_cut(&Hazards::STRICT, |_| Fate::Dropped);
//! assert_eq!(left.file("log"), Some(b"record".as_slice()));
//! ```

mod cut;
mod dice;
mod disk;
mod event;
mod hazards;
mod inode;

pub use cut::{Fate, Unit, UnitKind};
pub use dice::Dice;
pub use disk::Disk;
pub use event::{Event, InodeId};
pub use hazards::{Hazards, Metadata, SectorBytes, Tail, TornSector};
