//! Trends and crossings along an axis.

use measure::record::{ContrastKey, ContrastRecord, CrossingRecord, PairRecord, TrendRecord};

use super::row::JudgedRow;
use super::sync_share::sync_share;
use super::times::Times;
use super::why_not::WhyNotJudged;
use crate::judgement::{
    AxisKey, Crossing, CrossingFinding, CrossingPair, CrossingPoint, Finding, Outcome,
    TrendFinding, TrendPoint, crossing, trend,
};

/// A trend's row, and what it shows where it could be judged. `None` of a trend without points.
pub(super) fn judge_trend(
    times: Times<'_>,
    declared: &TrendRecord,
) -> Option<(JudgedRow, Option<TrendFinding>)> {
    let contrast = ContrastRecord { key: declared.key()?, class: declared.class };
    Some(match trend_of(times, declared) {
        Ok((finding, shown)) => (JudgedRow::of(&contrast, Ok(finding)), Some(shown)),
        Err(why) => (JudgedRow::of(&contrast, Err(why)), None),
    })
}

fn trend_of(
    times: Times<'_>,
    declared: &TrendRecord,
) -> Result<(Finding, TrendFinding), WhyNotJudged> {
    let TrendRecord { question, axis, metric, class, points } = declared;
    let mut seed = None;
    let mut told = Vec::new();
    for point in points {
        let own_seed = times.blocks(&point.case)?.seed;
        if *seed.get_or_insert(own_seed) != own_seed {
            return Err(WhyNotJudged::MeasuredApart);
        }
        let time = times.alone(&point.case, *metric)?;
        let sync_share = sync_share(times.record(&point.case)?);
        told.push(TrendPoint { value: point.value, case: point.case.clone(), time, sync_share });
    }
    let (question, axis) = (question.clone(), axis.clone());
    let key = AxisKey { question, axis, metric: *metric, class: *class };
    let trend = trend(&key, &told)?;
    let values = || points.iter().map(|point| point.value);
    let (least, largest) =
        (values().fold(f64::INFINITY, f64::min), values().fold(f64::NEG_INFINITY, f64::max));
    let shown = TrendFinding::of(&trend, least, largest);
    Ok((trend.finding, shown))
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
    let mut points = Vec::new();
    for pair in &declared.pairs {
        let row = same_pair(declared, pair, known).cloned();
        let row = row.unwrap_or_else(|| declared.key_of(pair));
        let judged = rows.iter().find(|judged| *judged.key() == row).and_then(JudgedRow::finding);
        points.extend(
            judged.map(|finding| CrossingPoint { value: pair.value, finding: finding.clone() }),
        );
        pairs.push(CrossingPair { value: pair.value, row });
    }
    let outcome: Outcome<Crossing> = if points.len() < 2 {
        let reason = format!("expected at least 2 judged pairs, got {}", points.len());
        Outcome::NotJudged { reason }
    } else {
        Outcome::Judged(crossing(&points))
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
