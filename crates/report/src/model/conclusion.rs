//! What a question's rows say.

use super::grown::Grown;
use crate::evidence::Evidence;
use crate::judged::{self, Answer, Judged};
use crate::load_curve::{Knee, LoadCurve};
use crate::quantity;

/// So many sentences are read.
const SENTENCES_MAX: usize = 3;

/// What a question's rows say.
#[derive(Clone, Debug, PartialEq)]
pub struct Conclusion {
    /// At most three sentences, whose figures are cells of its tables.
    pub answer: Answer,
    /// What it compares; empty where it declares nothing.
    pub judged: Judged,
}

impl Conclusion {
    /// That of a question with these curves, or with cases whose store grew.
    pub(super) fn of(evidence: &Evidence, curves: &[LoadCurve], grown: &[Grown]) -> Self {
        let judged = judged::judge(evidence);
        if judged::is_judged(evidence) {
            return Self { answer: Answer::of(&judged), judged };
        }
        let highest_rates = curves.iter().filter_map(highest_rate);
        let sentences = highest_rates.chain(grown.iter().map(growth)).take(SENTENCES_MAX);
        Self { answer: Answer { sentences: sentences.collect(), cited: Vec::new() }, judged }
    }

    /// The sentences of the answer.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.answer.sentences.iter().map(String::as_str)
    }
}

/// Up to which rate the limit is kept; `None` where no rate was tried.
fn highest_rate(curve: &LoadCurve) -> Option<String> {
    let Knee { p99_max_ns, kept, missed } = curve.knee.as_ref()?;
    let keeps = format!(
        "{} keeps its p99 within {}",
        curve.label,
        quantity::duration_ns(*p99_max_ns as f64)
    );
    let [kept, missed] =
        [kept, missed].map(|end| end.as_ref().map(|end| quantity::rate(end.per_second)));
    Some(match (kept, missed) {
        (Some(rate), Some(above)) => {
            format!("{keeps} up to {rate} in every moment, and at {above} in none.")
        }
        (Some(rate), None) => {
            format!("{keeps} at {rate} in every moment; where it ends was not reached.")
        }
        (None, Some(above)) => {
            format!("{keeps} in every moment at no rate that was tried, and at {above} in none.")
        }
        (None, None) => return None,
    })
}

fn growth(grown: &Grown) -> String {
    let both = |ends: [String; 2]| ends.join(" to ");
    let checkpoints = grown.checkpoint_ns.map_or(String::new(), |ends| {
        let ends = ends.map(|ns| quantity::duration_ns(ns as f64));
        format!(", and a checkpoint from {}", both(ends))
    });
    format!(
        "While the database of {} grew from {}, the rate went from {}{checkpoints}.",
        grown.case,
        both(grown.database_bytes.map(quantity::bytes)),
        both(grown.per_second.map(quantity::rate))
    )
}
