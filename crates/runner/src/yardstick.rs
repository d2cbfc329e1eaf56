//! The two yardsticks: what the disk and the processor take right now.
//!
//! Both change within seconds on a shared machine, and neither sees what the other does. Read before and after
//! each timed piece, they tell how much of a difference is the moment's.

use std::fmt;
use std::num::NonZeroUsize;
use std::time::Duration;

use measure::floor::SyncCall;
use measure::nanoseconds;
use measure::stats::median_ns;
use sqlite_builds::CpuReference;

use crate::error::RunnerError;
use crate::floors::Floors;

/// How long one burst of floor writes should take: twenty of them on a fast disk. Three are made on any disk.
const FLOOR_BURST: Duration = Duration::from_millis(2);

/// Batches of the CPU reference in one reading, about 1 ms together; the median of them counts.
const REFERENCE_BATCHES: usize = 5;

/// What the yardsticks showed at one moment.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// One write and one sync of the case's payload, in ns; `None` where a case does not wait for the disk.
    pub floor_ns: Option<f64>,
    /// Every write of the floor's burst, in ns.
    pub floor_times_ns: Vec<u64>,
    /// The call that made them durable.
    pub floor_call: Option<SyncCall>,
    /// One batch of SQLite's inserts into memory, in ns.
    pub reference_ns: f64,
    /// One batch of a study's candidate, in ns.
    pub candidate_ns: Option<f64>,
}

/// Whether the floor is read too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FloorReading {
    /// It is, with writes of so many bytes.
    Of(NonZeroUsize),
    /// It is not: the case writes to memory.
    None,
}

/// Reads both yardsticks.
#[derive(Debug)]
pub struct Yardsticks {
    reference: CpuReference,
    candidate: Option<Candidate>,
}

/// A fixed batch of work that a study would like to know beside the CPU reference. It answers how long a batch took.
pub struct Candidate(Box<dyn FnMut() -> Duration>);

impl Candidate {
    /// Of this work.
    pub fn new(time_batch: impl FnMut() -> Duration + 'static) -> Self {
        Self(Box::new(time_batch))
    }

    /// The median of some batches.
    fn read_ns(&mut self) -> Option<f64> {
        median_ns(&std::array::from_fn::<u64, REFERENCE_BATCHES, _>(|_| nanoseconds((self.0)())))
    }
}

impl fmt::Debug for Candidate {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Candidate")
    }
}

impl Yardsticks {
    /// Opens the CPU reference.
    ///
    /// # Errors
    /// What SQLite answers.
    pub fn open() -> Result<Self, RunnerError> {
        Ok(Self { reference: CpuReference::open()?, candidate: None })
    }

    /// Reads a study's candidate too.
    #[must_use]
    pub fn with_candidate(self, candidate: Option<Candidate>) -> Self {
        Self { candidate, ..self }
    }

    /// Reads the floor, where one is asked for, and then the CPU reference.
    ///
    /// # Errors
    /// What the disk or SQLite answers.
    pub fn read(
        &mut self,
        floors: &mut Floors,
        floor: FloorReading,
    ) -> Result<Reading, RunnerError> {
        let (floor_call, floor_times_ns) = match floor {
            FloorReading::None => (None, Vec::new()),
            FloorReading::Of(payload) => {
                let (call, times_ns) = floors.fastest_burst(payload, FLOOR_BURST)?;
                (Some(call), times_ns)
            }
        };
        let mut batches_ns = [0; REFERENCE_BATCHES];
        for batch_ns in &mut batches_ns {
            *batch_ns = nanoseconds(self.reference.time_batch()?);
        }
        let reference_ns = median_ns(&batches_ns).unwrap_or(f64::NAN);
        Ok(Reading {
            floor_ns: median_ns(&floor_times_ns),
            floor_times_ns,
            floor_call,
            reference_ns,
            candidate_ns: self.candidate.as_mut().and_then(Candidate::read_ns),
        })
    }
}
