//! The native log under packets that are bytes already.
//!
//! The log takes bytes; that the suite's operations become bytes first is the path's work and lies inside
//! every ack of [`LogSpec`]. Here it is done ahead, so that what is timed is the log alone.

use std::collections::VecDeque;
use std::ops::Range;
use std::path::Path;

use native_log::LogOptions;

use super::LogSpec;
use super::encoding::encode_packet;
use super::path::LogPath;
use super::spec::PACKETS_AXIS;
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::counters::Counters;
use crate::digest::Digest;
use crate::error::WriteError;
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, WritePath};
use crate::spec::{PathSpec, Standing, SyncPromise};

/// How packets come, as axis and as setting.
const READY: &str = "ready";

/// The native log, handed packets that were encoded ahead. One at a time: several appenders are a matter
/// of [`LogSpec`].
#[derive(Debug, Clone, Copy)]
pub struct ReadyLogSpec {
    /// Every option of the log.
    pub options: LogOptions,
}

/// An open log, and the packets that come next.
struct ReadyLogPath {
    inner: LogPath,
    /// Their bytes, one after the other.
    bytes: Vec<u8>,
    next: VecDeque<ReadyPacket>,
}

struct ReadyPacket {
    bytes: Range<usize>,
    records: u32,
}

impl ReadyLogSpec {
    fn encoding(self) -> LogSpec {
        LogSpec { options: self.options }
    }
}

impl PathSpec for ReadyLogSpec {
    fn engine(&self) -> AxisValue {
        self.encoding().engine()
    }

    fn axes(&self) -> Vec<AxisValue> {
        let mut axes = self.encoding().axes();
        axes.retain(|axis| axis.axis != PACKETS_AXIS);
        axes.push(AxisValue::labelled(PACKETS_AXIS, READY, "ready"));
        axes
    }

    fn promise(&self) -> SyncPromise {
        self.encoding().promise()
    }

    fn cycle(&self) -> Cycle {
        self.encoding().cycle()
    }

    fn has_even_commits(&self) -> bool {
        self.encoding().has_even_commits()
    }

    fn standing(&self) -> Standing {
        self.encoding().standing()
    }

    fn initial_state_bytes(&self) -> u64 {
        self.encoding().initial_state_bytes()
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let inner = LogPath::open(self.options, directory)?;
        Ok(Box::new(ReadyLogPath { inner, bytes: Vec::new(), next: VecDeque::new() }))
    }

    fn open_for_audit(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        self.encoding().open_for_audit(directory)
    }

    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        self.encoding().recover(directory)
    }
}

impl ReadyLogPath {
    fn was_shown(&self) -> bool {
        !self.bytes.is_empty()
    }
}

impl WritePath for ReadyLogPath {
    fn reach_steady_state(&mut self) -> Result<(), WriteError> {
        self.inner.reach_steady_state()
    }

    fn recycle(&mut self) -> Result<Digest, WriteError> {
        self.inner.recycle()
    }

    fn make_ready(&mut self, packets: &[Packet]) {
        self.next.clear();
        self.bytes.resize(packets.iter().map(Packet::payload_bytes).sum(), 0);
        let mut begin = 0;
        for packet in packets {
            let end = begin + packet.payload_bytes();
            encode_packet(packet, &mut self.bytes[begin..end]);
            // A packet of more than four billion records does not fit the log's longest frame.
            let records = packet.len() as u32;
            self.next.push_back(ReadyPacket { bytes: begin..end, records });
            begin = end;
        }
    }

    /// Packets that come before any was shown prepare the log and are encoded now; later ones must have been
    /// shown, or their encoding would be timed. That what was shown is what is handed in is seen by those
    /// who compare what is found later.
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        let Some(ready) = self.next.pop_front() else {
            return if self.was_shown() {
                Err(WriteError::NotReady)
            } else {
                WritePath::submit(&mut self.inner, packet)
            };
        };
        let sequence = self.inner.log().append(&self.bytes[ready.bytes], ready.records)?;
        Ok(Ticket(sequence.get()))
    }

    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
        WritePath::wait(&mut self.inner, ticket)
    }

    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.inner.after_ack()
    }

    fn drain(&mut self) -> Result<(), WriteError> {
        self.inner.drain()
    }

    fn counters(&self) -> Counters {
        self.inner.counters()
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }

    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Box::new(self.inner).close()
    }
}

impl Inspect for ReadyLogPath {
    fn settings(&self) -> Result<Settings, WriteError> {
        let mut settings = self.inner.settings()?;
        if self.was_shown() {
            settings.insert(PACKETS_AXIS.into(), READY.into());
        }
        Ok(settings)
    }

    fn storage_sizes(&self) -> Result<StorageSizes, WriteError> {
        self.inner.storage_sizes()
    }
}
