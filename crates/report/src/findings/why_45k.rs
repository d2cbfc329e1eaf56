//! `why_45k`: of several suspects in a factorial, which one matters most.

use measure::record::RunRecord;

use super::Finding;
use super::inquiry::{Inquiry, axis_value};
use super::log_beside_sqlite::is_sqlite;
use super::sentence::finding;
use crate::quantity;

/// The suspects' axes, in the order in which the document suspected them, and how they are called.
const SUSPECTS: [(&str, &str); 4] = [
    ("wal_autocheckpoint", "automatic checkpoints"),
    ("synchronous", "the sync in each commit"),
    ("table", "the index"),
    ("records_per_packet", "the small commits"),
];

/// What changing one thing does, over all pairs of cases that differ in nothing else.
struct Effect<'evidence> {
    suspect: &'static str,
    from: String,
    to: String,
    /// How many times as many records per second, for each pair.
    factors: Vec<f64>,
    cases: Vec<&'evidence RunRecord>,
}

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let mut effects: Vec<Effect<'_>> =
        SUSPECTS.iter().filter_map(|suspect| Effect::of(inquiry, *suspect)).collect();
    effects.sort_by(|a, b| b.size().total_cmp(&a.size()));
    let named = named(&effects);
    named.into_iter().chain(effects.iter().map(Effect::finding)).collect()
}

/// The suspect that matters most.
fn named(effects: &[Effect<'_>]) -> Option<Finding> {
    let [largest, others @ ..] = effects else { return None };
    let suspects = others.len() + 1;
    let next = others.first().map_or(String::new(), |next| {
        format!(", before {} with {}", next.suspect, quantity::factor(next.mean()))
    });
    let holds = if largest.is_one_sided() {
        format!("in each of {} pairs", largest.factors.len())
    } else {
        "though not in each pair".to_owned()
    };
    let sentence = format!(
        "of {suspects} suspects it is {}: without it {} times as many records/s ({holds}){next}",
        largest.suspect,
        quantity::factor(largest.mean()),
    );
    Some(finding(&sentence, largest.cases.iter().copied()))
}

impl<'evidence> Effect<'evidence> {
    /// The effect of going from the base's value on an axis to the other one; `None` where there is no
    /// pair.
    fn of(inquiry: &Inquiry<'evidence>, (axis, suspect): (&str, &'static str)) -> Option<Self> {
        let from = inquiry.base_value("sqlite", axis)?.to_owned();
        let mut effect =
            Self { suspect, from: from.clone(), to: String::new(), factors: vec![], cases: vec![] };
        for without in inquiry.cases().filter(|record| is_sqlite(record)) {
            let Some(to) = axis_value(without, axis).filter(|to| *to != from) else { continue };
            let Some(with) = inquiry.without_deviation(without, axis) else { continue };
            if let Ok(comparison) = inquiry.judge(without, with) {
                effect.to = to.to_owned();
                effect.factors.push(comparison.factor.ratio);
                effect.cases.extend([with, without]);
            }
        }
        (!effect.factors.is_empty()).then_some(effect)
    }

    /// The geometric mean of the pairs' factors.
    fn mean(&self) -> f64 {
        let sum: f64 = self.factors.iter().map(|factor| factor.ln()).sum();
        (sum / self.factors.len() as f64).exp()
    }

    /// How far the mean is from making no difference, up or down.
    fn size(&self) -> f64 {
        self.mean().ln().abs()
    }

    /// Whether every pair differs in the same direction.
    fn is_one_sided(&self) -> bool {
        self.factors.iter().all(|factor| *factor > 1.0)
            || self.factors.iter().all(|factor| *factor < 1.0)
    }

    fn finding(&self) -> Finding {
        let least = self.factors.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.factors.iter().copied().fold(0.0, f64::max);
        let sentence = format!(
            "{}, {} to {}: {} times as many records/s on the geometric mean of {} pairs, {} to {}",
            self.suspect,
            self.from,
            self.to,
            quantity::factor(self.mean()),
            self.factors.len(),
            quantity::factor(least),
            quantity::factor(most)
        );
        finding(&sentence, self.cases.iter().copied())
    }
}
