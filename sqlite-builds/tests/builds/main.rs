//! The compiled builds, used as other crates use them. One program, so that they take turns.

mod common;
mod counters;
mod faults;
mod functional;
mod switching;
mod sync_table;
