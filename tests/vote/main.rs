//! `durabench vote` as a program: what it keeps, and what it leaves behind when it is told to stop.

#![expect(clippy::unwrap_used, reason = "a test's helper that fails should stop the test")]

mod interrupts;
mod program;
mod recovery;
mod searches;
