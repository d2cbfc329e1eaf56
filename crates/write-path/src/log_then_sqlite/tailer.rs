//! The thread that feeds a database from a log.

use std::path::PathBuf;
use std::sync::Arc;

use native_log::{Reader, Sequence};

use super::database::{FedDatabase, Feeding};
use super::front::{Front, packet_of};
use super::lag::{Lag, Work};
use super::spec::TailedLogSpec;
use crate::error::WriteError;
use crate::log::LogPath;
use crate::operation::Packet;
use crate::worker::{Ending, Worker};

/// Starts the thread, and returns when its database is open and has all that the log has. A thread that is refused
/// holds the log open no more.
pub(super) fn start(
    spec: TailedLogSpec,
    directory: PathBuf,
    log: Arc<LogPath>,
    lag: Lag,
) -> Result<Worker<Lag>, WriteError> {
    Worker::start("tailer", lag, move |lag, reports| {
        let feeding = Feeding {
            sqlite: spec.sqlite,
            retention: spec.retention,
            let_go_bytes: spec.log.segment_bytes,
        };
        let database = FedDatabase::open(feeding, &directory, Front::Native(Arc::clone(&log)))?;
        let operations_max = spec.tailing.transaction_operations.get().into();
        let mut tailer = Tailer { log: &log, lag, database, operations_max, reader: None };
        while tailer.feed()?.through.is_some() {}
        tailer.database.caught_up()?;
        lag.stand_at(tailer.database.place);
        reports.ready();
        tailer.run()
    })
}

/// The database and what feeds it.
struct Tailer<'log> {
    log: &'log LogPath,
    lag: &'log Lag,
    database: FedDatabase,
    operations_max: u64,
    /// Reads on behind the database's place; `None` until it is first needed, and where the place has
    /// jumped over filler.
    reader: Option<Reader<'log>>,
}

/// Packets of one transaction.
#[derive(Default)]
struct Batch {
    packets: Vec<Packet>,
    operations: u64,
    /// The last sequence, filler included; `None` if nothing was there.
    through: Option<u64>,
}

impl Tailer<'_> {
    /// Feeds until the end.
    fn run(mut self) -> Result<(), WriteError> {
        loop {
            let Work { feeds, commands, ending } = self.lag.take();
            if feeds {
                match self.feed() {
                    Ok(batch) => self.lag.note_fed(self.database.place, batch.operations),
                    Err(error) => self.lag.fail(error),
                }
            }
            for command in commands {
                let place = self.database.place;
                command(&mut self.database);
                if self.database.place != place {
                    self.reader = None;
                }
            }
            match ending {
                None => {}
                Some(Ending::Drop) => return Ok(()),
                Some(Ending::Close) if self.lag.has_failed() => return self.database.abandon(),
                Some(Ending::Close) => return self.database.close(),
            }
        }
    }

    /// Feeds one transaction of what the log has behind the database's place.
    fn feed(&mut self) -> Result<Batch, WriteError> {
        let batch = self.next_batch()?;
        if let Some(through) = batch.through {
            self.database.feed(&batch.packets, through)?;
            self.database.let_go_of_enough()?;
        }
        Ok(batch)
    }

    fn next_batch(&mut self) -> Result<Batch, WriteError> {
        let next = Sequence::new(self.database.place).next();
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(self.log.log.read_from(next)?),
        };
        let mut batch = Batch::default();
        while batch.operations < self.operations_max
            && let Some(frame) = reader.next()?
        {
            batch.through = Some(frame.sequence().get());
            if let Some(packet) = packet_of(&frame)? {
                batch.operations += packet.len() as u64;
                batch.packets.push(packet);
            }
        }
        Ok(batch)
    }
}
