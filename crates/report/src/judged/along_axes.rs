//! Trends and crossings along an axis.

use measure::record::{
    CaseId, ContrastKey, ContrastRecord, CrossingRecord, PairRecord, TrendRecord,
};

use super::row::JudgedRow;
use super::times::{Times, measured_apart};
use crate::judgement::{
    CrossingFinding, CrossingPair, Finding, Member, Outcome, TrendFinding, WhyNotJudged, crossing,
    trend,
};

/// A trend's row, and what it shows where it could be judged. `None` of a trend without points.
pub(super) fn judge_trend(
    times: Times<'_>,
    declared: &TrendRecord,
) -> Option<(JudgedRow, Option<TrendFinding>)> {
    let contrast = ContrastRecord { key: declared.key()?, class: declared.class };
    let (judged, shown) = match trend_of(times, declared) {
        Ok((finding, shown)) => (Ok(finding), Some(shown)),
        Err(why) => (Err(why), None),
    };
    Some((JudgedRow { contrast, judged }, shown))
}

fn trend_of(
    times: Times<'_>,
    declared: &TrendRecord,
) -> Result<(Finding, TrendFinding), WhyNotJudged> {
    let mut seed = None;
    let member = |case: &CaseId| -> Result<Member, WhyNotJudged> {
        let own_seed = times.blocks(case)?.seed;
        if *seed.get_or_insert(own_seed) != own_seed {
            return Err(measured_apart());
        }
        times.member(case, declared.metric, None)
    };
    let cases = declared.points.iter().map(|point| &point.case);
    trend(declared, &cases.map(member).collect::<Result<Vec<Member>, _>>()?)
}

/// The contrasts of a crossing: those of its pairs that the question does not declare anyway.
pub(super) fn contrasts_of(
    declared: &CrossingRecord,
    known: &[ContrastRecord],
) -> Vec<ContrastRecord> {
    let own = declared.pairs.iter().filter(|pair| same_pair(declared, pair, known).is_none());
    let own = own.map(|pair| ContrastRecord { key: declared.key_of(pair), class: declared.class });
    own.collect()
}

/// Where the better one changes, told from the rows of its pairs.
pub(super) fn judge_crossing(
    declared: &CrossingRecord,
    known: &[ContrastRecord],
    rows: &[JudgedRow],
) -> CrossingFinding {
    let mut pairs = Vec::new();
    let mut verdicts = Vec::new();
    for pair in &declared.pairs {
        let row = same_pair(declared, pair, known).cloned();
        let row = row.unwrap_or_else(|| declared.key_of(pair));
        let judged = rows.iter().find(|judged| *judged.key() == row).and_then(JudgedRow::finding);
        verdicts.extend(judged.map(|finding| (pair.value, finding.verdict)));
        pairs.push(CrossingPair { value: pair.value, row });
    }
    let outcome = if verdicts.len() < 2 {
        Outcome::not_judged(WhyNotJudged::too_few("judged pairs", 2, verdicts.len()))
    } else {
        Outcome::Judged(crossing(&verdicts))
    };
    CrossingFinding { key: declared.key.clone(), axis: declared.axis.clone(), pairs, outcome }
}

/// The declared contrast of the same two cases, by the same time.
fn same_pair<'known>(
    declared: &CrossingRecord,
    pair: &PairRecord,
    known: &'known [ContrastRecord],
) -> Option<&'known ContrastKey> {
    let is_same = |key: &&ContrastKey| {
        key.case == pair.case && key.baseline == pair.baseline && key.metric == declared.key.metric
    };
    known.iter().map(|contrast| &contrast.key).find(is_same)
}
