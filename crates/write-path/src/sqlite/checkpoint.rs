//! Checkpoints of a path: which there are, when they run, and who runs them.
//!
//! SQLite's own automatic checkpoint is a WAL hook that calls a passive checkpoint. Here the hook only
//! counts frames ([`wal_progress`]), and a [`Checkpoints`] decides, so that every call is made in one
//! place ([`checkpointer`]) and its length is known.

mod after_ack;
mod automatic;
mod background;
mod background_thread;
mod checkpointer;
mod checkpoints;
mod conflict;
mod start;
mod strategy;
#[cfg(test)]
mod tests;
mod wal_progress;

pub(super) use checkpointer::Checkpointer;
pub(super) use checkpoints::Checkpoints;
pub use conflict::CheckpointConflict;
pub(super) use start::start;
pub use strategy::{BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync};
pub(super) use wal_progress::WalProgress;
