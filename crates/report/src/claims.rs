//! Claims: what somebody said, what this run shows of it, and whether it holds here.
//!
//! A question has its claims in the registry here, in a file of its own. What a run shows is computed
//! from its records, and so is the verdict: nobody writes one down.

mod checkpoint_strategy;
mod growth;
mod native_log;
mod vote;
mod vote_load;

use measure::record::RunRecord;

use crate::evidence::Evidence;
use crate::findings::Inquiry;
use crate::resolution::QuestionResolution;

pub use vote::ClaimedPath;
pub use vote_load::UNLIMITED;

/// What somebody said, beside what a run shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    /// What was claimed.
    pub claim: &'static str,
    /// Who claimed it, and where.
    pub source: &'static str,
    /// What this run shows, or what it would take to tell.
    pub shown: String,
    /// Whether it holds.
    pub verdict: Verdict,
    /// The ids of the cases behind it.
    pub cases: Vec<String>,
}

/// Whether a claim holds on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It does.
    Holds,
    /// The opposite shows, or nothing of it.
    DoesNotHold,
    /// It shows, but not as large as claimed; or what was measured is too small for it to show.
    NotAtThisScale,
    /// The cases that would tell were not measured.
    NotMeasured,
}

/// A claim that a question tests.
pub(crate) struct TestedClaim {
    pub(crate) claim: &'static str,
    pub(crate) source: &'static str,
    /// What would tell, in words, for a run that lacks it.
    pub(crate) takes: &'static str,
    /// What a run shows; `None` where it has not measured what would tell.
    pub(crate) judge: fn(&Inquiry<'_>) -> Option<Judgement>,
}

/// What a run shows of a claim.
pub(crate) struct Judgement {
    pub(crate) shown: String,
    pub(crate) verdict: Verdict,
    pub(crate) cases: Vec<String>,
}

impl Judgement {
    fn of(shown: String, verdict: Verdict, cases: &[&RunRecord]) -> Self {
        let cases = cases.iter().map(|record| record.case.id.clone()).collect();
        Self { shown, verdict, cases }
    }
}

/// The questions that test claims.
const CLAIMS: [(&str, &[TestedClaim]); 5] = [
    ("checkpoint_strategy", &checkpoint_strategy::CLAIMS),
    ("growth", &growth::CLAIMS),
    ("native_log", &native_log::CLAIMS),
    ("vote", &vote::CLAIMS),
    ("vote_load", &vote_load::CLAIMS),
];

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::NotAtThisScale => "not at this scale",
            Self::NotMeasured => "not measured",
        }
    }
}

/// The claims of a question with their verdicts, in the order of the registry; none for a question
/// that tests no claim, or of which nothing was measured.
#[must_use]
pub fn claims(evidence: &Evidence, resolution: &QuestionResolution) -> Vec<Claim> {
    let inquiry = Inquiry::new(evidence, resolution);
    if inquiry.cases().next().is_none() {
        return Vec::new();
    }
    let tested = CLAIMS.iter().find(|(name, _)| *name == evidence.name);
    tested
        .map_or(&[][..], |(_, tested)| tested)
        .iter()
        .map(|tested| tested.test(&inquiry))
        .collect()
}

impl TestedClaim {
    fn test(&self, inquiry: &Inquiry<'_>) -> Claim {
        let judgement = (self.judge)(inquiry).unwrap_or_else(|| Judgement {
            shown: format!("it would take {}", self.takes),
            verdict: Verdict::NotMeasured,
            cases: Vec::new(),
        });
        let Judgement { shown, verdict, cases } = judgement;
        Claim { claim: self.claim, source: self.source, shown, verdict, cases }
    }
}
