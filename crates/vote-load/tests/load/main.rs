//! Loads on real paths: what is acked is found, whoever hands it in, and a fault is seen.

#![expect(clippy::unwrap_used, reason = "a test's helper that fails should stop the test")]

mod common;
mod faults;
mod points;
mod sessions;
