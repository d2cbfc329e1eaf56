//! Rates of cases, alone and beside each other.

use measure::record::{Metric, RunRecord};
use measure::stats::StudentT;

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::{Basis, CONFIDENCE, Estimate, Figures, Origin};
use crate::claims::measured::Measured;
use crate::claims::missing::Missing;
use crate::evidence::Evidence;
use crate::judged;

/// Which rate of a case.
#[derive(Clone, Copy)]
pub(super) enum Rate {
    /// Records over the time until the last ack.
    Acked,
    /// The same with all work that the path owes in the time.
    Drained,
    /// Rows over the time of reading them.
    Read,
}

const RATES: &str = "rates above 0";

pub(super) fn rate(record: &RunRecord) -> Result<Measured, Missing> {
    Measured::mean(record, &figures(record, Rate::Acked), RATES)
}

/// The time of so many records in ns, in packets of the case's size.
pub(super) fn time_of(record: &RunRecord, records: u64) -> Result<Measured, Missing> {
    let time = |rate: Estimate| rate.inverse().times(1e9 * records as f64);
    Ok(rate(record)?.map(time))
}

pub(super) fn ratio(
    evidence: &Evidence,
    rate: Rate,
    both: (&RunRecord, &RunRecord),
) -> Result<Measured, Missing> {
    between(evidence, rate, both, 1)
}

pub(super) fn highest(evidence: &Evidence, among: &CaseKey) -> Result<Measured, Missing> {
    let (record, comparisons) = best(evidence, among)?;
    let estimate = Estimate::of(&figures(record, Rate::Acked), comparisons);
    let estimate = estimate.ok_or_else(|| among.missing())?;
    Ok(Measured::of(estimate, &[record]))
}

pub(super) fn over_highest(
    evidence: &Evidence,
    key: &CaseKey,
    among: &CaseKey,
) -> Result<Measured, Missing> {
    let (record, (highest, comparisons)) = (key.find(evidence)?, best(evidence, among)?);
    between(evidence, Rate::Acked, (record, highest), comparisons)
}

pub(super) fn highest_over(
    evidence: &Evidence,
    among: &CaseKey,
    key: &CaseKey,
) -> Result<Measured, Missing> {
    let (record, (highest, comparisons)) = (key.find(evidence)?, best(evidence, among)?);
    between(evidence, Rate::Acked, (highest, record), comparisons)
}

/// The case with the highest rate, and among how many it was chosen; a case whose rate is not known is none of them.
fn best<'evidence>(
    evidence: &'evidence Evidence,
    among: &CaseKey,
) -> Result<(&'evidence RunRecord, u32), Missing> {
    let known = |record: &'evidence RunRecord| {
        Some((record, Estimate::of(&figures(record, Rate::Acked), 1)?.value))
    };
    let rates: Vec<(&RunRecord, f64)> = among.all(evidence).into_iter().filter_map(known).collect();
    let highest = rates.iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let (record, _) = highest.ok_or_else(|| among.missing())?;
    Ok((record, u32::try_from(rates.len()).unwrap_or(u32::MAX)))
}

/// One rate over another: as the question's contrasts are judged where blocks allow it, else from the samples.
fn between(
    evidence: &Evidence,
    rate: Rate,
    (record, over): (&RunRecord, &RunRecord),
    comparisons: u32,
) -> Result<Measured, Missing> {
    if let Some(estimate) = judged_ratio(evidence, rate, (record, over), comparisons) {
        return Ok(Measured::of(estimate, &[record, over]));
    }
    let sides = ((record, &figures(record, rate)), (over, &figures(over, rate)));
    Measured::ratio(sides.0, sides.1, comparisons, RATES)
}

/// The ratio of two rates, which is the inverse of that of the times at the run's nominal yardsticks.
fn judged_ratio(
    evidence: &Evidence,
    rate: Rate,
    (record, over): (&RunRecord, &RunRecord),
    comparisons: u32,
) -> Option<Estimate> {
    let (metric, records) = match rate {
        Rate::Acked => {
            let records = |record: &RunRecord| record.case.records_per_packet as f64;
            (Metric::AckedTime, records(record) / records(over))
        }
        Rate::Read => (Metric::ReadTime, 1.0),
        Rate::Drained => return None,
    };
    let finding = judged::judge_pair(evidence, &record.case.id, &over.case.id, metric).ok()?;
    let confidence = CONFIDENCE.powf(1.0 / f64::from(comparisons.max(1)));
    let student = StudentT::new(finding.degrees).ok()?;
    let reach = (student.two_sided(confidence) * finding.standard_error).exp();
    let value = records / finding.factor;
    let basis = Basis::Blocks(finding.blocks);
    Some(Estimate { value, low: value / reach, high: value * reach, basis })
}

fn figures(record: &RunRecord, rate: Rate) -> Figures {
    let spread = match rate {
        Rate::Acked | Rate::Read => &record.records_per_second,
        Rate::Drained => &record.drained_records_per_second,
    };
    let blocks = record.blocks.as_ref().map(|blocks| blocks.replicates.len());
    let is_in_blocks = blocks == Some(spread.samples.len());
    let origin = if is_in_blocks { Origin::Blocks } else { Origin::Samples };
    Figures { values: spread.samples.clone(), origin }
}
