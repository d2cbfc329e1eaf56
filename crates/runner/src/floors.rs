//! The floors of a session: one prepared file for each payload size, shared by all cases.

use std::collections::HashMap;
use std::num::{NonZeroU32, NonZeroUsize};
use std::path::{Path, PathBuf};
use std::time::Duration;

use measure::floor::{Floor, SyncCall, awaken};
use measure::stats::median_ns;

use crate::error::RunnerError;

/// How long one burst of floor writes should take, unless the caller wishes otherwise.
pub const BURST: Duration = Duration::from_millis(15);

/// Writes of one burst, so that it is a sample even on a slow disk and short on a fast one.
const BURST_WRITES_MIN: u32 = 3;
const BURST_WRITES_MAX: u32 = 96;

/// Measures floors, each on recycled space of its payload's size.
#[derive(Debug)]
pub struct Floors {
    directory: PathBuf,
    prepared: HashMap<(NonZeroUsize, SyncCall), Prepared>,
    fastest: HashMap<NonZeroUsize, SyncCall>,
    quiet_ns: f64,
}

#[derive(Debug)]
struct Prepared {
    floor: Floor,
    last_ns: f64,
}

/// The ways to make a write durable of which the floor is the fastest.
const CALLS: [SyncCall; 2] = [SyncCall::Fdatasync, SyncCall::DataSyncWrite];

/// How often each is tried, and for how long.
const TRIALS: u32 = 3;
const TRIAL: Duration = Duration::from_millis(4);

/// The payload on which the disk's regime is judged.
const MOOD_PAYLOAD: NonZeroUsize = NonZeroUsize::new(4096).expect("not zero");

impl Floors {
    /// Floors in a directory, and the first look at the disk.
    pub fn new(directory: &Path) -> Result<Self, RunnerError> {
        let mut floors = Self {
            directory: directory.to_path_buf(),
            prepared: HashMap::new(),
            fastest: HashMap::new(),
            quiet_ns: f64::INFINITY,
        };
        floors.quiet_ns = floors.regime_ns()?;
        Ok(floors)
    }

    /// The median floor of 4 KiB at the session's start, in ns.
    pub fn quiet_ns(&self) -> f64 {
        self.quiet_ns
    }

    /// Times one burst of writes of about this length: each in ns.
    pub fn burst(
        &mut self,
        payload_bytes: NonZeroUsize,
        call: SyncCall,
        length: Duration,
    ) -> Result<Vec<u64>, RunnerError> {
        let prepared = match self.prepared.entry((payload_bytes, call)) {
            std::collections::hash_map::Entry::Occupied(entry) => entry.into_mut(),
            std::collections::hash_map::Entry::Vacant(entry) => {
                let floor = Floor::prepare(&self.directory, payload_bytes, call)?;
                entry.insert(Prepared { floor, last_ns: BURST.as_nanos() as f64 })
            }
        };
        let affordable = (length.as_nanos() as f64 / prepared.last_ns) as u32;
        let writes = affordable.clamp(BURST_WRITES_MIN, BURST_WRITES_MAX);
        let writes = NonZeroU32::new(writes).unwrap_or(NonZeroU32::MIN);
        let times_ns = prepared
            .floor
            .burst(writes)
            .map_err(RunnerError::io("measuring the floor in", &self.directory))?;
        prepared.last_ns = mean(&times_ns).max(1.0);
        Ok(times_ns)
    }

    /// Brings the machine into the state that all pieces and floors of blocks begin in: see [`awaken`].
    pub fn awaken(&self) -> Result<(), RunnerError> {
        awaken(&self.directory).map_err(RunnerError::io("making a file in", &self.directory))
    }

    /// Times one burst of the fastest way to make a payload durable, with the promise of fdatasync. Which one that is, is
    /// tried once for each payload.
    pub fn fastest_burst(
        &mut self,
        payload_bytes: NonZeroUsize,
        length: Duration,
    ) -> Result<(SyncCall, Vec<u64>), RunnerError> {
        let call = match self.fastest.get(&payload_bytes) {
            Some(call) => *call,
            None => {
                let call = self.try_calls(payload_bytes)?;
                self.fastest.insert(payload_bytes, call);
                call
            }
        };
        self.awaken()?;
        Ok((call, self.burst(payload_bytes, call, length)?))
    }

    /// Bursts of each call in turns: the one with the least median of all its writes.
    fn try_calls(&mut self, payload_bytes: NonZeroUsize) -> Result<SyncCall, RunnerError> {
        let mut times_ns = CALLS.map(|_| Vec::new());
        for _ in 0..TRIALS {
            for (call, times_ns) in CALLS.into_iter().zip(&mut times_ns) {
                match self.burst(payload_bytes, call, TRIAL) {
                    Ok(burst_ns) => times_ns.extend(burst_ns),
                    // Not every filesystem knows the flag.
                    Err(_) if call == SyncCall::DataSyncWrite => {}
                    Err(error) => return Err(error),
                }
            }
        }
        let medians = times_ns.map(|times_ns| median_ns(&times_ns).unwrap_or(f64::INFINITY));
        Ok(if medians[1] < medians[0] { CALLS[1] } else { CALLS[0] })
    }

    fn regime_ns(&mut self) -> Result<f64, RunnerError> {
        let mut times_ns = self.burst(MOOD_PAYLOAD, SyncCall::Fdatasync, BURST)?;
        if times_ns.len() < 8 {
            times_ns.extend(self.burst(MOOD_PAYLOAD, SyncCall::Fdatasync, BURST)?);
        }
        median_ns(&times_ns).ok_or(RunnerError::NoSamples)
    }
}

/// The mean of some times; 0 of none.
fn mean(times_ns: &[u64]) -> f64 {
    times_ns.iter().sum::<u64>() as f64 / times_ns.len().max(1) as f64
}
