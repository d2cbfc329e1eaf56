//! The thread that feeds a database from a log.

use std::path::PathBuf;
use std::sync::Arc;

use native_log::{Reader, Sequence};

use super::database::FedDatabase;
use super::front::{drop_through, packet_of, state_of};
use super::identity::LogIdentity;
use super::lag::{Lag, Work};
use super::retention::Retention;
use super::tailed_spec::TailedLogSpec;
use crate::error::WriteError;
use crate::log::LogPath;
use crate::operation::Packet;
use crate::worker::Worker;
use crate::worker::commands::Ending;

/// Whether the thread feeds what is acked at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Begin {
    /// It does.
    Feeding,
    /// It waits for somebody who waits for it.
    Paused,
}

/// Starts the thread, and returns when its database is open and has all that the log has. A thread that is refused
/// holds the log open no more.
pub(super) fn start(
    spec: TailedLogSpec,
    directory: PathBuf,
    log: Arc<LogPath>,
    lag: Lag,
) -> Result<Worker<Lag>, WriteError> {
    Worker::start("tailer", lag, move |lag, reports| {
        let feeding = Feeding::open(spec, &directory, &log, lag)?;
        reports.ready();
        feeding.run()
    })
}

/// The database and what feeds it.
struct Feeding<'log> {
    spec: TailedLogSpec,
    log: &'log LogPath,
    lag: &'log Lag,
    database: FedDatabase,
    /// Reads on behind the database's place; `None` until it is first needed, and where the place has
    /// jumped over filler.
    reader: Option<Reader<'log>>,
    fed_bytes_since_let_go: u64,
}

/// Packets of one transaction.
#[derive(Default)]
struct Batch {
    packets: Vec<Packet>,
    operations: u64,
    /// The last sequence, filler included; `None` if nothing was there.
    through: Option<u64>,
}

impl<'log> Feeding<'log> {
    fn open(
        spec: TailedLogSpec,
        directory: &std::path::Path,
        log: &'log LogPath,
        lag: &'log Lag,
    ) -> Result<Self, WriteError> {
        let database = FedDatabase::open(spec.sqlite, directory, &state_of(log))?;
        let mut feeding =
            Self { spec, log, lag, database, reader: None, fed_bytes_since_let_go: 0 };
        while feeding.feed()?.through.is_some() {}
        feeding.database.caught_up()?;
        lag.stand_at(feeding.database.place());
        Ok(feeding)
    }

    /// Feeds until the end.
    fn run(mut self) -> Result<(), WriteError> {
        loop {
            let Work { feeds, commands, ending } = self.lag.take();
            if feeds {
                match self.feed() {
                    Ok(batch) => {
                        let through = batch.through.unwrap_or(self.database.place());
                        self.lag.note_fed(through, batch.operations);
                    }
                    Err(error) => self.lag.fail(error),
                }
            }
            for command in commands {
                let place = self.database.place();
                command(&mut self.database);
                if self.database.place() != place {
                    self.reader = None;
                }
            }
            match ending {
                None => {}
                Some(Ending::Close) => return self.close(),
                Some(Ending::Drop) => return Ok(()),
            }
        }
    }

    /// Feeds one transaction of what the log has behind the database's place.
    fn feed(&mut self) -> Result<Batch, WriteError> {
        let batch = self.next_batch()?;
        let Some(through) = batch.through else { return Ok(batch) };
        self.database.feed(&batch.packets, through, LogIdentity::Native(self.log.log().id()))?;
        let bytes: usize = batch.packets.iter().map(Packet::payload_bytes).sum();
        self.fed_bytes_since_let_go += bytes as u64;
        if self.fed_bytes_since_let_go >= self.spec.log.segment_bytes {
            self.let_go()?;
        }
        Ok(batch)
    }

    fn next_batch(&mut self) -> Result<Batch, WriteError> {
        let operations_max = u64::from(self.spec.tailing.transaction_operations.get());
        let next = Sequence::new(self.database.place()).next();
        let reader = match &mut self.reader {
            Some(reader) => reader,
            none => none.insert(self.log.log().read_from(next)?),
        };
        let mut batch = Batch::default();
        while batch.operations < operations_max
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

    /// Lets the log drop what the database has, if it may, once the database has it for sure.
    fn let_go(&mut self) -> Result<(), WriteError> {
        if self.spec.retention == Retention::Everything {
            return Ok(());
        }
        self.fed_bytes_since_let_go = 0;
        let place = self.database.make_durable()?;
        drop_through(self.log, &place)
    }

    /// Closes in order, or as it stands where something failed.
    fn close(self) -> Result<(), WriteError> {
        if self.lag.has_failed() { self.database.abandon() } else { self.database.close() }
    }
}
