//! The typed description of the native log as a write path, and packets that are bytes before they are handed in.

use std::collections::VecDeque;
use std::ops::Range;

use native_log::LogOptions;

use super::encoding::encode_packet;
use crate::error::WriteError;
use crate::operation::Packet;

/// The native log as a case describes it.
#[derive(Debug, Clone, Copy)]
pub struct LogSpec {
    /// Every option of the log.
    pub options: LogOptions,
    /// In what form packets come.
    pub packets: Packets,
}

/// In what form packets come to a log. It takes bytes; that the suite's operations become bytes first is the path's work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Packets {
    /// As operations, which are encoded within the ack.
    Encoded,
    /// As bytes: they were encoded ahead, so that what is timed is the log alone. One at a time: several appenders are
    /// a matter of [`Packets::Encoded`].
    Ready,
}

impl LogSpec {
    /// A log of these options, whose packets are encoded within the ack.
    pub const fn new(options: LogOptions) -> Self {
        Self { options, packets: Packets::Encoded }
    }

    /// A log of these options, whose packets were encoded ahead.
    pub const fn ready(options: LogOptions) -> Self {
        Self { options, packets: Packets::Ready }
    }
}

/// The packets that come next, as bytes.
#[derive(Debug, Default)]
pub(super) struct ReadyPackets {
    /// One after the other.
    bytes: Vec<u8>,
    next: VecDeque<ReadyPacket>,
}

#[derive(Debug)]
struct ReadyPacket {
    bytes: Range<usize>,
    records: u32,
}

impl ReadyPackets {
    /// Whether any packet was shown yet.
    pub(super) fn were_shown(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Encodes the packets that come next.
    pub(super) fn show(&mut self, packets: &[Packet]) {
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

    /// The bytes of the next packet, and how many records it has. `None` before any packet was shown: what prepares the
    /// log is encoded when it comes. Later ones must have been shown, or their encoding would be timed. That what was
    /// shown is what is handed in is seen by those who compare what is found later.
    pub(super) fn take(&mut self) -> Result<Option<(&[u8], u32)>, WriteError> {
        match self.next.pop_front() {
            Some(ReadyPacket { bytes, records }) => Ok(Some((&self.bytes[bytes], records))),
            None if self.were_shown() => Err(WriteError::NotReady),
            None => Ok(None),
        }
    }
}
