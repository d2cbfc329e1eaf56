//! Why a cell has no figure.

/// Why a cell has no figure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Missing {
    /// Nobody measured it, or a record from before it was stored does not have it.
    NotMeasured,
    /// Too few values lie beyond a quantile for it to be told.
    TooFew,
    /// The case has no such thing.
    DoesNotApply,
    /// A contrast was not judged; the table says why in another column.
    NotJudged,
    /// No campaign has examined what a power cut takes from such a store.
    NotExamined,
}

impl Missing {
    /// The reason in words, for the note below the table.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::NotMeasured => "not measured",
            Self::TooFew => "too few values",
            Self::DoesNotApply => "the case has none",
            Self::NotJudged => "not judged",
            Self::NotExamined => "not examined",
        }
    }
}
