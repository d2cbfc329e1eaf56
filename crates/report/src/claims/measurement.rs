//! What settles a claim: a figure of one case, or of one beside another.

mod checkpoints;
mod steps;

use measure::record::{Metric, RunRecord};
use measure::stats::{Interval, StudentT};
use serde::Deserialize;

use super::case_key::CaseKey;
use super::estimate::{Basis, CONFIDENCE, Estimate, Origin, Samples};
use super::figures::{acked_rates, mean, no_figure, rates, ratio, too_few};
use crate::evidence::Evidence;
use crate::judged;
use crate::judgement::of_each;

/// What settles a claim.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measurement {
    /// Which figure.
    pub figure: Figure,
    /// The case.
    pub case: CaseKey,
    /// The case over whose figure that of the first is taken, where a ratio was claimed.
    pub over: Option<CaseKey>,
}

/// A figure; rates are in records per second, times in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// The acked rate.
    AckedRate,
    /// The same with all that the path owes in the time.
    DrainedRate,
    /// The rate of reading.
    ReadRate,
    /// The time of ten thousand records, in packets of the case's size.
    TimeOfTenThousand,
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

/// A figure with the cases behind it; or what the run lacks, in words.
pub(super) type Measured<'run> = Result<(Estimate, Vec<&'run RunRecord>), String>;

impl Measurement {
    /// The figure.
    pub(super) fn of<'run>(&self, evidence: &'run Evidence) -> Measured<'run> {
        let (record, of_case) = self.case.find(evidence)?;
        let Some(over) = &self.over else {
            return Ok((self.figure.of(record, of_case)?, vec![record]));
        };
        let (over, of_over) = over.find(evidence)?;
        let estimate = self.figure.ratio(evidence, [record, over], of_case.max(of_over))?;
        Ok((estimate, vec![record, over]))
    }

    /// Every key of a case in it.
    pub fn keys(&self) -> impl Iterator<Item = &CaseKey> {
        std::iter::once(&self.case).chain(&self.over)
    }
}

impl Figure {
    /// The figure of a case that was chosen among so many by it.
    fn of(self, record: &RunRecord, comparisons: usize) -> Result<Estimate, String> {
        let mean = || mean(record, &self.samples(record)?, comparisons);
        let time_of = |records: f64| Ok(mean()?.inverse().times(1e9 * records));
        match self {
            Self::TimeOfTenThousand => time_of(10_000.0),
            Self::MergedPacket => {
                let votes = record.load.as_ref().and_then(|load| load.votes_per_commit);
                time_of(votes.ok_or_else(|| no_figure(record, "votes that shared a commit"))?)
            }
            Self::StalledShare => checkpoints::stalled_share(record),
            Self::IdleCheckpoints => checkpoints::idle_share(record),
            Self::WalGrowth => checkpoints::wal_growth(record),
            Self::BeyondBaseline => beyond_baseline(record),
            Self::FileKept => {
                let [end, largest] =
                    ["database_bytes_end", "database_bytes_max"].map(|name| extra(record, name));
                Ok(Estimate::counted(end? / largest?.max(1.0)))
            }
            Self::PagesReused => Ok(Estimate::counted(extra(record, "pages_reused_share")?)),
            _ => mean(),
        }
    }

    /// The figure of one case over that of another: as the question's contrasts are judged where blocks allow it, else from
    /// the samples.
    fn ratio(
        self,
        evidence: &Evidence,
        both: [&RunRecord; 2],
        comparisons: usize,
    ) -> Result<Estimate, String> {
        let [record, over] = both;
        if record.case.id == over.case.id {
            return Err(too_few(record, "cases to compare", 2, 1));
        }
        if let Some(judged) = self.judged_ratio(evidence, both, comparisons) {
            return Ok(judged);
        }
        ratio(both, &[self.samples(record)?, self.samples(over)?], comparisons)
    }

    /// The ratio of two rates, which is the inverse of that of the times at the run's nominal yardsticks.
    fn judged_ratio(
        self,
        evidence: &Evidence,
        [record, over]: [&RunRecord; 2],
        comparisons: usize,
    ) -> Option<Estimate> {
        let records = |record: &RunRecord| record.case.records_per_packet as f64;
        let (metric, records) = match self {
            Self::AckedRate => (Metric::AckedTime, records(record) / records(over)),
            Self::ReadRate => (Metric::ReadTime, 1.0),
            _ => return None,
        };
        let finding = judged::judge_pair(evidence, &record.case.id, &over.case.id, metric).ok()?;
        let student = StudentT::new(finding.degrees).ok()?;
        let errors = student.two_sided(of_each(CONFIDENCE, comparisons));
        let reach = (errors * finding.standard_error).exp();
        let value = records / finding.factor;
        let basis = Basis::Blocks(finding.blocks);
        Some(Estimate { value, low: value / reach, high: value * reach, basis })
    }

    /// What it is the mean of.
    fn samples(self, record: &RunRecord) -> Result<Samples, String> {
        Ok(match self {
            Self::AckedRate | Self::ReadRate | Self::TimeOfTenThousand => acked_rates(record),
            Self::DrainedRate => rates(record, &record.drained_records_per_second),
            // Of a load the acked rate is stored part by part.
            Self::Ceiling | Self::MergedPacket => {
                let values = record.records_per_second.samples.clone();
                let what = "parts of the measured time with acks";
                Samples { values, origin: Origin::OneStore, what }
            }
            Self::CheckpointTime => checkpoints::durations(record)?,
            Self::LongestAck => steps::longest_acks(record)?,
            Self::FirstCheckpoints => steps::checkpoints(steps::ends(record)?.first),
            Self::LastCheckpoints => steps::checkpoints(steps::ends(record)?.last),
            Self::FirstPackets => steps::packets(steps::ends(record)?.first),
            Self::LastPackets => steps::packets(steps::ends(record)?.last),
            _ => return Err(no_figure(record, "samples of a share, a count or a difference")),
        })
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
    let blocks = record.block_count().unwrap_or(0);
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
