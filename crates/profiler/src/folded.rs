//! Folded stacks: one line per distinct stack, `outermost;...;innermost samples`.
//!
//! This is the format of Brendan Gregg's flame graph tools
//! (<https://github.com/brendangregg/FlameGraph#2-fold-stacks>), which inferno reads too.

use std::collections::BTreeMap;
use std::fmt;

/// How many samples were taken in each distinct stack.
#[derive(Debug, Default)]
pub(crate) struct FoldedStacks {
    samples_by_stack: BTreeMap<String, u64>,
}

impl FoldedStacks {
    /// Adds samples taken in a stack, given outermost frame first; characters of a frame's name
    /// that the format reserves are replaced. An empty stack or no samples add nothing.
    pub(crate) fn add<Frame: AsRef<str>>(
        &mut self,
        stack: impl IntoIterator<Item = Frame>,
        samples: u64,
    ) {
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
    pub(crate) fn samples_total(&self) -> u64 {
        self.samples_by_stack.values().sum()
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

    /// As a reader takes a line apart; no frame may be empty.
    fn read(line: &str) -> (&str, u64) {
        let (stack, samples) = line.rsplit_once(' ').unwrap();
        assert!(stack.split(';').all(|frame| !frame.is_empty()), "{line}");
        (stack, samples.parse().unwrap())
    }

    proptest! {
        #[test]
        fn what_was_written_is_read_back(
            stacks in prop::collection::vec((prop::collection::vec(".*", 0..5), 0..1000_u64), 0..20)
        ) {
            let mut written = FoldedStacks::default();
            for (stack, samples) in &stacks {
                written.add(stack, *samples);
            }
            let text = written.to_string();
            let mut again = FoldedStacks::default();
            for (stack, samples) in text.lines().map(read) {
                again.add(stack.split(';'), samples);
            }
            prop_assert_eq!(again.samples_by_stack, written.samples_by_stack);
        }
    }

    #[test]
    fn samples_of_one_stack_are_added_up() {
        let mut stacks = FoldedStacks::default();
        stacks.add(["main", "walk", "walk"], 3);
        stacks.add(["main", "sync"], 1);
        stacks.add(["main", "sync"], 2);
        assert_eq!(stacks.samples_total(), 6);
        assert_eq!(stacks.to_string(), "main;sync 3\nmain;walk;walk 3\n");
    }

    #[test]
    fn names_keep_clear_of_the_format() {
        let mut stacks = FoldedStacks::default();
        stacks.add(["writer 2", "fill<[u8; 64]>", "sync\t7\n"], 5);
        assert_eq!(stacks.to_string(), "writer_2;fill<[u8: 64]>;sync_7 5\n");
    }
}
