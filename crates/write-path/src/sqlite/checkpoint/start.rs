//! Which strategy does what, and with which thread.

use sqlite_builds::ActiveBuild;

use super::after_ack::AfterAck;
use super::automatic::Automatic;
use super::background::{Background, Help};
use super::background_thread::{self, BackgroundThread, Due, Orders};
use super::checkpointer::Checkpointer;
use super::checkpoints::Checkpoints;
use super::strategy::{CheckpointStrategy, DatabaseSync};
use crate::checkpoint::CheckpointMode;
use crate::error::WriteError;
use crate::sqlite::beside;
use crate::sqlite::files::PathFiles;
use crate::sqlite::spec::SqliteSpec;

/// Puts a specification's strategy to work beside a connection that is open.
pub(in crate::sqlite) fn start(
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
            Box::new(Background { checkpointer, thread, help: Help::Nothing })
        }
        CheckpointStrategy::TwoPhase { copy_frames, reset_frames, database_sync } => {
            let (due, mode) = (Due::Uncopied(copy_frames), CheckpointMode::Passive);
            let thread = thread(Orders { due, mode, database_sync })?;
            let help = Help::TwoPhase { copy_frames, reset_frames };
            Box::new(Background { checkpointer, thread, help })
        }
        CheckpointStrategy::HandOver { reset_frames, rest_frames } => {
            let orders = Orders {
                due: Due::UntilHandOver { reset_frames, rest_frames },
                mode: CheckpointMode::Passive,
                database_sync: DatabaseSync::EachCall,
            };
            let thread = thread(orders)?;
            let help = Help::HandOver { reset_frames };
            Box::new(Background { checkpointer, thread, help })
        }
    })
}
