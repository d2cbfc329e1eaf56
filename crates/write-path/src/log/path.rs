//! The native log: the typed description, the engine, and the path behind the write-path traits.

use std::collections::VecDeque;
use std::fs::{self, File};
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use native_log::{Flusher, GroupWait, Log, LogOptions, Prepare, Sequence, Space, SyncMethod};
use sqlite_builds::SyncCall;

use super::encoding::encode_packet;
use super::reader::{FILLER_RECORDS, LogReader, digest_before, digest_log};
use crate::axis::AxisValue;
use crate::checkpoint::Cycle;
use crate::counters::{Counters, WorkDone};
use crate::digest::Digest;
use crate::error::{Result, WriteError};
use crate::files::log_storage;
use crate::inspect::{Inspect, Settings, StorageSizes};
use crate::operation::{Packet, Ticket};
use crate::path::{Admission, ConcurrentPath, WritePath};
use crate::read::ReadPath;
use crate::spec::{PathFacts, PathSpec, Standing};

/// A packet of filler.
const FILLER_BYTES: usize = 1 << 20;

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
struct ReadyPackets {
    /// One after the other.
    bytes: Vec<u8>,
    /// Of each packet its bytes, and how many records it has.
    next: VecDeque<(Range<usize>, u32)>,
}

impl ReadyPackets {
    /// Whether any packet was shown yet.
    fn were_shown(&self) -> bool {
        !self.bytes.is_empty()
    }

    /// Encodes the packets that come next.
    fn show(&mut self, packets: &[Packet]) {
        self.next.clear();
        self.bytes.resize(packets.iter().map(Packet::payload_bytes).sum(), 0);
        let mut begin = 0;
        for packet in packets {
            let end = begin + packet.payload_bytes();
            encode_packet(packet, &mut self.bytes[begin..end]);
            // A packet of more than four billion records does not fit the log's longest frame.
            self.next.push_back((begin..end, packet.len() as u32));
            begin = end;
        }
    }

    /// The bytes of the next packet, and how many records it has. `None` before any packet was shown: what prepares the
    /// log is encoded when it comes. Later ones must have been shown, or their encoding would be timed. That what was
    /// shown is what is handed in is seen by those who compare what is found later.
    fn take(&mut self) -> Result<Option<(&[u8], u32)>> {
        match self.next.pop_front() {
            Some((bytes, records)) => Ok(Some((&self.bytes[bytes], records))),
            None if self.were_shown() => Err(WriteError::Unfit(
                "a packet was handed in to a log of ready bytes that was not shown to it before: its encoding would \
                 be timed; call `make_ready` with each stretch"
                    .into(),
            )),
            None => Ok(None),
        }
    }
}

/// An open log. One packet is one frame.
pub(crate) struct LogPath {
    pub(crate) log: Log,
    /// Where it lies.
    pub(crate) directory: PathBuf,
    /// `None` where each packet is encoded when it is handed in.
    ready: Option<ReadyPackets>,
}

impl LogPath {
    /// Opens the log and waits until its next segment is ready, so that its preparation does not
    /// fall into a measurement.
    pub(crate) fn open(options: LogOptions, directory: &Path) -> Result<Self> {
        let storage = log_storage(directory).map_err(WriteError::io("opening", directory))?;
        Self::over(Log::open_on(storage, options)?, directory)
    }

    /// The path over a log that is open, and lies in this directory.
    pub(crate) fn over(log: Log, directory: &Path) -> Result<Self> {
        log.wait_until_prepared()?;
        Ok(Self { log, directory: directory.to_path_buf(), ready: None })
    }

    /// Brings a log that recycles into the state of the long run, in which it has dropped as many
    /// segments as it keeps for use.
    pub(crate) fn reach_reuse(&self) -> Result<()> {
        if let Space::Recycled { spare_segments_max } = self.log.options().space {
            self.fill_and_drop(spare_segments_max.get())?;
            self.log.wait_until_prepared()?;
        }
        Ok(())
    }

    /// Makes everything durable, also what the options left to the system, and waits until no segment is being
    /// prepared: what comes next would be timed beside that.
    pub(crate) fn settle(&self) -> Result<()> {
        self.log.flush()?;
        self.log.wait_until_prepared()?;
        if self.log.options().sync_method == SyncMethod::Never {
            for path in self.files()? {
                let synced = File::open(&path).and_then(|file| file.sync_data());
                synced.map_err(WriteError::io("syncing", &path))?;
            }
        }
        Ok(())
    }

