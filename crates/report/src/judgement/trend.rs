//! How a time changes along a swept axis.

use std::collections::BTreeMap;

use measure::record::{CaseId, Class, ContrastKey, ContrastKind, Metric};
use measure::stats::{Interval, NominalTime};

use super::class_variance::ClassVariance;
use super::contrast::{BlockRatio, Contrast, FitCost};
use super::error::JudgementError;
use super::finding::Finding;

/// Two points are a contrast, not a trend.
const POINTS_MIN: usize = 3;

/// A swept axis.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AxisKey {
    /// The question that sweeps it.
    pub question: String,
    /// The axis's stable key.
    pub axis: String,
    /// Which of the cases' times.
    pub metric: Metric,
    /// The class of its contrasts.
    pub class: Class,
}

/// A case at one value of the axis.
#[derive(Clone, Debug, PartialEq)]
pub struct TrendPoint {
    /// The value, above 0, in the axis's unit.
    pub value: f64,
    /// The case's id.
    pub case: CaseId,
    /// Its times.
    pub time: NominalTime,
    /// The share of its time that syncs take, 0 to 1.
    pub sync_share: f64,
}

/// A trend: the time goes like `value ^ exponent`.
#[derive(Clone, Debug, PartialEq)]
pub struct Trend {
    /// The slope of the logarithm of the time over that of the value: 0 where the value does not matter, 1 where the
    /// time grows in proportion.
    pub exponent: f64,
    /// Its interval at 95 %.
    pub exponent_interval_95: Interval,
    /// The largest value beside the least one along the line, as a row. Its factor is the line's, not that of the two
    /// cases at its ends.
    pub finding: Finding,
}

/// The trend along an axis: a line for each block that holds all cases, and Student's t over the blocks' slopes.
///
/// # Errors
/// [`JudgementError`] for fewer than 3 points, for a value that is not above 0 or stands there twice, and as
/// [`Contrast::new`].
pub fn trend(key: &AxisKey, points: &[TrendPoint]) -> Result<Trend, JudgementError> {
    let AxisKey { question, axis, metric, class } = key;
    if points.len() < POINTS_MIN {
        let (question, what) = (question.clone(), "values of a swept axis");
        return Err(JudgementError::TooFew {
            question,
            what,
            expected: POINTS_MIN,
            got: points.len(),
        });
    }
    let mut points: Vec<&TrendPoint> = points.iter().collect();
    points.sort_by(|a, b| a.value.total_cmp(&b.value));
    let twice = points.windows(2).find(|pair| pair[0].value >= pair[1].value);
    let none = points.iter().find(|point| !(point.value.is_finite() && point.value > 0.0));
    if let Some(point) = none.or(twice.map(|pair| &pair[1])) {
        let (question, axis) = (question.clone(), axis.clone());
        return Err(JudgementError::AxisValue { question, axis, got: point.value });
    }
    let (least, largest) = (points[0], points[points.len() - 1]);
    let span = (largest.value / least.value).ln();
    let key = ContrastKey {
        question: question.clone(),
        kind: ContrastKind::Trend { axis: axis.clone() },
        case: largest.case.clone(),
        baseline: least.case.clone(),
        metric: *metric,
    };
    let ratios = slopes(&points)
        .map(|ratio| BlockRatio { log_ratio: ratio.log_ratio * span, ..ratio })
        .collect();
    let contrast = Contrast::from_ratios(key, *class, ratios, cost(&points))?
        .with_sync_shares(largest.sync_share, least.sync_share);
    // A slope's variance is no contrast's of two cases, so the class says nothing of it.
    let finding = ClassVariance::unknown(*class).judge(&contrast)?;
    let exponent = |factor: f64| factor.ln() / span;
    let Interval { low, high } = finding.interval_95;
    Ok(Trend {
        exponent: exponent(finding.factor),
        exponent_interval_95: Interval { low: exponent(low), high: exponent(high) },
        finding,
    })
}

/// The slope of the logarithm of the time over that of the value, in each block that holds all points.
fn slopes(points: &[&TrendPoint]) -> impl Iterator<Item = BlockRatio> {
    let count = points.len() as f64;
    let mean = points.iter().map(|point| point.value.ln()).sum::<f64>() / count;
    let squares: f64 = points.iter().map(|point| (point.value.ln() - mean).powi(2)).sum();
    let mut of_blocks: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for point in points {
        for block in &point.time.blocks {
            let term = (point.value.ln() - mean) * block.time_ns.ln() / squares;
            of_blocks.entry(block.block).or_default().push(term);
        }
    }
    let all = points.len();
    let whole = of_blocks.into_iter().filter(move |(_, terms)| terms.len() == all);
    whole.map(|(block, terms)| BlockRatio { block, log_ratio: terms.iter().sum() })
}

/// The mean of what the cases' fits take.
fn cost(points: &[&TrendPoint]) -> FitCost {
    let count = points.len() as f64;
    let mean = |of: fn(&NominalTime) -> f64| {
        points.iter().map(|point| of(&point.time)).sum::<f64>() / count
    };
    FitCost {
        spent_degrees: mean(|time| time.spent_degrees),
        variance_inflation: mean(|time| time.variance_inflation),
    }
}

#[cfg(test)]
mod tests;
