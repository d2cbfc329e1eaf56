//! A path at its initial state, with what it is handed: what a case and its counterpart have alike.

use std::path::Path;
use std::time::{Duration, Instant};

use measure::device::DeviceMeter;
use tempfile::TempDir;
use write_path::{Packet, PathSpec, WritePath};

use crate::case::Case;
use crate::checkpointing;
use crate::contents::Contents;
pub use crate::done::Done;
use crate::driver::{Recorder, Running};
use crate::error::RunnerError;
use crate::initial_state::{self, InitialState};
use crate::reading::{Reading, Task};
use crate::saturation;
use crate::volumes::{Filled, Volume};
use crate::wal_length::WalLength;
use crate::workload::PacketSource;

/// Payload bytes of the packets that are made ahead of one stretch of driving. The making must not lie
/// inside the timing, and the packets should still be in the processor's cache when they are handed
/// in, as an application's would be. But a stretch must not be a single large packet: the floor's
/// writes follow each other, and 150 us of making before each made a floor of 98 kB itself 15 us longer
/// (of 165, on a virtual machine of two cores).
const STRETCH_PAYLOAD_BYTES: usize = 512 << 10;

/// Packets of a stretch for each that may be on its way: clients begin together and end one by one,
/// which must not be most of what they do.
const STRETCH_ROUNDS_MIN: u64 = 64;

/// The same for an open loop, whose schedule should not stand still: all packets of a call, unless
/// these take too much memory.
const OPEN_STRETCH_PAYLOAD_BYTES: usize = 64 << 20;

/// How a case starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// In the state that its settings keep in the long run: what is measured.
    SteadyState,
    /// As opened: enough to test or to profile.
    Fresh,
}

/// An open path at its initial state.
pub struct Store {
    /// The open path.
    pub path: Box<dyn WritePath>,
    /// Operations since the path was last drained, which run up the final drain.
    pub owed_operations: u64,
    /// What stays when the path is closed.
    pub supplies: Supplies,
}

/// What a store has beside its path: its files, and what its packets go on with.
pub struct Supplies {
    /// What makes its packets.
    pub source: PacketSource,
    /// What is asked of it, in a case that reads.
    reading: Option<Reading>,
    /// How long its WAL is kept, in a case that starts at some length.
    pub wal_length: Option<WalLength>,
    /// What hands packets in.
    driver: Running,
    /// Packets of one stretch of driving.
    stretch_packets_max: u64,
    /// Removed once the path is dropped.
    pub directory: TempDir,
}

impl Supplies {
    /// Opens the store, which may be as another path than before: one that reads the same files.
    ///
    /// # Errors
    /// Whatever the path answers.
    pub fn open(self, spec: &dyn PathSpec) -> Result<Store, RunnerError> {
        let path = spec.open(self.directory.path())?;
        Ok(Store { path, owed_operations: 0, supplies: self })
    }
}

impl Store {
    /// Opens the case's path on a directory of its own, fills it, and brings it to the initial state.
    pub fn open(case: &Case, volume: &mut Volume, start: Start) -> Result<Self, RunnerError> {
        let filled = volume.open_filled(case, |directory| {
            let mut path = case.path.open(directory)?;
            if start == Start::SteadyState {
                path.reach_steady_state()?;
            }
            Ok(path)
        })?;
        let Filled { directory, mut path, mut source } = filled;
        let wal_length = match case.initial_state {
            InitialState::Recycled => None,
            InitialState::WalFrames(frames) => Some(WalLength::new(frames, volume.prefills.extent)),
        };
        let filling_bytes = match start {
            Start::SteadyState => case.path.facts().initial_state_bytes,
            // One packet, so that the check after reopening has more to compare than two commits.
            Start::Fresh => case.path.facts().initial_state_bytes.min(1),
        };
        let owed_operations = begin(path.as_mut(), &mut source, case, wal_length, filling_bytes)?;
        let driver = case.load.driver.start(|| {
            let meter = device_meter(directory.path())?;
            saturation::measure(path.as_mut(), &mut source, meter, volume.prefills.extent)
        })?;
        // What the preparation checkpointed is no part of what is timed.
        let _prepared = path.inspect().take_checkpoints();
        let reading = match case.task {
            Task::Write | Task::Checkpoint => None,
            Task::Read(reads) => {
                let contents = Contents::of(case.load.workload, source.made().records())?;
                Some(Reading::new(reads, contents))
            }
        };
        let stretch_packets_max = stretch_packets_max(case, &driver);
        let supplies =
            Supplies { source, reading, wal_length, driver, stretch_packets_max, directory };
        Ok(Self { path, owed_operations, supplies })
    }

