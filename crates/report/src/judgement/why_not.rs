//! Why two cases were not judged.

/// Why two cases were not judged, for people: whoever compares looks at rows, not at reasons.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct WhyNotJudged(pub(crate) String);

impl WhyNotJudged {
    /// There are too few of something.
    pub(crate) fn too_few(what: &str, expected: usize, got: usize) -> Self {
        Self(format!("expected at least {expected} {what}, got {got}"))
    }
}
