//! Times of a case in steps, during which its store grew.

use measure::record::{GrowthPoint, RunRecord};

use crate::claims::estimate::{Figures, Origin};
use crate::claims::measured::Measured;
use crate::claims::missing::Missing;
use crate::ends::Ends;

/// Which tenth of the steps.
#[derive(Clone, Copy)]
pub(super) enum End {
    /// The first.
    First,
    /// The last.
    Last,
}

/// A time of a step.
#[derive(Clone, Copy)]
pub(super) enum StepTime {
    /// A checkpoint, the median.
    Checkpoint,
    /// Inserting and committing a packet: the sum of the medians.
    Packet,
}

pub(super) fn time(record: &RunRecord, end: End, time: StepTime) -> Result<Measured, Missing> {
    let ends = Ends::of(record).ok_or_else(|| no_steps(record))?;
    let steps = match end {
        End::First => ends.first,
        End::Last => ends.last,
    };
    Measured::mean(record, &figures(steps, |step| time.of(step)), time.in_words())
}

/// The longest ack of each step.
pub(super) fn longest_ack(record: &RunRecord) -> Result<Measured, Missing> {
    let steps = record.growth.as_deref().ok_or_else(|| no_steps(record))?;
    Measured::mean(record, &figures(steps, |step| step.ack_ns_max), "steps with acks")
}

impl StepTime {
    fn of(self, step: &GrowthPoint) -> Option<u64> {
        match self {
            Self::Checkpoint => step.checkpoint_ns_p50,
            Self::Packet => Some(step.insert_ns_p50? + step.commit_ns_p50?),
        }
    }

    fn in_words(self) -> &'static str {
        match self {
            Self::Checkpoint => "steps with checkpoints",
            Self::Packet => "steps of at least 20 packets",
        }
    }
}

fn figures(steps: &[GrowthPoint], of: impl Fn(&GrowthPoint) -> Option<u64>) -> Figures {
    let values = steps.iter().filter_map(of).map(|ns| ns as f64).collect();
    Figures { values, origin: Origin::Samples }
}

fn no_steps(record: &RunRecord) -> Missing {
    Missing::Figure { case: record.case.id.clone(), figure: "steps in which its store grew" }
}