    /// Closes the path and keeps the rest.
    ///
    /// # Errors
    /// Whatever closing answers.
    pub fn close(self) -> Result<Supplies, RunnerError> {
        self.path.close()?;
        Ok(self.supplies)
    }

    /// Does what the task says so many times: packets, queries or checkpoints.
    pub fn work(
        &mut self,
        task: Task,
        count: u64,
        recorder: &mut Recorder,
    ) -> Result<Done, RunnerError> {
        let Supplies { source, reading, .. } = &mut self.supplies;
        match reading {
            Some(reading) => reading.run(self.path.as_mut(), count, recorder),
            None if task == Task::Checkpoint => {
                self.owed_operations = 0;
                checkpointing::run(self.path.as_mut(), source, count, recorder)
            }
            None => self.hand_in(count, recorder),
        }
    }

    /// Hands in packets, in stretches that are made ahead.
    fn hand_in(&mut self, packets: u64, recorder: &mut Recorder) -> Result<Done, RunnerError> {
        let Supplies { source, driver, stretch_packets_max, .. } = &mut self.supplies;
        let mut done = Done::default();
        let mut left = packets;
        while left > 0 {
            let stretch = left.min(*stretch_packets_max);
            let ahead: Vec<Packet> = (0..stretch).map(|_| source.next_packet()).collect();
            let operations = ahead.iter().map(|packet| packet.len() as u64).sum::<u64>();
            recorder.made(operations);
            self.path.make_ready(&ahead);
            recorder.resume();
            done.elapsed += driver.run(self.path.as_mut(), &ahead, recorder)?;
            recorder.pause();
            done.operations += operations;
            left -= stretch;
        }
        self.owed_operations += done.operations;
        Ok(done)
    }

    /// Settles what the path owes, so that no later work pays for it: how long that took.
    pub fn settle(&mut self) -> Result<Duration, RunnerError> {
        let begin = Instant::now();
        self.path.drain()?;
        Ok(begin.elapsed())
    }

    /// Meters the device below the store.
    pub fn device_meter(&self) -> Result<DeviceMeter, RunnerError> {
        device_meter(self.supplies.directory.path())
    }
}

/// Meters the device below a directory.
///
/// # Errors
/// When the directory cannot be looked at.
pub fn device_meter(directory: &Path) -> Result<DeviceMeter, RunnerError> {
    DeviceMeter::of(directory).map_err(RunnerError::io("finding the device of", directory))
}

fn stretch_packets_max(case: &Case, driver: &Running) -> u64 {
    let stretch_bytes = match driver {
        Running::Open(_) => OPEN_STRETCH_PAYLOAD_BYTES,
        _ => STRETCH_PAYLOAD_BYTES,
    };
    let rounds_min = match case.load.driver.packets_in_flight().get() {
        1 => 1,
        packets => STRETCH_ROUNDS_MIN * u64::from(packets),
    };
    rounds_min.max((stretch_bytes / case.packet_payload()) as u64)
}

/// Brings a path to its initial state, and returns how many operations stand since it was last
/// drained.
fn begin(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    case: &Case,
    wal_length: Option<WalLength>,
    filling_bytes: u64,
) -> Result<u64, RunnerError> {
    let Some(wal_length) = wal_length else {
        initial_state::reach(path, source, filling_bytes)?;
        return Ok(0);
    };
    if case.task == Task::Write {
        wal_length.occupy_space(path, source)?;
    }
    let made = source.made().records();
    wal_length.reach(path, source)?;
    Ok(source.made().records() - made)
}
