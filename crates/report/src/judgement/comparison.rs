//! What `findings.json` holds beside contrasts: trends, crossings, and the best of sets.

use measure::record::{CaseId, Constraint, ContrastKey, CrossingKey, Extreme, SetKey};
use measure::stats::Interval;
use serde::{Deserialize, Serialize};

use super::verdict::Direction;
use super::why_not::WhyNotJudged;

/// A judged trend; the row with its key has the factor and the verdict.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TrendFinding {
    /// The key of its row.
    #[serde(flatten)]
    pub key: ContrastKey,
    /// The least value, in the axis's unit.
    pub least: f64,
    /// The largest value.
    pub largest: f64,
    /// The time goes like `value ^ exponent`.
    pub exponent: f64,
    /// Its interval at 95 %.
    pub exponent_interval_95: Interval,
    /// How many times as long it takes at twice the value.
    pub per_doubling: f64,
    /// Its interval at 95 %.
    pub per_doubling_interval_95: Interval,
}

/// A crossing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossingFinding {
    /// Which crossing.
    #[serde(flatten)]
    pub key: CrossingKey,
    /// The axis's stable key.
    pub axis: String,
    /// Its pairs, by rising value.
    pub pairs: Vec<CrossingPair>,
    /// Where the better one changes; not judged where fewer than two pairs are.
    pub outcome: Outcome<Crossing>,
}

/// Where the better of two cases changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Crossing {
    /// Nowhere that this run can tell: no two values have differences of opposite sign.
    None,
    /// Once.
    Once(SignChange),
    /// More than once, by rising value.
    Several(Vec<SignChange>),
}

/// Two values between which the better case changes.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SignChange {
    /// The last value at which one of them is shown to be better.
    pub after: f64,
    /// The first value above at which the other one is.
    pub before: f64,
    /// What the case is against its baseline from `before` on.
    pub then: Direction,
}

/// Two cases at a value of an axis.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CrossingPair {
    /// The value, in the axis's unit.
    pub value: f64,
    /// The row that judges them.
    pub row: ContrastKey,
}

/// The best or the worst of a set.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SetFinding {
    /// Which set.
    #[serde(flatten)]
    pub key: SetKey,
    /// What its cases are, for people.
    pub of: String,
    /// Which end is asked for.
    pub extreme: Extreme,
    /// What a case must keep to be chosen.
    pub constraints: Vec<Constraint>,
    /// The cases that were compared.
    pub compared: Vec<CaseId>,
    /// Cases of the set that were not.
    pub left_out: Vec<LeftOutOfSet>,
    /// Which case it is.
    pub outcome: Outcome<ChosenCase>,
}

impl SetFinding {
    /// What its cases are, and what they must keep: `settings of SQLite with acks that sync`.
    #[must_use]
    pub fn in_words(&self) -> String {
        let constraints: Vec<String> = self.constraints.iter().map(ToString::to_string).collect();
        match constraints.as_slice() {
            [] => self.of.clone(),
            constraints => format!("{} with {}", self.of, constraints.join(" and ")),
        }
    }
}

/// A case that could not be chosen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOutOfSet {
    /// The case.
    pub case: CaseId,
    /// Why not.
    pub reason: String,
}

/// The case that is best or worst.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChosenCase {
    /// The case with the least time in this run, or with the longest.
    pub case: CaseId,
    /// Every case that may be the one in truth, `case` among them.
    pub candidates: Vec<CaseId>,
}

/// What a comparison shows, or why it shows nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome<T> {
    /// It was judged.
    Judged(T),
    /// It could not be.
    NotJudged {
        /// Why not.
        reason: String,
    },
}

impl<T> Outcome<T> {
    pub(crate) fn not_judged(WhyNotJudged(reason): WhyNotJudged) -> Self {
        Self::NotJudged { reason }
    }
}
