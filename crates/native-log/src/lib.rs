//! An append-only log with group commit.
//!
//! Packets of bytes go in at the end, get consecutive numbers ([`Sequence`]), and are durable when
//! [`Log::wait`] returns. Many threads share one write and one sync.
//!
//! ```
//! use native_log::{Log, LogOptions, Sequence};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let scratch = tempfile::tempdir()?;
//! # let directory = scratch.path().join("log");
//! let options = LogOptions::growing_fdatasync();
//! let log = Log::open(&directory, options)?;
//! let sequence = log.append(b"a vote", 1)?;
//! log.wait(sequence)?; // On return the packet is durable.
//! log.close()?;
//!
//! let log = Log::open(&directory, options)?;
//! let mut reader = log.read_from(Sequence::FIRST)?;
//! let packet = reader.next()?.expect("what was acknowledged is there");
//! assert_eq!((packet.bytes(), packet.records()), (b"a vote".as_slice(), 1));
//! # Ok(())
//! # }
//! ```

mod append;
mod commit;
mod error;
mod format;
mod group;
mod log;
mod options;
mod packet;
mod prepare;
mod reader;
mod recover;
mod retention;
mod segment;
mod sequence;
mod shared;
pub mod storage;
mod window;

pub use error::{Error, Operation, StorageFailure};
pub use format::FORMAT_VERSION;
pub use log::Log;
pub use options::{
    Flusher, GroupWait, LogOptions, OptionsError, Prepare, SEGMENT_BYTES_LIMIT, Space, SyncMethod,
};
pub use packet::Packet;
pub use reader::Reader;
pub use recover::{Cut, RecoveryReport};
pub use sequence::Sequence;
