//! How a comparison ends, by its exit code.

use std::fmt::Display;
use std::process::ExitCode;

use crate::saying::say;

/// The command line asks for what the program does not do.
const USAGE: u8 = 2;

/// Beyond the limit: slower, or no replication.
pub(super) const FAILS: u8 = 3;

/// Nothing could be checked, or not as closely as it was asked for.
pub(super) const NOT_CHECKED: u8 = 4;

pub(super) fn usage(expected: impl Display) -> ExitCode {
    say(format_args!("error: {expected}"));
    ExitCode::from(USAGE)
}

pub(super) fn not_checked(why: impl Display) -> ExitCode {
    say(format_args!("error: not checked: {why}"));
    ExitCode::from(NOT_CHECKED)
}
