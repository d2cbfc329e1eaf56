//! How two cases are judged: from times over blocks to a verdict.
//!
//! A [`Contrast`] is the ratio of two cases' times in each block that holds both. Its variance is shrunk towards
//! that of its [`Class`] ([`ClassVariance`], the moderated t), and then it is a [`Finding`]: the factor, its
//! intervals, one of three [`Verdict`]s, and the smallest difference that would have been seen. [`choose`],
//! [`trend`] and [`crossing`] are the contrasts that choose or order cases. [`Findings`] are stored as
//! `findings.json`; [`Replication`] compares two runs' findings.
//!
//! Nothing here prints, and nothing judges by a label: keys are typed.

mod best_of;
mod between_runs;
mod class_variance;
mod comparison;
mod contrast;
mod crossing;
mod error;
mod finding;
mod findings_file;
mod moderated;
mod prior;
mod replication;
mod trend;
mod verdict;

#[cfg(test)]
mod test_findings;

pub(crate) use best_of::kind as set_kind;
pub use best_of::{Chosen, Member, choose};
pub(crate) use between_runs::of_syncs as between_runs_of_syncs;
pub use class_variance::ClassVariance;
pub use comparison::{
    ChosenCase, CrossingFinding, CrossingPair, LeftOutOfSet, Outcome, SetFinding, TrendFinding,
};
pub use contrast::Contrast;
pub use crossing::{Crossing, CrossingPoint, SignChange, crossing};
pub use error::JudgementError;
pub use finding::{Charge, Finding};
pub use findings_file::{Comparisons, FINDINGS_SCHEMA_VERSION, Findings, NotJudged};
pub use measure::record::{
    CaseId, Class, Constraint, ContrastKey, ContrastKind, CrossingKey, Extreme, Metric, SetKey,
};
pub(crate) use moderated::Moderation;
pub(crate) use prior::Variance;
pub use prior::{Prior, PriorDegrees};
pub use replication::{Replicated, Replication, ReplicationLimits, ReplicationOutcome, Shortfall};
pub use trend::{AxisKey, Trend, TrendPoint, trend};
pub use verdict::{Direction, Verdict, WhyUndecided};
