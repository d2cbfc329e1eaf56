//! The first document's claim about merged packets, of which only load curves can tell.

use super::{Judgement, TestedClaim, Verdict};
use crate::findings::Inquiry;
use crate::load_curve::LoadCurve;
use crate::quantity;

pub(super) const CLAIMS: [TestedClaim; 1] = [TestedClaim {
    claim: "a merged packet of about 400 rows takes SQLite 10 ms, and so it ends at 40 k votes per second",
    source: "soup-write-performance (ekmartin/thesis, base-post.md)",
    takes: "a path's load curve with blocking clients, and without that limit",
    judge: merged_packets,
}];

/// How the label of a load with unlimited clients ends, behind a hyphen. Whoever makes such labels takes
/// it from here.
pub const UNLIMITED: &str = "free";

/// From here on the limit has made a difference: the rates of a curve lie 9 % apart.
const FACTOR_MIN: f64 = 1.1;

/// The ceiling is that of the packets if the same path takes more with larger ones: at most four batches
/// of a millisecond were on their way, which is where 400 rows come from.
fn merged_packets(inquiry: &Inquiry<'_>) -> Option<Judgement> {
    let curves = inquiry.load_curves();
    let (limited, free) = curves.iter().find_map(|free| {
        let label = free.label.strip_suffix(UNLIMITED)?.strip_suffix('-')?;
        Some((curves.iter().find(|curve| curve.label == label)?, free))
    })?;
    let (few, many) = (merged(limited)?, merged(free)?);
    let factor = free.saturation.acked_per_second / limited.saturation.acked_per_second;
    let is_reached = limited.saturation.is_reached && free.saturation.is_reached;
    let verdict = match (is_reached, many > few && factor > FACTOR_MIN) {
        (false, _) => return None,
        (true, true) => Verdict::Holds,
        (true, false) => Verdict::DoesNotHold,
    };
    let shown = format!(
        "with blocking clients {} merges {} votes in a commit and acks {} at most; without that limit {} and {}, {} \
         times as many",
        limited.label,
        quantity::count(few.round() as u64),
        quantity::rate(limited.saturation.acked_per_second),
        quantity::count(many.round() as u64),
        quantity::rate(free.saturation.acked_per_second),
        quantity::factor(factor)
    );
    let cases = vec![limited.saturation.id.clone(), free.saturation.id.clone()];
    Some(Judgement { shown, verdict, cases })
}

/// Votes that shared a commit where the curve acks most.
fn merged(curve: &LoadCurve) -> Option<f64> {
    let point = curve.points.iter().find(|point| point.id == curve.saturation.id)?;
    point.votes_per_commit
}
