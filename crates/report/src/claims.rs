//! Claims: what the two documents said, what a run shows of it, and whether it holds here.
//!
//! The claims are a list of data (`claims.toml`): the case keys, the figure that settles each, and the standard by which it
//! is judged. What a run shows is computed from its records, and so is the verdict: nobody writes one down.

mod case_key;
mod estimate;
mod figures;
mod measurement;
mod spec;
mod standard;

pub use case_key::CaseKey;
pub use estimate::{Basis, Estimate};
pub use measurement::{Figure, Measurement, Ratio};
pub use spec::{ClaimSpec, Needs, list};
pub use standard::{Claimed, Outside, Standard, Unit, Verdict};

use measure::record::RunRecord;

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

/// The claims that a question's cases settle, with their verdicts; none where nothing of it was measured.
#[must_use]
pub fn claims(evidence: &Evidence) -> Vec<Claim> {
    if evidence.records.is_empty() {
        return Vec::new();
    }
    let own = list().filter(|spec| spec.question == evidence.name);
    own.map(|spec| judge(spec, Some(evidence))).collect()
}

/// Every claim, judged by a whole run.
#[must_use]
pub fn of_run(run: &[Evidence]) -> Vec<Claim> {
    let of = |spec: &'static ClaimSpec| {
        judge(spec, run.iter().find(|evidence| evidence.name == spec.question))
    };
    list().map(of).collect()
}

/// The claims that two runs have judged.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct VerdictsOfTwoRuns {
    /// How many both have judged.
    pub in_both: usize,
    /// Those with another verdict in the second.
    pub changed: Vec<ChangedVerdict>,
}

/// A claim with another verdict in the second run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChangedVerdict {
    /// The claim's stable key.
    pub key: &'static str,
    /// Its verdict in the first run.
    pub first: Verdict,
    /// Its verdict in the second.
    pub second: Verdict,
}

/// Whether two runs say the same of the claims that both have judged.
#[must_use]
pub fn of_two_runs(first: &[Evidence], second: &[Evidence]) -> VerdictsOfTwoRuns {
    let mut both = VerdictsOfTwoRuns::default();
    for (first, second) in of_run(first).into_iter().zip(of_run(second)) {
        let (key, first, second) = (&first.spec.key, first.verdict, second.verdict);
        if [first, second].contains(&Verdict::NotMeasured) {
            continue;
        }
        both.in_both += 1;
        if first != second {
            both.changed.push(ChangedVerdict { key, first, second });
        }
    }
    both
}

/// A claim's row, by what a run has about its question.
fn judge(spec: &'static ClaimSpec, evidence: Option<&Evidence>) -> Claim {
    let measured = evidence
        .ok_or_else(|| format!("the run has no `{}`", spec.question))
        .and_then(|evidence| spec.measurement.of(evidence));
    match measured {
        Ok((estimate, records)) => {
            let verdict = match spec.needs.are_met(&records) {
                true => spec.standard.judge(&estimate),
                false => Verdict::NotAtThisScale,
            };
            let cases = records.iter().map(|record| record.case.id.clone()).collect();
            let shown = shown(spec, &estimate, verdict);
            Claim { spec, shown, estimate: Some(estimate), verdict, cases }
        }
        Err(shown) => {
            let verdict = Verdict::NotMeasured;
            Claim { spec, shown, estimate: None, verdict, cases: Vec::new() }
        }
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

impl Needs {
    /// Whether the cases' machine and stores have what it takes.
    fn are_met(self, cases: &[&RunRecord]) -> bool {
        let mut records = cases.iter();
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
