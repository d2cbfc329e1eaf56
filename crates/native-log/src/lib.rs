//! An append-only log with group commit: as fast as the device allows, and safe in every crash.
//!
//! Packets of bytes go in at the end and get consecutive numbers ([`Sequence`]). A packet is durable
//! when [`Log::wait`] returns. Packets that are waited for at the same time share one write and
//! one sync. What the bytes mean is the caller's business; if they are records of a fixed size,
//! [`Packet::fixed_records`] takes them apart.
//!
//! ```
//! use native_log::{Log, LogOptions, Sequence};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let scratch = tempfile::tempdir()?;
//! # let directory = scratch.path().join("log");
//! let options = LogOptions::growing_fdatasync();
//! let log = Log::open(&directory, options)?;
//! let sequence = log.append(b"onetwo", 2)?;
//! log.wait(sequence)?; // On return the packet is durable.
//! log.close()?;
//!
//! let log = Log::open(&directory, options)?;
//! let mut reader = log.read_from(Sequence::FIRST)?;
//! let packet = reader.next()?.expect("what was acknowledged is there");
//! assert_eq!(packet.fixed_records(), Some([*b"one", *b"two"].as_slice()));
//! # Ok(())
//! # }
//! ```
//!
//! # Ways to use it
//!
//! - **A closed loop**, one thread or many: [`append`](Log::append), then [`wait`](Log::wait). The first
//!   to wait leads: it writes and syncs for all who have appended. While it does, the next group
//!   forms, and one of its waiters leads next. There is no timer and, for a single thread, no other
//!   thread.
//! - **Many packets in flight from one thread**: append many, then [`wait`](Log::wait) for the oldest or
//!   [`wait_beyond`](Log::wait_beyond) the last known acknowledgement. One sync covers all that were
//!   appended before it; waits for them return without a system call.
//! - **Never block on a sync**: with [`Flusher::OwnThread`] a thread of the log commits as soon as
//!   there is something, and [`acked_through`](Log::acked_through) tells how far it is.
//! - **Rebuild on start**: [`open_replaying`](Log::open_replaying) shows every packet in the pass that
//!   verifies it. [`read_from`](Log::read_from) reads at any time, up to what is acknowledged.
//! - **Keep it small**: [`drop_before`](Log::drop_before) lets go of whole segments, which
//!   [`Space::Recycled`] uses again.
//!
//! # Guarantees
//!
//! With every [`SyncMethod`] but `Never`, on a device that keeps what it has synced:
//!
//! - An acknowledged packet survives the death of the process and of the machine at any moment,
//!   during recovery too.
//! - What is found after a crash is a prefix of what was appended: whole packets, in order, no gaps.
//!   Packets that were not acknowledged may be among them, and stay.
//! - Damage to a packet is never taken for a packet. If a later packet, or the mark that
//!   [`Log::close`] leaves, promises that the damaged one was durable, opening is refused with the
//!   file and offset; else it cannot be told from a write that a crash tore, and the log ends
//!   before it ([`RecoveryReport::cut`] says where). Nothing is changed before all segments have been
//!   judged, and the [`RecoveryReport`] names every file that was removed. The table
//!   [below](#the-end-of-the-log-torn-or-damaged) says what recovery does with each kind of damage.
//! - After a failed write, sync, rename or the like the log does nothing more, and all who wait or
//!   call get [`Error::Poisoned`] with the cause. Nothing is tried again, because a second sync can
//!   succeed without the data of the first ([Rebello et al., ATC 2020][fsync-failures]). Packets that
//!   were acknowledged before stay acknowledged and can be read. Opening the log again writes and
//!   syncs what may have stayed in the page cache only, before it counts. A next segment that cannot
//!   be prepared ahead stops the log only when it is needed.
//! - The log's files are reached relative to its locked directory: a log whose directory is moved
//!   goes on in it, and never replaces a file.
//!
//! # Limits
//!
//! - Linux, and file systems that keep the contracts of `fsync(2)`. One process at a time has a log
//!   open; a lock on the directory sees to that. Opening syncs the log's directory and the one that
//!   it lies in, but none above.
//! - Opening writes the last packets again in their place. Should the power fail meanwhile, each sector must be
//!   old or new afterwards: a device that leaves anything else there can take acknowledged packets.
//! - A packet has 1 byte to [`packet_bytes_max`](LogOptions::packet_bytes_max). It lies in one segment.
//! - One open file per segment that is kept. Finding a packet reads its segment from the start.
//! - A new [`Space::Recycled`] log has nothing to recycle: its first segments are filled with zeros,
//!   the very first before [`Log::open`] returns, the next beside the first commits. Measure after
//!   [`Log::wait_until_prepared`].
//! - Recovery reads everything that is kept, once (about 2 GB/s from the page cache). With a durable
//!   sync method it also writes again what no promise proves: after a clean close a mark of 32 bytes,
//!   after a crash the last groups, and all packets that [`SyncMethod::Never`] has left.
//!
//! # On disk
#![doc = include_str!("../FORMAT.md")]
//!
//! [fsync-failures]: https://www.usenix.org/conference/atc20/presentation/rebello

mod append;
mod commit;
mod error;
mod format;
mod frame_copy;
mod group;
mod judgement;
mod log;
mod options;
mod packet;
mod prefix_checksums;
mod prepare;
mod reader;
mod recover;
mod report;
mod retention;
mod rewrite;
mod search;
mod segment;
mod sequence;
mod settle;
mod shared;
pub mod storage;
mod walk;
mod window;

pub use error::{Error, Operation, StorageFailure};
pub use format::FORMAT_VERSION;
pub use log::Log;
pub use options::{
    Flusher, GroupWait, LogOptions, Prepare, SEGMENT_BYTES_LIMIT, Space, SyncMethod,
};
pub use packet::Packet;
pub use reader::Reader;
pub use report::{Cut, RecoveryReport, Removal, Removed};
pub use sequence::Sequence;
