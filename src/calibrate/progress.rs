//! Lines to standard error while a calibration measures.

use runner::RunnerError;
use runner::blocks::{Progress, Step};

use crate::saying::say;

/// A line for each block.
pub(super) struct Lines {
    /// What is being measured: `round 3 of 24`.
    pub(super) what: String,
    /// How many blocks there are.
    pub(super) blocks: u32,
    /// Whether a case failed.
    pub(super) has_failed: bool,
}

impl Progress for Lines {
    fn begins(&mut self, step: Step<'_>) {
        if step.done > 0 {
            return;
        }
        match step.block {
            None => say(format_args!("{}: preparing {} cases", self.what, step.of)),
            Some(block) => {
                say(format_args!("{}: block {} of {}", self.what, block + 1, self.blocks));
            }
        }
    }

    fn ended(&mut self, _step: Step<'_>) {}

    fn failed(&mut self, id: &str, error: &RunnerError) {
        self.has_failed = true;
        say(format_args!("{}: {id}: {error}", self.what));
    }

    fn repeats(&mut self, block: u32, change: f64) {
        say(format_args!(
            "{}: block {} again: a yardstick changed by a factor of {change:.1}",
            self.what,
            block + 1
        ));
    }
}
