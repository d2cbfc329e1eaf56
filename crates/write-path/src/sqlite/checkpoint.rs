//! Checkpoints of a path: which there are, when they run, and who runs them.
//!
//! SQLite's own automatic checkpoint is a WAL hook that calls a passive checkpoint. Here the hook only
//! counts frames ([`WalProgress`]), and a [`Checkpoints`] decides, so that every call is made in one
//! place ([`checkpointer`]) and its length is known.

mod background_thread;
mod checkpointer;
mod checkpoints;
mod strategy;
#[cfg(test)]
mod tests;

pub(super) use checkpointer::{Checkpointer, WalProgress};
pub(super) use checkpoints::Checkpoints;
pub use strategy::{BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync};
