//! Claims: what the two documents said, what a run shows of it, and whether it holds here.
//!
//! The claims are a list of data (`claims.toml`): the case keys, the figure that settles each, and the standard by which it
//! is judged. What a run shows is computed from its records, and so is the verdict: nobody writes one down.

mod case_key;
mod estimate;
mod measured;
mod measurement;
mod missing;
mod spec;
mod standard;
mod two_runs;
mod unit;
mod verdict;

pub use case_key::CaseKey;
pub use estimate::{Basis, Estimate};
pub use measurement::{Figure, Measurement, Ratio};
pub use spec::{ClaimSpec, Needs};
pub use standard::{Claimed, Outside, Standard};
pub use two_runs::{ChangedVerdict, VerdictsOfTwoRuns};
pub use unit::Unit;
pub use verdict::Verdict;

use measured::Measured;
use missing::Missing;

use crate::evidence::Evidence;

/// What somebody said, beside what a run shows: a row of the table of claims.
#[derive(Clone, Debug, PartialEq)]
pub struct Claim {
    /// What was claimed, by whom, and what settles it.
    pub spec: &'static ClaimSpec,
    /// What this run shows, with its interval at 99 % and what that comes from; or what the run lacks.
    pub shown: String,
    /// The figure behind it; `None` where it was not measured.
    pub estimate: Option<Estimate>,
    /// Whether it holds.
    pub verdict: Verdict,
    /// The ids of the cases behind it.
    pub cases: Vec<String>,
}

/// Every claim, in the order of the documents.
pub fn list() -> impl Iterator<Item = &'static ClaimSpec> {
    spec::all().iter()
}

/// The claims that a question's cases settle, with their verdicts; none where nothing of it was measured.
#[must_use]
pub fn claims(evidence: &Evidence) -> Vec<Claim> {
    if evidence.records.is_empty() {
        return Vec::new();
    }
    list().filter(|spec| spec.question == evidence.name).map(|spec| judge(spec, evidence)).collect()
}

/// Every claim, judged by a whole run.
#[must_use]
pub fn of_run(run: &[Evidence]) -> Vec<Claim> {
    let of = |spec: &'static ClaimSpec| match run.iter().find(|it| it.name == spec.question) {
        Some(evidence) => judge(spec, evidence),
        None => not_measured(spec, &Missing::Question { question: spec.question.clone() }),
    };
    list().map(of).collect()
}

/// Whether two runs say the same of the claims that both have judged.
#[must_use]
pub fn of_two_runs(first: &[Evidence], second: &[Evidence]) -> VerdictsOfTwoRuns {
    let pairs = of_run(first).into_iter().zip(of_run(second));
    VerdictsOfTwoRuns::of(
        pairs.map(|(first, second)| (first.spec.key.as_str(), first.verdict, second.verdict)),
    )
}

/// A claim's row.
#[must_use]
pub fn judge(spec: &'static ClaimSpec, evidence: &Evidence) -> Claim {
    match spec.measurement.of(evidence) {
        Ok(Measured { estimate, cases }) => {
            let verdict = match spec.standard.judge(&estimate) {
                Verdict::DoesNotHold if !spec.needs.are_met(evidence, &cases) => {
                    Verdict::NotAtThisScale
                }
                verdict => verdict,
            };
            let shown = shown(spec, &estimate, verdict);
            Claim { spec, shown, estimate: Some(estimate), verdict, cases }
        }
        Err(missing) => not_measured(spec, &missing),
    }
}

fn shown(spec: &ClaimSpec, estimate: &Estimate, verdict: Verdict) -> String {
    let unit = spec.standard.unit;
    let Estimate { value, low, high, basis } = *estimate;
    let interval = match basis {
        Basis::Counted => basis.in_words(),
        Basis::Blocks(_) | Basis::Samples(_) => {
            format!("{} to {}; {}", unit.bare(low), unit.bare(high), basis.in_words())
        }
    };
    let told = match verdict {
        Verdict::Undecided => format!("; {}", spec.standard.could_have_told(estimate)),
        _ => String::new(),
    };
    format!("{} ({interval}{told})", unit.figure(value))
}

fn not_measured(spec: &'static ClaimSpec, missing: &Missing) -> Claim {
    let (shown, verdict) = (missing.to_string(), Verdict::NotMeasured);
    Claim { spec, shown, estimate: None, verdict, cases: Vec::new() }
}

impl Needs {
    /// Whether the cases' machine and stores have what it takes.
    fn are_met(self, evidence: &Evidence, cases: &[String]) -> bool {
        let mut records = cases.iter().filter_map(|id| evidence.case(id));
        match self {
            Self::Nothing => true,
            Self::Processors(needed) => records
                .all(|record| record.environment.processor.usable.is_none_or(|had| had >= needed)),
            Self::DatabaseBytes(needed) => {
                records.any(|record| record.space.database_bytes.is_some_and(|had| had >= needed))
            }
        }
    }
}
