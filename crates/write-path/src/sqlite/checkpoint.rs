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
mod conflict;
mod hand_over;
mod strategy;
#[cfg(test)]
mod tests;
mod two_phase;
mod wal_progress;

use rusqlite::Connection;
use sqlite_builds::ActiveBuild;

pub use conflict::CheckpointConflict;
pub use strategy::{BackgroundPace, CheckpointInterval, CheckpointStrategy, DatabaseSync};

pub(super) use checkpointer::Checkpointer;
pub(super) use wal_progress::WalProgress;

use after_ack::AfterAck;
use automatic::Automatic;
use background::{Background, NoHelp};
use background_thread::{BackgroundThread, Due, Orders};
use hand_over::HandOver;
use two_phase::TwoPhase;

use super::beside;
use super::files::PathFiles;
use super::spec::SqliteSpec;
use crate::checkpoint::CheckpointMode;
use crate::error::WriteError;

/// A strategy at work on an open path.
pub(super) trait Checkpoints {
    /// Called by the committing thread after a commit of so many operations, before its ack.
    fn committed(&mut self, connection: &Connection, operations: u64) -> Result<(), WriteError>;

    /// Called by the committing thread after the ack.
    fn after_ack(&mut self, connection: &Connection) -> Result<(), WriteError>;

    /// Copies the whole WAL, with nobody else at it.
    fn drain(&mut self, connection: &Connection) -> Result<(), WriteError>;

    /// A failure that another thread met, once.
    fn failure(&mut self) -> Result<(), WriteError> {
        Ok(())
    }

    /// Ends what runs beside the committing thread, and tells a failure that nobody was told yet.
    fn close(self: Box<Self>) -> Result<(), WriteError> {
        Ok(())
    }
}

/// Puts a specification's strategy to work beside a connection that is open.
pub(super) fn start(
    spec: &SqliteSpec,
    build: &ActiveBuild,
    files: &PathFiles,
    checkpointer: &Checkpointer,
) -> Result<Box<dyn Checkpoints>, WriteError> {
    let checkpointer = checkpointer.clone();
    let thread = |orders: Orders| {
        let (spec, build, database) = (*spec, build.clone(), files.database.clone());
        let open = move || beside::connect(&spec, &build, &database, background_thread::PATIENCE);
        BackgroundThread::start(orders, checkpointer.clone(), open)
    };
    Ok(match spec.checkpoint_strategy {
        CheckpointStrategy::Automatic => {
            Box::new(Automatic { checkpointer, pragma: spec.pragmas.wal_autocheckpoint })
        }
        CheckpointStrategy::AfterAck { every, mode } => {
            Box::new(AfterAck { checkpointer, every, mode, operations: 0 })
        }
        CheckpointStrategy::Background { pace, mode, database_sync } => {
            let thread = thread(Orders { due: pace.into(), mode, database_sync })?;
            Box::new(Background { checkpointer, thread, help: NoHelp })
        }
        CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync } => {
            let (due, mode) = (Due::Uncopied(copy_frames), CheckpointMode::Passive);
            let thread = thread(Orders { due, mode, database_sync })?;
            let help = TwoPhase { copy_frames, reset_frames };
            Box::new(Background { checkpointer, thread, help })
        }
        CheckpointStrategy::HandOver { reset_frames, rest_frames } => {
            let orders = Orders {
                due: Due::UntilHandOver { reset_frames, rest_frames },
                mode: CheckpointMode::Passive,
                database_sync: DatabaseSync::EachCall,
            };
            let thread = thread(orders)?;
            Box::new(Background { checkpointer, thread, help: HandOver { reset_frames } })
        }
    })
}
