//! How a time changes along a swept axis.

use std::collections::BTreeMap;

use measure::record::TrendRecord;
use measure::stats::{Interval, NominalTime};

use super::best_of::Member;
use super::class_variance::ClassVariance;
use super::comparison::TrendFinding;
use super::contrast::Contrast;
use super::finding::Finding;
use super::why_not::WhyNotJudged;

/// Two points are a contrast, not a trend.
const POINTS_MIN: usize = 3;

/// A case at a value of the axis.
type Point<'member> = (f64, &'member Member);

/// The trend along an axis, whose points these cases are: a line for each block that holds all cases, and Student's t over
/// the blocks' slopes. The row is the largest value beside the least one along the line: its factor is the line's, not that
/// of the two cases at its ends.
///
/// # Errors
/// [`WhyNotJudged`] for fewer than 3 points, for a value that is not above 0 or stands there twice, and as
/// [`Contrast::new`].
pub fn trend(
    declared: &TrendRecord,
    members: &[Member],
) -> Result<(Finding, TrendFinding), WhyNotJudged> {
    let values = declared.points.iter().map(|point| point.value);
    let mut points: Vec<Point<'_>> = values.zip(members).collect();
    points.sort_by(|(a, _), (b, _)| a.total_cmp(b));
    let (Some(key), [(least, first), .., (largest, last)], POINTS_MIN..) =
        (declared.key(), points.as_slice(), points.len())
    else {
        return Err(WhyNotJudged::too_few("values of a swept axis", POINTS_MIN, points.len()));
    };
    let twice = points.windows(2).find(|pair| pair[0].0 >= pair[1].0).map(|pair| pair[1].0);
    let none = points.iter().map(|(value, _)| *value);
    let none = none.into_iter().find(|value| !(value.is_finite() && *value > 0.0));
    if let Some(got) = none.or(twice) {
        let axis = &declared.axis;
        let why = format!("the axis {axis}: expected different values above 0, got {got}");
        return Err(WhyNotJudged(why));
    }
    let span = (largest / least).ln();
    let along_axis: Vec<f64> = slopes(&points).map(|slope| slope * span).collect();
    let times: Vec<&NominalTime> = points.iter().map(|(_, member)| &member.time).collect();
    let contrast = Contrast::from_logs(key, declared.class, &along_axis, &times)?
        .with_sync_shares(last.sync_share, first.sync_share);
    // A slope's variance is no contrast's of two cases, so the class says nothing of it.
    let finding = ClassVariance::unknown(declared.class).judge(&contrast)?;
    let shown = TrendFinding::of(&finding, *least, *largest);
    Ok((finding, shown))
}

/// The slope of the logarithm of the time over that of the value, in each block that holds all points.
fn slopes(points: &[Point<'_>]) -> impl Iterator<Item = f64> {
    let all = points.len();
    let mean = points.iter().map(|(value, _)| value.ln()).sum::<f64>() / all as f64;
    let squares: f64 = points.iter().map(|(value, _)| (value.ln() - mean).powi(2)).sum();
    let mut of_blocks: BTreeMap<u32, Vec<f64>> = BTreeMap::new();
    for (value, member) in points {
        for block in &member.time.blocks {
            let term = (value.ln() - mean) * block.time_ns.ln() / squares;
            of_blocks.entry(block.block).or_default().push(term);
        }
    }
    let whole = of_blocks.into_values().filter(move |terms| terms.len() == all);
    whole.map(|terms| terms.iter().sum())
}

impl TrendFinding {
    /// What a line between these two values shows.
    fn of(finding: &Finding, least: f64, largest: f64) -> Self {
        let exponent = |factor: f64| factor.ln() / (largest / least).ln();
        let Interval { low, high } = finding.interval_95;
        let [low, high] = [low, high].map(exponent);
        let per_doubling = exponent(finding.factor).exp2();
        Self {
            key: finding.key.clone(),
            least,
            largest,
            exponent: exponent(finding.factor),
            exponent_interval_95: Interval { low, high },
            per_doubling,
            per_doubling_interval_95: Interval { low: low.exp2(), high: high.exp2().min(f64::MAX) },
        }
    }
}

#[cfg(test)]
mod tests;
