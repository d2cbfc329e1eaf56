//! Paths under loads that come at their own rates.

use measure::record::{LoadRecord, RunRecord};

use crate::claims::case_key::CaseKey;
use crate::claims::estimate::{Figures, Origin};
use crate::claims::measured::Measured;
use crate::claims::missing::Missing;
use crate::evidence::Evidence;

const PARTS: &str = "parts of the measured time with acks";

/// The most that was acked at any rate; `Missing` unless the path fell behind at one, since it may take more then.
pub(super) fn ceiling(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let (record, _) = most(evidence, key)?;
    Measured::mean(record, &acked(record), PARTS)
}

pub(super) fn ratio(
    evidence: &Evidence,
    key: &CaseKey,
    over: &CaseKey,
) -> Result<Measured, Missing> {
    let ((record, _), (over, _)) = (most(evidence, key)?, most(evidence, over)?);
    Measured::ratio((record, &acked(record)), (over, &acked(over)), 1, PARTS)
}

/// The votes that shared a commit there, at that rate.
pub(super) fn merged_packet(evidence: &Evidence, key: &CaseKey) -> Result<Measured, Missing> {
    let (record, load) = most(evidence, key)?;
    let votes = load.votes_per_commit.ok_or_else(|| Missing::Figure {
        case: record.case.id.clone(),
        figure: "votes that shared a commit",
    })?;
    let measured = Measured::mean(record, &acked(record), PARTS)?;
    Ok(measured.map(|rate| rate.inverse().times(1e9 * votes)))
}

fn most<'evidence>(
    evidence: &'evidence Evidence,
    key: &CaseKey,
) -> Result<(&'evidence RunRecord, &'evidence LoadRecord), Missing> {
    let points: Vec<(&RunRecord, &LoadRecord)> = key
        .all(evidence)
        .into_iter()
        .filter_map(|record| Some((record, record.load.as_ref()?)))
        .collect();
    let by_rate = |(a, _): &&(&RunRecord, &LoadRecord), (b, _): &&(&RunRecord, &LoadRecord)| {
        a.records_per_second.median.total_cmp(&b.records_per_second.median)
    };
    let most = *points.iter().max_by(by_rate).ok_or_else(|| key.missing())?;
    if points.iter().any(|(_, load)| load.is_saturated) {
        Ok(most)
    } else {
        let case = most.0.case.id.clone();
        Err(Missing::Figure { case, figure: "rate at which the path fell behind" })
    }
}

fn acked(record: &RunRecord) -> Figures {
    Figures { values: record.records_per_second.samples.clone(), origin: Origin::Samples }
}
