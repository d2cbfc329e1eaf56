//! What the text is printed on.

use std::io::IsTerminal as _;

/// How wide the text may be, and whether it may be marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Terminal {
    /// How many characters a line may have.
    pub columns: usize,
    /// How headings stand out.
    pub marking: Marking,
}

/// How headings stand out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Marking {
    /// By their place alone: for files, pipes, and terminals of people who set `NO_COLOR`.
    Plain,
    /// By bold letters (ECMA-48, select graphic rendition).
    Bold,
}

/// How wide text may be where nobody says: on a pipe or in a file.
const COLUMNS_ELSEWHERE: usize = 120;

/// A terminal narrower than this is not served: its lines wrap.
const COLUMNS_MIN: usize = 60;

impl Terminal {
    /// What standard output is: a terminal with its width, or something that wants plain text.
    ///
    /// `NO_COLOR` is respected (<https://no-color.org>).
    #[must_use]
    pub fn of_stdout() -> Self {
        let stdout = std::io::stdout();
        if !stdout.is_terminal() {
            return Self { columns: COLUMNS_ELSEWHERE, marking: Marking::Plain };
        }
        let told = rustix::termios::tcgetwinsize(stdout).ok().map(|size| usize::from(size.ws_col));
        // A terminal that does not know its width says 0.
        let columns = told.filter(|columns| *columns > 0).unwrap_or(COLUMNS_ELSEWHERE);
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let marking = if no_color { Marking::Plain } else { Marking::Bold };
        Self { columns: columns.max(COLUMNS_MIN), marking }
    }

    /// A heading, marked as this terminal can.
    #[must_use]
    pub fn heading(&self, text: &str) -> String {
        match self.marking {
            Marking::Plain => text.to_owned(),
            Marking::Bold => format!("\x1b[1m{text}\x1b[0m"),
        }
    }
}