    /// Writes filler until so many whole segments lie behind, and drops them.
    fn fill_and_drop(&self, segments: u32) -> Result<()> {
        let options = self.log.options();
        let filler_bytes = FILLER_BYTES.min(options.packet_bytes_max as usize);
        let target_bytes = u64::from(segments) * options.segment_bytes;
        let mut filled_bytes = 0;
        while filled_bytes <= target_bytes {
            let sequence =
                self.log.append_with(filler_bytes, FILLER_RECORDS, |buffer| buffer.fill(0))?;
            self.log.wait(sequence)?;
            filled_bytes += filler_bytes as u64;
        }
        self.log.drop_before(self.log.acked_through())?;
        Ok(())
    }

    fn files(&self) -> Result<Vec<PathBuf>> {
        let listing = WriteError::io("listing", &self.directory);
        let entries = fs::read_dir(&self.directory).map_err(&listing)?;
        entries.map(|entry| Ok(entry.map_err(&listing)?.path())).collect()
    }
}

impl ConcurrentPath for LogPath {
    fn submit(&self, packet: &Packet) -> Result<Ticket> {
        let sequence = self.log.append_with(
            packet.payload_bytes(),
            // A packet of more than four billion records does not fit the log's longest frame.
            packet.len() as u32,
            |buffer| encode_packet(packet, buffer),
        )?;
        Ok(Ticket(sequence.get()))
    }

    fn wait(&self, ticket: Ticket) -> Result<()> {
        Ok(self.log.wait(Sequence::new(ticket.0))?)
    }
}

impl WritePath for LogPath {
    fn reach_steady_state(&mut self) -> Result<()> {
        self.reach_reuse()
    }

    /// Whole segments go, and come back as space that was written before.
    fn recycle(&mut self) -> Result<Digest> {
        let end = self.log.droppable_before();
        let recycles = matches!(self.log.options().space, Space::Recycled { .. });
        if !recycles || end <= self.log.first() {
            return Ok(Digest::default());
        }
        let Some(digest) = digest_before(&self.log, end)? else { return Ok(Digest::default()) };
        self.log.drop_before(end)?;
        self.log.wait_until_prepared()?;
        Ok(digest)
    }

    fn make_ready(&mut self, packets: &[Packet]) {
        if let Some(ready) = &mut self.ready {
            ready.show(packets);
        }
    }

    fn submit(&mut self, packet: &Packet) -> Result<Ticket> {
        if let Some(ready) = &mut self.ready
            && let Some((bytes, records)) = ready.take()?
        {
            return Ok(Ticket(self.log.append(bytes, records)?.get()));
        }
        ConcurrentPath::submit(self, packet)
    }

    fn wait(&mut self, ticket: Ticket) -> Result<()> {
        ConcurrentPath::wait(self, ticket)
    }

    fn drain(&mut self) -> Result<()> {
        self.settle()
    }

    fn counters(&self) -> Counters {
        let counts = self.log.storage_counts();
        Counters::from(WorkDone {
            syncs: counts.commit.syncs + counts.upkeep.syncs + counts.directory_syncs,
            directory_syncs: counts.directory_syncs,
            writes: counts.commit.writes + counts.upkeep.writes,
            bytes_written: counts.commit.write_bytes + counts.upkeep.write_bytes,
        })
    }

    fn inspect(&self) -> &dyn Inspect {
        self
    }

    fn admission(&self) -> Admission<'_> {
        match self.ready {
            None => Admission::Concurrent(self),
            Some(_) => Admission::Serial,
        }
    }

    fn reader(&mut self) -> Result<Option<Box<dyn ReadPath + '_>>> {
        Ok(Some(Box::new(LogReader::new(&self.log)?)))
    }

    fn close(self: Box<Self>) -> Result<()> {
        Ok(self.log.close()?)
    }
}

