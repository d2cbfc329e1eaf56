//! Reads beside a case's pieces: of a store like its own, with no frame in the WAL.
//!
//! What a processor and its caches do in a second depends on who else is there. The same reads in the
//! same second depend on it alike, so their ratio does not.

use std::time::Duration;

use measure::device::DeviceMeter;
use tempfile::TempDir;
use write_path::WritePath;

use crate::case::Case;
use crate::contents::Contents;
use crate::driver::{Attention, Watch};
use crate::error::RunnerError;
use crate::grounds::Ground;
use crate::reading::{Reading, Reads, Task};
use crate::wal_length::WalLength;

/// How long one burst of reads should take.
const BURST: Duration = Duration::from_millis(10);

/// Reads of one burst, so that it is a sample of slow reads too, and short of fast ones.
const BURST_READS_MIN: u64 = 4;
const BURST_READS_MAX: u64 = 10_000;

/// Bursts until the page cache is as full as it gets.
const WARMING_BURSTS: u32 = 3;

/// A store that is read beside a case.
pub struct Reference {
    path: Box<dyn WritePath>,
    reading: Reading,
    /// Notes what nobody asks for.
    watch: Watch,
    last_ns: f64,
    /// Removed once the path is dropped.
    _directory: TempDir,
}

impl Reference {
    /// Fills a store as the case's own and reads it until it is warm. A case that reads stands
    /// beside the same reads, one that writes beside point reads.
    pub fn open(case: &Case, ground: &mut Ground) -> Result<Self, RunnerError> {
        let directory = ground.scratch.case_directory()?;
        let mut source = ground.prefills.copy_into(directory.path(), case, &ground.scratch)?;
        let mut path = case.path.open(directory.path())?;
        ground.prefills.complete(path.as_mut(), &mut source, case)?;
        WalLength::new(0, ground.prefills.extent()).reach(path.as_mut(), &mut source)?;
        let contents = Contents::of(case.load.workload, source.made().records())?;
        let meter = DeviceMeter::of(directory.path()).map_err(|source| RunnerError::Io {
            doing: "finding the device of",
            path: directory.path().into(),
            source,
        })?;
        let mut reference = Self {
            path,
            reading: Reading::new(reads_beside(case.task), contents),
            watch: Watch::begin(meter, Attention::Latencies),
            last_ns: BURST.as_nanos() as f64,
            _directory: directory,
        };
        for _ in 0..WARMING_BURSTS {
            reference.burst_ns()?;
        }
        Ok(reference)
    }

    /// Times one burst of reads: the mean in ns.
    pub fn burst_ns(&mut self) -> Result<f64, RunnerError> {
        let affordable = (BURST.as_nanos() as f64 / self.last_ns) as u64;
        let reads = affordable.clamp(BURST_READS_MIN, BURST_READS_MAX);
        let answers = self.reading.run(self.path.as_mut(), reads, &mut self.watch)?;
        self.last_ns = (answers.elapsed.as_nanos() as f64 / reads as f64).max(1.0);
        Ok(self.last_ns)
    }
}

/// The name of what stands beside a case: the task, and no frame.
pub fn name(task: Task) -> String {
    format!("{}/0", Task::Read(reads_beside(task)).axis().label)
}

fn reads_beside(task: Task) -> Reads {
    match task {
        Task::Read(reads) => reads,
        Task::Write | Task::Checkpoint => Reads::Point,
    }
}
