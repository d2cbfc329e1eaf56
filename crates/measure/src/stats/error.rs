//! What samples cannot tell.

/// A statistic that the samples do not hold: what was expected of them, what they are, and what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct StatsError(pub(super) String);

impl StatsError {
    pub(super) fn too_few(what: &str, expected: usize, got: usize) -> Self {
        Self(format!("expected at least {expected} {what}, got {got}; measure more {what}"))
    }

    /// Floor and reference rise and fall together, so nothing tells which of them the case takes.
    pub(super) fn same_yardsticks(pieces: usize) -> Self {
        Self(format!(
            "expected floors and references that vary apart, got a constant ratio over {pieces} pieces; \
             fit one of the two yardsticks alone"
        ))
    }
}