impl Inspect for LogPath {
    fn settings(&self) -> Result<Settings> {
        let were_shown = self.ready.as_ref().is_some_and(ReadyPackets::were_shown);
        let packets = if were_shown { Packets::Ready } else { Packets::Encoded };
        let spec = LogSpec { options: *self.log.options(), packets };
        Ok(spec.axes().into_iter().map(AxisValue::into_setting).collect())
    }

    fn storage_sizes(&self) -> Result<StorageSizes> {
        let mut database_bytes = 0;
        for path in self.files()? {
            // A segment may be renamed or dropped between the listing and here.
            database_bytes += fs::metadata(&path).map_or(0, |metadata| metadata.len());
        }
        Ok(StorageSizes { database_bytes, ..StorageSizes::default() })
    }
}

impl PathSpec for LogSpec {
    fn engine(&self) -> AxisValue {
        AxisValue::labelled("engine", "native-log", "log")
    }

    fn axes(&self) -> Vec<AxisValue> {
        let options = &self.options;
        let space = match options.space {
            Space::Growing => "growing",
            Space::SetLen => "setlen",
            Space::Fallocate => "fallocate",
            Space::ZeroFilled => "zeroed",
            Space::Recycled { .. } => "recycled",
        };
        let (sync_method, sync_label) = match options.sync_method {
            SyncMethod::Fdatasync => ("fdatasync", "fdatasync"),
            SyncMethod::Fsync => ("fsync", "fsync"),
            SyncMethod::DataSyncOpen => ("O_DSYNC", "odsync"),
            SyncMethod::DataSyncWrite => ("RWF_DSYNC", "rwfdsync"),
            SyncMethod::Never => ("never", "nosync"),
        };
        let (group_wait, wait_label) = match options.group_wait {
            GroupWait::None => ("none".into(), "nowait".into()),
            GroupWait::Bounded { wait_max, packets_enough } => {
                let us = wait_max.as_micros();
                (format!("us={us}:packets={packets_enough}"), format!("wait{us}us"))
            }
        };
        let (flusher, flusher_label) = match options.flusher {
            Flusher::Waiters => ("waiters", "waiters"),
            Flusher::OwnThread => ("own_thread", "flusher"),
        };
        let (prepare, prepare_label) = match options.prepare {
            Prepare::Ahead => ("ahead", "ahead"),
            Prepare::WhenNeeded => ("when_needed", "late"),
        };
        let (packets, packets_label) = match self.packets {
            Packets::Encoded => ("encoded", "encode"),
            Packets::Ready => ("ready", "ready"),
        };
        let (segment, mebibytes) = (options.segment_bytes, options.segment_bytes >> 20);
        vec![
            AxisValue::plain("space", space),
            AxisValue::labelled("sync_method", sync_method, sync_label),
            AxisValue::labelled("group_wait", group_wait, wait_label),
            AxisValue::labelled("flusher", flusher, flusher_label),
            AxisValue::labelled("segment_bytes", segment.to_string(), format!("seg{mebibytes}m")),
            AxisValue::labelled("prepare", prepare, prepare_label),
            AxisValue::labelled("packets", packets, packets_label),
        ]
    }

    fn facts(&self) -> PathFacts {
        let promise = match self.options.sync_method {
            SyncMethod::Fsync => Some(SyncCall::Fsync),
            SyncMethod::Fdatasync | SyncMethod::DataSyncOpen | SyncMethod::DataSyncWrite => {
                Some(SyncCall::Fdatasync)
            }
            SyncMethod::Never => None,
        };
        PathFacts {
            // SQLite is compared with it.
            standing: Standing::Reference,
            // The log waits at opening until its next segment is ready, and others are prepared beside the commits.
            cycle: Cycle::Commit,
            has_even_commits: true,
            ..PathFacts::of(promise)
        }
    }

    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>> {
        let ready = (self.packets == Packets::Ready).then(ReadyPackets::default);
        Ok(Box::new(LogPath { ready, ..LogPath::open(self.options, directory)? }))
    }

    /// A log never checkpoints, so the audit sees the same log; its few commits need no segments to
    /// recycle, and nothing may be prepared beside them.
    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        let options = LogOptions { prepare: Prepare::WhenNeeded, ..self.options };
        Some(Arc::new(Self::new(options)))
    }

    fn recover(&self, directory: &Path) -> Result<Digest> {
        digest_log(self.options, directory)
    }
}
