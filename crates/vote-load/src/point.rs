//! One point of a load curve: what is asked of a path.

use std::num::NonZeroU32;
use std::time::Duration;

use runner::workload::SEED;

use crate::batches::Batches;
use crate::load::VoteLoad;

/// One point of a load curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point {
    /// What is asked for.
    pub load: VoteLoad,
    /// How much of it: operations per second.
    pub target: NonZeroU32,
    /// How long it warms up.
    pub warm_up: Duration,
    /// How long it is measured then.
    pub run: Duration,
    /// How long what waits at the end may still be served. What waits longer is given up.
    pub catch_up_max: Duration,
    /// The 99th percentile of the votes' sojourn that it is held against, in ns; `None` of a point that is held against
    /// nothing.
    pub p99_max_ns: Option<u64>,
}

impl Point {
    /// How long it runs.
    pub(crate) fn length(&self) -> Duration {
        self.warm_up + self.run
    }

    /// The load's batches, from the first one on.
    pub(crate) fn batches(&self) -> Batches {
        Batches::of(&self.load, self.target, self.length(), SEED)
    }
}
