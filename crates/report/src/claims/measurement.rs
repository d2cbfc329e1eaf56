//! What settles a claim: a figure of one case, or of one beside another.

mod baseline;
mod checkpoints;
mod curves;
mod rates;
mod space;
mod steps;

use super::case_key::CaseKey;
use super::measured::Measured;
use super::missing::Missing;
use crate::evidence::Evidence;

pub use rates::Rate;
pub use steps::{End, StepTime};

/// What settles a claim.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Measurement {
    /// A rate, in records per second.
    Rate(CaseKey),
    /// The time of so many records, in ns.
    TimeOf {
        /// How many.
        records: u64,
        /// The case.
        case: CaseKey,
    },
    /// One case's rate over another's.
    RateRatio {
        /// Which of the rates.
        rate: Rate,
        /// The case above the line.
        case: CaseKey,
        /// The case below it.
        over: CaseKey,
    },
    /// The highest rate among several cases, with the choice charged.
    HighestRate {
        /// The cases.
        among: CaseKey,
    },
    /// One case's rate over the highest among several, with the choice charged.
    OverHighest {
        /// The case.
        case: CaseKey,
        /// The others.
        among: CaseKey,
    },
    /// The highest rate among several cases over that of one, with the choice charged.
    HighestOver {
        /// The cases.
        among: CaseKey,
        /// The one.
        case: CaseKey,
    },
    /// How long a checkpoint takes, in ns.
    CheckpointTime(CaseKey),
    /// How long one takes in one case over how long in another.
    CheckpointRatio {
        /// The case above the line.
        case: CaseKey,
        /// The case below it.
        over: CaseKey,
    },
    /// The share of the slowest acks that a checkpoint in their own commit made slow.
    StalledShare(CaseKey),
    /// The longest ack of a sample or block, in ns.
    LongestAck(CaseKey),
    /// The share of a thread's checkpoints that copied nothing.
    IdleCheckpoints(CaseKey),
    /// Frames in the WAL in the last third of the timed checkpoints over those in the first.
    WalGrowth(CaseKey),
    /// A time of the steps at one end of a case during which the store grew, in ns.
    Step {
        /// Which end.
        end: End,
        /// Which time.
        time: StepTime,
        /// The case.
        case: CaseKey,
    },
    /// The time of a packet beyond that of the baseline with which the case takes turns, in ns.
    BeyondBaseline(CaseKey),
    /// The file at the end, after most was deleted, over its largest size.
    FileKept(CaseKey),
    /// The share of what was inserted that found freed pages.
    PagesReused(CaseKey),
    /// The most that a path acks under a load of its own rate, in records per second.
    Ceiling(CaseKey),
    /// The most that one acks over the most that another does.
    CeilingRatio {
        /// The case above the line.
        case: CaseKey,
        /// The case below it.
        over: CaseKey,
    },
    /// The time of a merged packet at that rate, in ns.
    MergedPacket(CaseKey),
}

impl Measurement {
    /// The figure.
    pub(super) fn of(&self, evidence: &Evidence) -> Result<Measured, Missing> {
        match self {
            Self::Rate(case) => rates::rate(evidence, case),
            Self::TimeOf { records, case } => rates::time_of(evidence, case, *records),
            Self::RateRatio { rate, case, over } => rates::ratio(evidence, *rate, case, over),
            Self::HighestRate { among } => rates::highest(evidence, among),
            Self::OverHighest { case, among } => rates::over_highest(evidence, case, among),
            Self::HighestOver { among, case } => rates::highest_over(evidence, among, case),
            Self::CheckpointTime(case) => checkpoints::time(evidence, case),
            Self::CheckpointRatio { case, over } => checkpoints::ratio(evidence, case, over),
            Self::StalledShare(case) => checkpoints::stalled_share(evidence, case),
            Self::LongestAck(case) => steps::longest_ack(evidence, case),
            Self::IdleCheckpoints(case) => checkpoints::idle_share(evidence, case),
            Self::WalGrowth(case) => checkpoints::wal_growth(evidence, case),
            Self::Step { end, time, case } => steps::time(evidence, *end, *time, case),
            Self::BeyondBaseline(case) => baseline::beyond(evidence, case),
            Self::FileKept(case) => space::file_kept(evidence, case),
            Self::PagesReused(case) => space::pages_reused(evidence, case),
            Self::Ceiling(case) => curves::ceiling(evidence, case),
            Self::CeilingRatio { case, over } => curves::ratio(evidence, case, over),
            Self::MergedPacket(case) => curves::merged_packet(evidence, case),
        }
    }

    /// Every key of a case in it.
    #[must_use]
    pub fn keys(&self) -> Vec<&CaseKey> {
        match self {
            Self::Rate(case)
            | Self::TimeOf { case, .. }
            | Self::HighestRate { among: case }
            | Self::CheckpointTime(case)
            | Self::StalledShare(case)
            | Self::LongestAck(case)
            | Self::IdleCheckpoints(case)
            | Self::WalGrowth(case)
            | Self::Step { case, .. }
            | Self::BeyondBaseline(case)
            | Self::FileKept(case)
            | Self::PagesReused(case)
            | Self::Ceiling(case)
            | Self::MergedPacket(case) => vec![case],
            Self::RateRatio { case, over, .. }
            | Self::OverHighest { case, among: over }
            | Self::HighestOver { among: case, case: over }
            | Self::CeilingRatio { case, over }
            | Self::CheckpointRatio { case, over } => vec![case, over],
        }
    }
}
