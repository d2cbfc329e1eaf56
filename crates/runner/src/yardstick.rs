//! The two yardsticks: what the disk and the processor take right now.
//!
//! Both change within seconds on a shared machine, and neither sees what the other does. Read before and after
//! each timed piece, they tell how much of a difference is the moment's.

use std::num::NonZeroUsize;
use std::time::Duration;

use measure::floor::{FloorSummary, SyncCall};
use measure::nanoseconds;
use measure::pairs::Pairs;
use measure::record::FloorRecord;
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

/// Reads both yardsticks.
pub struct Yardsticks {
    reference: CpuReference,
    candidate: Option<Candidate>,
    /// Whether a path settles after each piece what it owes, off its clock: a checkpoint, or what the system has not
    /// written back yet. Else it does when the replicate ends, as an application would have it. Cases that take turns
    /// settle after each of them.
    pub(crate) settles_pieces: bool,
}

/// A fixed batch of work that a study would like to know beside the CPU reference. It answers how long a batch took.
pub type Candidate = Box<dyn FnMut() -> Duration>;

/// The floor of readings with this payload, beside pieces.
pub(crate) fn floor_record<'readings>(
    readings: impl IntoIterator<Item = &'readings Reading> + Clone,
    payload_bytes: NonZeroUsize,
    pairs: &Pairs,
    syncs_per_commit: Option<f64>,
) -> Option<FloorRecord> {
    let call = readings.clone().into_iter().find_map(|reading| reading.floor_call)?;
    let times_ns = readings.into_iter().flat_map(|reading| reading.floor_times_ns.iter().copied());
    let summary = FloorSummary::of(&times_ns.collect::<Vec<u64>>());
    Some(FloorRecord::of(call, payload_bytes.get() as u64, summary, pairs, syncs_per_commit))
}

impl Yardsticks {
    /// Opens the CPU reference.
    ///
    /// # Errors
    /// What SQLite answers.
    pub fn open() -> Result<Self, RunnerError> {
        Ok(Self { reference: CpuReference::open()?, candidate: None, settles_pieces: false })
    }

    /// Those of a study, which reads a candidate too.
    ///
    /// # Errors
    /// What SQLite answers.
    pub fn of_study(candidate: Candidate, settles_pieces: bool) -> Result<Self, RunnerError> {
        Ok(Self { candidate: Some(candidate), settles_pieces, ..Self::open()? })
    }

    /// Reads the floor, where one is asked for, with writes of so many bytes, and then the CPU reference.
    ///
    /// # Errors
    /// What the disk or SQLite answers.
    pub fn read(
        &mut self,
        floors: &mut Floors,
        floor_payload_bytes: Option<NonZeroUsize>,
    ) -> Result<Reading, RunnerError> {
        let (floor_call, floor_times_ns) = match floor_payload_bytes {
            None => (None, Vec::new()),
            Some(payload) => {
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
            candidate_ns: self.candidate.as_mut().and_then(|time_batch| {
                median_ns(&[(); REFERENCE_BATCHES].map(|()| nanoseconds(time_batch())))
            }),
        })
    }
}
