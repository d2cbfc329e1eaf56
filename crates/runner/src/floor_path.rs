//! The floor as a path: each packet is one write and one sync of as many bytes, with nothing in between.
//!
//! As the baseline of a case in turns it is driven and timed as the case is, so that their difference is the path's.

use std::io;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use measure::floor::{Floor, SyncCall};
use write_path::{
    AxisValue, Counters, Digest, Inspect, Operation, Packet, PathFacts, PathSpec, Settings,
    StorageSizes, Ticket, WorkDone, WriteError, WritePath,
};

use crate::case::Case;

/// Writes what a case's packets have on average, and keeps of the packets no more than a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FloorSpec {
    payload_bytes: NonZeroUsize,
}

/// What makes each write durable.
const SYNC_CALL: SyncCall = SyncCall::Fdatasync;

/// An open floor.
struct FloorPath {
    directory: PathBuf,
    floor: Floor,
    submitted: u64,
    written: u64,
    /// Packets that were digested before they were handed in.
    shown: u64,
    kept: Digest,
}

impl FloorSpec {
    /// The floor of a case, with `fdatasync`.
    #[must_use]
    pub fn of(case: &Case) -> Self {
        Self { payload_bytes: case.packet_payload() }
    }
}

impl PathSpec for FloorSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::plain("engine", "floor")
    }

    fn axes(&self) -> Vec<AxisValue> {
        vec![AxisValue::plain("sync_method", SYNC_CALL.name())]
    }

    fn facts(&self) -> PathFacts {
        PathFacts {
            has_even_commits: true,
            stores_records: false,
            ..PathFacts::of(Some(write_path::SyncCall::Fdatasync))
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let floor = Floor::prepare(directory, self.payload_bytes, SYNC_CALL)
            .map_err(io::Error::other)
            .map_err(WriteError::io("preparing the floor in", directory))?;
        Ok(Box::new(FloorPath {
            directory: directory.to_path_buf(),
            floor,
            submitted: 0,
            written: 0,
            shown: 0,
            kept: Digest::default(),
        }))
    }

    /// Nothing outlives the path.
    fn recover(&self, _directory: &Path) -> Result<Digest, WriteError> {
        Ok(Digest::default())
    }
}

impl FloorPath {
    fn digest(&mut self, packet: &Packet) {
        for operation in packet.operations() {
            // A key does not tell the record whose digest it would be: who deletes finds another digest at the end.
            if let Operation::Insert(record) = operation {
                self.kept.add(record);
            }
        }
    }
}

impl WritePath for FloorPath {
    /// The digest is taken while nothing is timed.
    fn make_ready(&mut self, packets: &[Packet]) {
        packets.iter().for_each(|packet| self.digest(packet));
        self.shown += packets.len() as u64;
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        match self.shown.checked_sub(1) {
            Some(left) => self.shown = left,
            None => self.digest(packet),
        }
        self.submitted += 1;
        Ok(Ticket(self.submitted))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        while self.written < ticket.0 {
            let written = self.floor.write();
            written.map_err(WriteError::io("writing the floor in", &self.directory))?;
            self.written += 1;
        }
        Ok(())
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    fn counters(&self) -> Counters {
        Counters::from(WorkDone {
            syncs: self.written,
            writes: self.written,
            bytes_written: self.written * self.floor.payload_bytes() as u64,
            ..WorkDone::default()
        })
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

impl Inspect for FloorPath {
    fn settings(&self) -> Result<Settings, WriteError> {
        Ok(Settings::from([("sync_method".into(), SYNC_CALL.name().into())]))
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        Ok(StorageSizes::default())
    }

    fn kept_in_memory(&self) -> Option<Digest> {
        Some(self.kept)
    }
}

#[cfg(test)]
mod tests {
    use write_path::NullSpec;

    use super::*;
    use crate::case::{Load, count};
    use crate::workload::{PacketSource, SEED, Workload};

    #[test]
    fn each_packet_is_one_write_and_one_sync_of_its_bytes_and_is_known_at_the_end() {
        let directory = tempfile::tempdir().expect("temporary directory");
        let case = Case::new(NullSpec, Load::closed_loop(Workload::VOTES, count(10)));
        let spec = FloorSpec::of(&case);
        let mut path = spec.open(directory.path()).expect("opened");
        let mut source = PacketSource::new(Workload::VOTES, count(10), SEED);
        let shown = [source.next_packet(), source.next_packet()];
        path.make_ready(&shown);
        for packet in shown.iter().chain([&source.next_packet()]) {
            let ticket = path.submit(packet).expect("taken");
            path.wait(ticket).expect("acked");
        }
        let done = path.counters().total();
        assert_eq!((done.syncs, done.writes, done.bytes_written), (3, 3, 3 * 240));
        assert_eq!(path.inspect().kept_in_memory(), Some(source.made()), "shown or not");
        assert!(!spec.facts().stores_records);
    }
}
