//! What samples cannot tell.

/// A statistic that the samples do not hold.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum StatsError {
    /// There are too few pieces for the coefficients.
    #[error("expected at least {expected} pieces, got {got}; measure more pieces or blocks")]
    TooFewPieces {
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// There are too few blocks: pieces of one block say nothing about another.
    #[error("expected at least {expected} blocks, got {got}; measure more blocks")]
    TooFewBlocks {
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// A time cannot be one.
    #[error(
        "block {block}: expected {what} above 0 ns and finite, got {got}; the piece was not measured"
    )]
    NotATime {
        /// The piece's block.
        block: u32,
        /// Which of the piece's times.
        what: &'static str,
        /// What it is, ns.
        got: f64,
    },
    /// Floor and reference rise and fall together, so nothing tells which of them the case takes.
    #[error(
        "expected floors and references that vary apart, got a constant ratio over {pieces} pieces; \
         fit one of the two yardsticks alone"
    )]
    SameYardsticks {
        /// How many pieces there are.
        pieces: usize,
    },
    /// Without one block nothing tells the two yardsticks apart.
    #[error(
        "expected yardsticks that vary in every block but one, got block {block} alone; measure more blocks"
    )]
    OneBlockTellsAll {
        /// The block.
        block: u32,
    },
    /// The fit wanders: the pieces follow no model of the two yardsticks.
    #[error(
        "expected coefficients that settle, got ones that still move the prediction by {moved:.1e} of itself after \
         {steps} steps; the {pieces} pieces follow neither yardstick"
    )]
    Unsettled {
        /// How many pieces there are.
        pieces: usize,
        /// How many steps were made.
        steps: usize,
        /// How far the last step moved a prediction, relative.
        moved: f64,
    },
    /// Degrees of freedom that no distribution has.
    #[error("expected degrees of freedom above 0, got {got}; measure more blocks")]
    Degrees {
        /// What they are.
        got: f64,
    },
}
