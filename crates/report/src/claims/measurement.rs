//! What settles a claim: a figure of one case, or of one beside another.

mod checkpoints;
mod rates;
mod steps;

use measure::record::RunRecord;
use measure::stats::{Interval, StudentT};
use serde::Deserialize;

use super::case_key::CaseKey;
use super::estimate::{Basis, CONFIDENCE, Estimate, Samples};
use super::figures::{mean, no_figure, ratio, too_few};
use crate::evidence::Evidence;
use rates::Rate;

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
    /// The time of ten thousand records, in packets of the case's size.
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
    /// A packet in the first tenth of the steps: the sum of the medians of inserting and committing it.
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

/// A figure with the cases behind it; or what the run lacks, in words.
pub(super) type Measured<'run> = Result<(Estimate, Vec<&'run RunRecord>), String>;

impl Measurement {
    /// The figure.
    pub(super) fn of<'run>(&self, evidence: &'run Evidence) -> Measured<'run> {
        match self {
            Self::Of { figure, case } => {
                let (record, comparisons) = figure.case(evidence, case)?;
                Ok((figure.of(record, comparisons)?, vec![record]))
            }
            Self::Ratio { ratio, case, over } => {
                let ((record, one), (over, other)) = ratio.cases(evidence, case, over)?;
                let estimate = ratio.of(evidence, [record, over], one.max(other))?;
                Ok((estimate, vec![record, over]))
            }
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

/// A case, and among how many it was chosen by its figure.
type Chosen<'run> = (&'run RunRecord, usize);

impl Figure {
    fn case<'run>(self, evidence: &'run Evidence, key: &CaseKey) -> Result<Chosen<'run>, String> {
        match self {
            Self::HighestRate => rates::highest(evidence, key),
            Self::Ceiling | Self::MergedPacket => Ok((rates::most_acked(evidence, key)?, 1)),
            _ => Ok((key.find(evidence)?, 1)),
        }
    }

    fn of(self, record: &RunRecord, comparisons: usize) -> Result<Estimate, String> {
        let mean = |samples: Samples| mean(record, &samples, comparisons);
        let time_of = |rate: Estimate, records: f64| rate.inverse().times(1e9 * records);
        match self {
            Self::AckedRate | Self::HighestRate => mean(rates::samples(record, Rate::Acked)),
            Self::TimeOfTenThousand => {
                Ok(time_of(mean(rates::samples(record, Rate::Acked))?, 10_000.0))
            }
            Self::Ceiling => mean(rates::parts(record)),
            Self::MergedPacket => {
                let votes = record.load.as_ref().and_then(|load| load.votes_per_commit);
                let votes = votes.ok_or_else(|| no_figure(record, "votes that shared a commit"))?;
                Ok(time_of(mean(rates::parts(record))?, votes))
            }
            Self::CheckpointTime => mean(checkpoints::durations(record)?),
            Self::StalledShare => checkpoints::stalled_share(record),
            Self::IdleCheckpoints => checkpoints::idle_share(record),
            Self::WalGrowth => checkpoints::wal_growth(record),
            Self::LongestAck => mean(steps::longest_acks(record)?),
            Self::FirstCheckpoints => mean(steps::checkpoints(steps::ends(record)?.first)),
            Self::LastCheckpoints => mean(steps::checkpoints(steps::ends(record)?.last)),
            Self::FirstPackets => mean(steps::packets(steps::ends(record)?.first)),
            Self::LastPackets => mean(steps::packets(steps::ends(record)?.last)),
            Self::BeyondBaseline => beyond_baseline(record),
            Self::FileKept => {
                let [end, largest] =
                    ["database_bytes_end", "database_bytes_max"].map(|name| extra(record, name));
                Ok(Estimate::counted(end? / largest?.max(1.0)))
            }
            Self::PagesReused => Ok(Estimate::counted(extra(record, "pages_reused_share")?)),
        }
    }
}

impl Ratio {
    fn cases<'run>(
        self,
        evidence: &'run Evidence,
        case: &CaseKey,
        over: &CaseKey,
    ) -> Result<(Chosen<'run>, Chosen<'run>), String> {
        let find = |key: &CaseKey| -> Result<Chosen<'run>, String> { Ok((key.find(evidence)?, 1)) };
        Ok(match self {
            Self::OverHighest => (find(case)?, rates::highest(evidence, over)?),
            Self::HighestOver => {
                let below = find(over)?;
                (rates::highest(evidence, case)?, below)
            }
            Self::Ceilings => {
                let most = |key| rates::most_acked(evidence, key);
                ((most(case)?, 1), (most(over)?, 1))
            }
            _ => (find(case)?, find(over)?),
        })
    }

    fn of(
        self,
        evidence: &Evidence,
        both: [&RunRecord; 2],
        comparisons: usize,
    ) -> Result<Estimate, String> {
        let rates = |rate| rates::ratio(evidence, rate, both, comparisons);
        match self {
            Self::AckedRates | Self::OverHighest | Self::HighestOver => rates(Rate::Acked),
            Self::DrainedRates => rates(Rate::Drained),
            Self::ReadRates => rates(Rate::Read),
            Self::CheckpointTimes => checkpoints::ratio(both),
            Self::Ceilings => ratio(both, &both.map(rates::parts), comparisons),
        }
    }
}

/// Figures that the runner keeps beside a case that took turns: a mean over blocks with its interval.
const BEYOND_BASELINE: [&str; 3] =
    ["beyond_baseline_ns", "beyond_baseline_ns_low", "beyond_baseline_ns_high"];

/// The confidence of that interval.
const KEPT_CONFIDENCE: f64 = 0.95;

/// What a case takes beyond the baseline with which it took turns.
fn beyond_baseline(record: &RunRecord) -> Result<Estimate, String> {
    let [value, low, high] = BEYOND_BASELINE.map(|name| extra(record, name));
    let (value, low, high) = (value?, low?, high?);
    let blocks = record.blocks.as_ref().map_or(0, |blocks| blocks.replicates.len());
    let student = StudentT::new(blocks.saturating_sub(1) as f64)
        .map_err(|_| too_few(record, "blocks", 2, blocks))?;
    let wider = student.two_sided(CONFIDENCE) / student.two_sided(KEPT_CONFIDENCE);
    let Interval { low, high } = Interval::around(value, (high - low) / 2.0 * wider);
    Ok(Estimate { value, low, high, basis: Basis::Blocks(blocks) })
}

/// A figure that only some cases have, by its name in the record.
fn extra(record: &RunRecord, name: &str) -> Result<f64, String> {
    record.extra(name).ok_or_else(|| no_figure(record, name))
}
