//! Integration tests, one file per concern.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to panic")]

mod basics;
mod common;
mod crash;
mod damage;
mod faults;
mod model;
mod retention;
