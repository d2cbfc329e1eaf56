//! What is said beside the results, on standard error.

use std::fmt;
use std::io::{self, Write as _};

/// Says a line; nobody may be listening, and the work goes on.
pub(crate) fn say(line: fmt::Arguments<'_>) {
    drop(writeln!(io::stderr(), "{line}"));
}
