//! How two cases are judged: from times over blocks to a verdict.
//!
//! A [`Contrast`] is the ratio of two cases' times in each block that holds both. Its variance is shrunk towards
//! that of its [`Class`] ([`ClassVariance`], the moderated t), and then it is a [`Finding`]: the factor, its
//! intervals, one of three [`Verdict`]s, and the smallest difference that would have been seen. [`choose`],
//! [`trend`] and [`crossing`] are the contrasts that choose or order cases. [`Findings`] are stored as
//! `findings.json`.
//!
//! Nothing here prints, and nothing judges by a label: keys are typed.

mod best_of;
mod between_runs;
mod class_variance;
mod comparison;
mod contrast;
mod crossing;
mod finding;
mod findings_file;
mod moderation;
mod trend;
mod verdict;
mod why_not;

#[cfg(test)]
pub(crate) mod made_up_tests;

pub use best_of::{Member, choose};
pub(crate) use best_of::{contrast as set_contrast, kind as set_kind};
pub(crate) use between_runs::of_syncs as between_runs_of_syncs;
pub use class_variance::ClassVariance;
pub use comparison::{
    ChosenCase, Crossing, CrossingFinding, CrossingPair, LeftOutOfSet, Outcome, SetFinding,
    SignChange, TrendFinding,
};
pub use contrast::Contrast;
pub use crossing::crossing;
pub use finding::Finding;
pub(crate) use finding::of_each;
pub use findings_file::{Comparisons, FINDINGS_SCHEMA_VERSION, Findings, NotJudged};
pub use measure::record::{
    CaseId, Class, Constraint, ContrastKey, ContrastKind, CrossingKey, Extreme, Metric, SetKey,
};
pub(crate) use moderation::{Moderation, Variance};
pub use moderation::{Prior, PriorDegrees};
pub use trend::trend;
pub use verdict::{Direction, Verdict, WhyUndecided};
pub use why_not::WhyNotJudged;
