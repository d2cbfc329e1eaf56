//! `vote_load`: up to which rate each path keeps its limit, how many votes share a commit there, and what a path does
//! beyond.

use super::Finding;
use super::inquiry::Inquiry;
use crate::load_curve::{Knee, LoadCurve, PointStanding};
use crate::quantity;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let curves = inquiry.load_curves();
    let of_curve = |curve: &LoadCurve| [knee(curve), saturation(curve), generator(curve)];
    let mut findings: Vec<Finding> = curves.iter().flat_map(of_curve).flatten().collect();
    findings.extend(curves.iter().filter_map(|curve| limit_of_clients(curve, &curves)));
    findings
}

/// What the limit of batches on their way does: the document's merged packets of "~400 rows" come from it.
fn limit_of_clients(limited: &LoadCurve, curves: &[LoadCurve]) -> Option<Finding> {
    let free =
        curves.iter().find(|curve| curve.label == format!("{}-{UNLIMITED}", limited.label))?;
    let merged = |curve: &LoadCurve| {
        let point = curve.points.iter().find(|point| point.id == curve.saturation.id)?;
        point.votes_per_commit
    };
    let (few, many) = (merged(limited)?, merged(free)?);
    let factor = free.saturation.acked_per_second / limited.saturation.acked_per_second;
    let verdict = if many > few && factor > LIMIT_FACTOR_MIN { "holds" } else { "does not hold" };
    Some(Finding {
        sentence: format!(
            "Claim \"SQLite's ceiling is that of merged packets of ~400 rows, which the number of clients \
             sets\": {verdict}: with blocking clients {} merges {} votes in a commit and acks {} at most, \
             without that limit {} and {}, {} times as much.",
            limited.label,
            quantity::count(few.round() as u64),
            quantity::rate(limited.saturation.acked_per_second),
            quantity::count(many.round() as u64),
            quantity::rate(free.saturation.acked_per_second),
            quantity::factor(factor)
        ),
        cases: vec![limited.saturation.id.clone(), free.saturation.id.clone()],
    })
}

/// How the label of a load with unlimited clients ends.
const UNLIMITED: &str = "free";

/// From here on more votes in a commit have made a difference: two points of a curve lie 9 % apart.
const LIMIT_FACTOR_MIN: f64 = 1.1;

/// The highest rate that kept the limit.
fn knee(curve: &LoadCurve) -> Option<Finding> {
    let Knee { p99_max_ns, rate, missed } = curve.knee.as_ref()?;
    let limit = quantity::duration_ns(*p99_max_ns as f64);
    let label = &curve.label;
    let (sentence, cases) = match (rate, missed) {
        (Some((rate, kept)), Some((above, lost))) => (
            format!(
                "{label} keeps its p99 within {limit} up to {}, and not at {}.",
                quantity::rate(*rate),
                quantity::rate(*above)
            ),
            vec![kept.clone(), lost.clone()],
        ),
        (Some((rate, kept)), None) => (
            format!(
                "{label} keeps its p99 within {limit} at {}; where it ends was not reached.",
                quantity::rate(*rate)
            ),
            vec![kept.clone()],
        ),
        (None, Some((above, lost))) => (
            format!(
                "{label} keeps its p99 within {limit} at no rate that was tried, the lowest being {}.",
                quantity::rate(*above)
            ),
            vec![lost.clone()],
        ),
        (None, None) => return None,
    };
    Some(Finding { sentence, cases })
}

/// The most that a path acked, where it did fall behind.
fn saturation(curve: &LoadCurve) -> Option<Finding> {
    let saturation = curve.saturation.is_reached.then_some(&curve.saturation)?;
    let point = curve.points.iter().find(|point| point.id == saturation.id)?;
    let merged = point.votes_per_commit.map_or(String::new(), |votes| {
        format!(", with {} votes in a commit", quantity::count(votes.round() as u64))
    });
    Some(Finding {
        sentence: format!(
            "{} falls behind, and acks {} at most{merged}.",
            curve.label,
            quantity::rate(saturation.acked_per_second)
        ),
        cases: vec![saturation.id.clone()],
    })
}

/// Points that say nothing of the path.
fn generator(curve: &LoadCurve) -> Option<Finding> {
    let bound: Vec<String> = curve
        .points
        .iter()
        .filter(|point| point.standing == PointStanding::GeneratorBound)
        .map(|point| point.id.clone())
        .collect();
    (!bound.is_empty()).then(|| Finding {
        sentence: format!(
            "The generator, not {}, set the times of {}.",
            curve.label,
            bound.join(", ")
        ),
        cases: bound.clone(),
    })
}
