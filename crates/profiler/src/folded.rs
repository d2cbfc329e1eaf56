//! Folded stacks: one line per distinct stack, `outermost;...;innermost samples`.
//!
//! This is the format of Brendan Gregg's flame graph tools
//! (<https://github.com/brendangregg/FlameGraph#2-fold-stacks>), which inferno reads too.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// How many samples were taken in each distinct stack.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoldedStacks {
    samples_by_stack: BTreeMap<String, u64>,
}

/// A line that is not a folded stack.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error(
    "line {line_number} of the folded stacks: expected `frame;frame samples`, got `{found}`; take a \
     fresh profile"
)]
pub struct ParseFoldedError {
    /// The line's number, from 1.
    pub line_number: usize,
    /// The line as found.
    pub found: String,
}

impl FoldedStacks {
    /// Adds samples taken in a stack, given outermost frame first; characters of a frame's name
    /// that the format reserves are replaced. An empty stack or no samples add nothing.
    pub fn add<Frame: AsRef<str>>(&mut self, stack: impl IntoIterator<Item = Frame>, samples: u64) {
        let frames: Vec<String> = stack
            .into_iter()
            .map(|frame| without_reserved_characters(frame.as_ref()))
            .filter(|frame| !frame.is_empty())
            .collect();
        if !frames.is_empty() && samples > 0 {
            *self.samples_by_stack.entry(frames.join(";")).or_default() += samples;
        }
    }

    /// The samples of all stacks together.
    #[must_use]
    pub fn samples_total(&self) -> u64 {
        self.samples_by_stack.values().sum()
    }

    /// The samples of all stacks in which at least one frame's name satisfies `wanted`.
    #[must_use]
    pub fn samples_with(&self, wanted: impl Fn(&str) -> bool) -> u64 {
        let holds_wanted = |stack: &str| stack.split(';').any(&wanted);
        self.samples_by_stack
            .iter()
            .filter(|(stack, _)| holds_wanted(stack))
            .map(|(_, samples)| samples)
            .sum()
    }

    /// The share (0 to 1) of the samples in which at least one frame's name satisfies `wanted`;
    /// none where there are no samples.
    #[must_use]
    pub fn share_with(&self, wanted: impl Fn(&str) -> bool) -> Option<f64> {
        let total = self.samples_total();
        (total > 0).then(|| self.samples_with(wanted) as f64 / total as f64)
    }
}

impl fmt::Display for FoldedStacks {
    /// Writes the stacks in the format, sorted, a newline after each.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (stack, samples) in &self.samples_by_stack {
            writeln!(formatter, "{stack} {samples}")?;
        }
        Ok(())
    }
}

impl FromStr for FoldedStacks {
    type Err = ParseFoldedError;

    /// Reads the format; empty lines are skipped.
    fn from_str(text: &str) -> Result<Self, ParseFoldedError> {
        let mut stacks = Self::default();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.is_empty()) {
            let wrong = || ParseFoldedError { line_number: index + 1, found: line.to_owned() };
            let (stack, samples) = line.rsplit_once(' ').ok_or_else(wrong)?;
            let samples: u64 = samples.parse().map_err(|_| wrong())?;
            if samples == 0 || stack.split(';').any(str::is_empty) {
                return Err(wrong());
            }
            stacks.add(stack.split(';'), samples);
        }
        Ok(stacks)
    }
}

/// Semicolons separate frames and lines separate stacks. A name's last word must not be a number,
/// since a reader would take it for the first of two counts; and it must not end in a space.
fn without_reserved_characters(frame: &str) -> String {
    let frame = frame.replace(';', ":").replace(char::is_control, " ");
    let frame = frame.trim();
    match frame.rsplit_once(' ') {
        Some((name, last)) if last.parse::<f64>().is_ok() => format!("{name}_{last}"),
        _ => frame.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            stacks in prop::collection::vec((prop::collection::vec(".*", 0..5), 0..1000_u64), 0..20)
        ) {
            let mut written = FoldedStacks::default();
            for (stack, samples) in &stacks {
                written.add(stack, *samples);
            }
            let read: FoldedStacks = written.to_string().parse().unwrap();
            prop_assert_eq!(read, written);
        }

        #[test]
        fn any_text_is_read_or_refused(text in ".*") {
            let _ = text.parse::<FoldedStacks>();
        }
    }

    #[test]
    fn a_frame_that_occurs_twice_in_a_stack_counts_once() {
        let stacks: FoldedStacks = "main;walk;walk 3\nmain;sync 1\n".parse().unwrap();
        assert_eq!(stacks.samples_total(), 4);
        assert_eq!(stacks.samples_with(|frame| frame == "walk"), 3);
        assert_eq!(stacks.share_with(|frame| frame == "sync"), Some(0.25));
    }

    #[test]
    fn no_samples_have_no_shares() {
        assert_eq!(FoldedStacks::default().share_with(|_| true), None);
    }

    #[test]
    fn a_broken_line_is_named() {
        for broken in ["main;work", "main;work x", "main;;work 3", " 3", "main 0"] {
            let error = format!("main 1\n{broken}").parse::<FoldedStacks>().unwrap_err();
            assert_eq!(error, ParseFoldedError { line_number: 2, found: broken.to_owned() });
        }
    }

    #[test]
    fn names_keep_clear_of_the_format() {
        let mut stacks = FoldedStacks::default();
        stacks.add(["writer 2", "fill<[u8; 64]>", "sync\t7\n"], 5);
        assert_eq!(stacks.to_string(), "writer_2;fill<[u8: 64]>;sync_7 5\n");
    }
}
