//! The compiled builds, used as other crates use them. One program, so that they take turns.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod common;
mod counters;
mod cpu_reference;
mod faults;
mod functional;
mod layouts;
mod lent;
mod locks;
mod planted;
mod suspended;
mod switching;
mod sync_table;
