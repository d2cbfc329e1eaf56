//! The traits behind which every engine stands while it is timed.

use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::Result;
use crate::inspect::Inspect;
use crate::operation::{Packet, Ticket};
use crate::read::{Query, ReadPath, ReaderBeside};
use crate::record::Record;

/// What turns packets into acks, open on a directory.
///
/// The driver calls `submit`, then `wait`, then (after the ack) `after_ack`; it times each of them.
/// Packets that are submitted before a `wait` share one commit, which is how a group-commit driver
/// merges packets over a serial path.
pub trait WritePath {
    /// Hands a packet to the engine. Nothing is promised yet.
    fn submit(&mut self, packet: &Packet) -> Result<Ticket>;

    /// Returns once every packet up to this ticket is as durable as the settings promise.
    fn wait(&mut self, ticket: Ticket) -> Result<()>;

    /// Does the work that was put off until after the ack (a checkpoint, a deferred persist).
    fn after_ack(&mut self) -> Result<()> {
        Ok(())
    }

    /// Settles every debt: checkpoints, buffers, lag. The path stays usable.
    fn drain(&mut self) -> Result<()>;

    /// How the path admits packets.
    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    /// Closes the path in an orderly way and reports what closing met.
    fn close(self: Box<Self>) -> Result<()>;

    /// Syncs and writes so far.
    fn counters(&self) -> Counters {
        Counters::default()
    }

    /// What can be asked of the path while nothing is timed.
    fn inspect(&self) -> &dyn Inspect;

    /// Brings the space into the state that the settings keep in the long run, where that differs
    /// from a fresh one. Called once, before the first packet.
    fn reach_steady_state(&mut self) -> Result<()> {
        Ok(())
    }

    /// Gives up what was acked and whose space the settings use again, as an application does that
    /// has no more need of it, and returns what was read back of it before it went. Called while
    /// nothing is timed, by those who read nothing later. A path whose settings keep everything
    /// gives up nothing; so does one that was told of deletions, which may concern what is kept.
    fn recycle(&mut self) -> Result<Digest> {
        Ok(Digest::default())
    }

    /// Shows packets before they are handed in, in the same order and while nothing is timed: to a path that is
    /// measured from the point at which they are bytes already.
    fn make_ready(&mut self, packets: &[Packet]) {
        let _needs_no_preparation = packets;
    }

    /// Leaves the engine's share of the process to another path, until [`WritePath::resume`]: one
    /// SQLite build is active at a time. The store stays open, and nothing may be asked of it
    /// meanwhile. Nothing happens where an engine shares nothing.
    fn suspend(&mut self) {}

    /// Resumes the path after [`WritePath::suspend`].
    ///
    /// # Errors
    /// [`WriteError::Build`](crate::WriteError::Build) while another SQLite build is in use.
    fn resume(&mut self) -> Result<()> {
        Ok(())
    }

    /// Who answers queries over what is acked; `None` for a path that only takes records in.
    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        Ok(None)
    }

    /// A reader that another thread may open and use while packets are handed in; `None` where nobody can read
    /// beside the commits.
    fn reader_beside(&self) -> Option<Box<dyn ReaderBeside>> {
        None
    }
}

/// A path that many threads may enter at once, because it commits groups by itself.
pub trait ConcurrentPath: Sync {
    /// Hands a packet to the engine. Nothing is promised yet.
    fn submit(&self, packet: &Packet) -> Result<Ticket>;

    /// Returns once the packet of this ticket is as durable as the settings promise.
    fn wait(&self, ticket: Ticket) -> Result<()>;

    /// Answers a query as [`ReadPath::read`] does, beside those who write. What was acked before the
    /// question is in the answer.
    ///
    /// # Errors
    /// [`WriteError::NoWayToRead`](crate::WriteError::NoWayToRead) unless the path says otherwise.
    fn read(&self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        let _untouched = found;
        Err(query.no_way_in("the path"))
    }
}

/// How a path admits packets.
pub enum Admission<'a> {
    /// One commit at a time; a driver merges what is waiting.
    Serial,
    /// Its own group commit, entered by many threads at once.
    Concurrent(&'a dyn ConcurrentPath),
}

/// Asks a path that is on another thread, which sends its answer back.
pub(crate) fn answer(path: &mut dyn WritePath, query: Query) -> Result<(u64, Vec<Record>)> {
    let mut records = Vec::new();
    let reader = path.reader()?;
    let mut reader = reader.ok_or_else(|| query.no_way_in("the path"))?;
    let count = reader.read(query, &mut records)?;
    Ok((count, records))
}

/// Reads as any thread may that enters a path.
pub(crate) struct SharedReader<'path>(pub(crate) &'path dyn ConcurrentPath);

impl ReadPath for SharedReader<'_> {
    fn read(&mut self, query: Query, found: &mut Vec<Record>) -> Result<u64> {
        self.0.read(query, found)
    }
}
