//! What settles a claim: a figure of one case, or of one beside another.

mod baseline;
mod checkpoints;
mod curves;
mod rates;
mod space;
mod steps;

use serde::Deserialize;

use super::case_key::CaseKey;
use super::measured::Measured;
use super::missing::Missing;
use crate::evidence::Evidence;
use rates::Rate;
use steps::{End, StepTime};

/// What settles a claim.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(untagged, deny_unknown_fields)]
pub enum Measurement {
    /// A figure of a case, or of several of which it is the most.
    Of {
        /// Which figure.
        figure: Figure,
        /// The case.
        case: CaseKey,
    },
    /// A figure of one case over that of another.
    Ratio {
        /// Of which figure.
        ratio: Ratio,
        /// The case above the line.
        case: CaseKey,
        /// The case below it.
        over: CaseKey,
    },
}

/// A figure; rates are in records per second, times in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The acked rate.
    AckedRate,
    /// The time of ten thousand records.
    TimeOfTenThousand,
    /// The highest acked rate among several cases, with the choice charged.
    HighestRate,
    /// How long a checkpoint takes.
    CheckpointTime,
    /// The share of the slowest acks that a checkpoint in their own commit made slow.
    StalledShare,
    /// The longest ack of a sample or block.
    LongestAck,
    /// The share of a thread's checkpoints that copied nothing.
    IdleCheckpoints,
    /// Frames in the WAL in the last third of the timed checkpoints over those in the first.
    WalGrowth,
    /// A checkpoint in the first tenth of the steps during which the store grew.
    FirstCheckpoints,
    /// The same in the last tenth.
    LastCheckpoints,
    /// A packet in the first tenth of the steps.
    FirstPackets,
    /// The same in the last tenth.
    LastPackets,
    /// The time of a packet beyond that of the baseline with which the case takes turns.
    BeyondBaseline,
    /// The file at the end, after most was deleted, over its largest size.
    FileKept,
    /// The share of what was inserted that found freed pages.
    PagesReused,
    /// The most that a path acks under a load of its own rate.
    Ceiling,
    /// The time of a merged packet at that rate.
    MergedPacket,
}

/// Figures of two cases, one over the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ratio {
    /// Acked rates.
    AckedRates,
    /// Rates with all that the path owes in the time.
    DrainedRates,
    /// Rates of reading.
    ReadRates,
    /// The acked rate over the highest among several, with the choice charged.
    OverHighest,
    /// The highest acked rate among several over that of one, with the choice charged.
    HighestOver,
    /// How long a checkpoint takes.
    CheckpointTimes,
    /// The most that a path acks under a load of its own rate.
    Ceilings,
}

impl Measurement {
    /// The figure.
    pub(super) fn of(&self, evidence: &Evidence) -> Result<Measured, Missing> {
        match self {
            Self::Of { figure, case } => figure.of(evidence, case),
            Self::Ratio { ratio, case, over } => ratio.of(evidence, case, over),
        }
    }

    /// Every key of a case in it.
    #[must_use]
    pub fn keys(&self) -> Vec<&CaseKey> {
        match self {
            Self::Of { case, .. } => vec![case],
            Self::Ratio { case, over, .. } => vec![case, over],
        }
    }
}

impl Figure {
    fn of(self, evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
        let case = || key.find(evidence);
        match self {
            Self::AckedRate => rates::rate(case()?),
            Self::TimeOfTenThousand => rates::time_of(case()?, 10_000),
            Self::HighestRate => rates::highest(evidence, key),
            Self::CheckpointTime => checkpoints::time(case()?),
            Self::StalledShare => checkpoints::stalled_share(case()?),
            Self::LongestAck => steps::longest_ack(case()?),
            Self::IdleCheckpoints => checkpoints::idle_share(case()?),
            Self::WalGrowth => checkpoints::wal_growth(case()?),
            Self::FirstCheckpoints => steps::time(case()?, End::First, StepTime::Checkpoint),
            Self::LastCheckpoints => steps::time(case()?, End::Last, StepTime::Checkpoint),
            Self::FirstPackets => steps::time(case()?, End::First, StepTime::Packet),
            Self::LastPackets => steps::time(case()?, End::Last, StepTime::Packet),
            Self::BeyondBaseline => baseline::beyond(case()?),
            Self::FileKept => space::file_kept(case()?),
            Self::PagesReused => space::pages_reused(case()?),
            Self::Ceiling => curves::ceiling(evidence, key),
            Self::MergedPacket => curves::merged_packet(evidence, key),
        }
    }
}

impl Ratio {
    fn of(self, evidence: &Evidence, key: &CaseKey, over: &CaseKey) -> Result<Measured, Missing> {
        let both = || Ok((key.find(evidence)?, over.find(evidence)?));
        match self {
            Self::AckedRates => rates::ratio(evidence, Rate::Acked, both()?),
            Self::DrainedRates => rates::ratio(evidence, Rate::Drained, both()?),
            Self::ReadRates => rates::ratio(evidence, Rate::Read, both()?),
            Self::OverHighest => rates::over_highest(evidence, key, over),
            Self::HighestOver => rates::highest_over(evidence, key, over),
            Self::CheckpointTimes => checkpoints::ratio(both()?),
            Self::Ceilings => curves::ratio(evidence, key, over),
        }
    }
}
