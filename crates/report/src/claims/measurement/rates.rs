//! Rates of cases, alone and beside each other.

use measure::record::{LoadRecord, Metric, RunRecord};
use measure::stats::StudentT;

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::{Basis, CONFIDENCE, Estimate, Origin, Samples};
use crate::claims::figures::{self, no_figure};
use crate::evidence::Evidence;
use crate::judged;
use crate::judgement::of_each;

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

pub(super) fn samples(record: &RunRecord, rate: Rate) -> Samples {
    let spread = match rate {
        Rate::Acked | Rate::Read => &record.records_per_second,
        Rate::Drained => &record.drained_records_per_second,
    };
    let blocks = record.blocks.as_ref().map(|blocks| blocks.replicates.len());
    let is_in_blocks = blocks == Some(spread.samples.len());
    let origin = if is_in_blocks { Origin::Blocks } else { Origin::OneStore };
    Samples { values: spread.samples.clone(), origin, what: "rates above 0" }
}

/// The acked rate of a path under a load of its own rate, part by part.
pub(super) fn parts(record: &RunRecord) -> Samples {
    let values = record.records_per_second.samples.clone();
    Samples { values, origin: Origin::OneStore, what: "parts of the measured time with acks" }
}

/// The case with the highest rate, and among how many it was chosen; a case whose rate is not known is none of them.
pub(super) fn highest<'run>(
    evidence: &'run Evidence,
    among: &CaseKey,
) -> Result<(&'run RunRecord, usize), String> {
    let known = |record: &'run RunRecord| {
        Some((record, Estimate::of(&samples(record, Rate::Acked), 1)?.value))
    };
    let rates: Vec<(&RunRecord, f64)> = among.all(evidence).into_iter().filter_map(known).collect();
    let highest = rates.iter().max_by(|(_, a), (_, b)| a.total_cmp(b));
    let (record, _) = highest.ok_or_else(|| among.missing())?;
    Ok((record, rates.len()))
}

/// The point of a load at which a path acked the most; none unless it fell behind at one, since it may take more then.
pub(super) fn most_acked<'run>(
    evidence: &'run Evidence,
    key: &CaseKey,
) -> Result<&'run RunRecord, String> {
    let with_load = |record: &'run RunRecord| Some((record, record.load.as_ref()?));
    let points: Vec<(&RunRecord, &LoadRecord)> =
        key.all(evidence).into_iter().filter_map(with_load).collect();
    let acked = |record: &RunRecord| record.records_per_second.median;
    let most = points.iter().max_by(|(a, _), (b, _)| acked(a).total_cmp(&acked(b)));
    let (most, _) = most.ok_or_else(|| key.missing())?;
    if points.iter().any(|(_, load)| load.is_saturated) {
        Ok(most)
    } else {
        Err(no_figure(most, "rate at which the path fell behind"))
    }
}

/// One rate over another: as the question's contrasts are judged where blocks allow it, else from the samples.
pub(super) fn ratio(
    evidence: &Evidence,
    rate: Rate,
    both: [&RunRecord; 2],
    comparisons: usize,
) -> Result<Estimate, String> {
    judged_ratio(evidence, rate, both, comparisons).map_or_else(
        || figures::ratio(both, &both.map(|record| samples(record, rate)), comparisons),
        Ok,
    )
}

/// The ratio of two rates, which is the inverse of that of the times at the run's nominal yardsticks.
fn judged_ratio(
    evidence: &Evidence,
    rate: Rate,
    [record, over]: [&RunRecord; 2],
    comparisons: usize,
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
    let student = StudentT::new(finding.degrees).ok()?;
    let errors = student.two_sided(of_each(CONFIDENCE, comparisons));
    let reach = (errors * finding.standard_error).exp();
    let value = records / finding.factor;
    let basis = Basis::Blocks(finding.blocks);
    Some(Estimate { value, low: value / reach, high: value * reach, basis })
}
