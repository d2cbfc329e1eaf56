//! `vote_load`: up to which rate each path keeps its limit, how many votes share a commit there, and what a path does
//! beyond.

use super::Finding;
use super::inquiry::Inquiry;
use crate::load_curve::{Knee, LoadCurve, PointStanding};
use crate::quantity;

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let curves = inquiry.load_curves();
    let of_curve = |curve: &LoadCurve| [knee(curve), saturation(curve), generator(curve)];
    curves.iter().flat_map(of_curve).flatten().collect()
}

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
