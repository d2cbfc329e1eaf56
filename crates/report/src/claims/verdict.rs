//! The verdicts on a claim.

/// Whether a claim holds on this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// The whole interval lies within what the claim accepts.
    Holds,
    /// The opposite shows, or nothing of it.
    DoesNotHold,
    /// It shows, but not as large as claimed; or what was measured is too small for it to show.
    NotAtThisScale,
    /// The interval lies on both sides of a limit.
    Undecided,
    /// What would tell was not measured.
    NotMeasured,
}

impl Verdict {
    /// The verdict in words.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Holds => "holds",
            Self::DoesNotHold => "does not hold",
            Self::NotAtThisScale => "not at this scale",
            Self::Undecided => "undecided",
            Self::NotMeasured => "not measured",
        }
    }
}
