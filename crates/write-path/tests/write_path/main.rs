//! Write paths on real files, used as the fixture uses them. One program, so that tests take turns.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

mod additions;
mod checkpoint_faults;
mod checkpoints;
mod common;
mod counting;
mod crash_scripts;
mod creation;
mod faults;
mod locks;
mod log_identity;
mod log_then_sqlite;
mod merging;
mod null;
mod omitted_calls;
mod pragmas;
mod reading;
mod ready_log;
mod recycling;
mod refusals;
mod round_trips;
mod settings_change;
mod shapes;
mod sharded;
mod soup_log;
mod standing;
mod steady_state;
mod tailed_log;
mod threads;
mod verification;
