//! Integration tests, one file per concern.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has to panic")]

#[path = "../arbitrary_segments/mod.rs"]
mod arbitrary_segments;
mod basics;
mod common;
mod crash;
mod damage;
#[path = "../damaged_logs/mod.rs"]
mod damaged_logs;
mod directory;
mod faults;
mod forge;
mod format_table;
mod group_wait;
mod limits;
mod model;
mod panics;
mod preparing;
mod reader;
mod recovery_of_damage;
mod retention;
mod rewriting;
