//! What a case costs in yardsticks.

use measure::record::CostRecord;
use measure::stats::{Coefficient, Nominal, Yardsticks};

/// What a packet, a query or a checkpoint costs in yardsticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Its time at the run's nominal yardsticks, in ns: the geometric mean over blocks.
    pub time_ns: f64,
    /// How many floors it takes; `None` where it does not wait for the disk.
    pub floors: Option<Coefficient>,
    /// How many CPU references it takes; `None` where the fit leaves them out.
    pub references: Option<Coefficient>,
    /// The yardsticks that the time is told at. The floor is of no meaning where it takes none.
    pub nominal: Nominal,
    /// The bytes of the floor's payload, where it waits for the disk.
    pub floor_payload_bytes: Option<u64>,
}

impl Cost {
    pub(crate) fn of(record: &CostRecord) -> Self {
        let fit = &record.fit;
        let (floors, references) = match fit.yardsticks {
            Yardsticks::Both => (Some(fit.floors), Some(fit.references)),
            Yardsticks::FloorOnly => (Some(fit.floors), None),
            Yardsticks::ReferenceOnly => (None, Some(fit.references)),
        };
        Self {
            time_ns: record.time.geometric_mean_ns(),
            floors,
            references,
            nominal: record.nominal,
            floor_payload_bytes: record.floor_payload_bytes,
        }
    }
}
