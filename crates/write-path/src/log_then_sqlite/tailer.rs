//! The thread that feeds a database from a log, and how far the database is behind: what appenders, the tailer and those
//! who wait share.

use std::mem;
use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::Instant;

use native_log::{Reader, Sequence};

use super::database::{FedDatabase, Feeding};
use super::front::{Front, packet_of};
use super::spec::{TailedLogSpec, Tailing};
use crate::error::{Result, WriteError};
use crate::locks::{lock, wait, wait_timeout};
use crate::log::LogPath;
use crate::operation::Packet;
use crate::worker::{Command, Directed, Ending, Worker};

/// Starts the thread, and returns when its database is open and has all that the log has. A thread that is refused
/// holds the log open no more.
pub(super) fn start(
    spec: TailedLogSpec,
    directory: PathBuf,
    log: Arc<LogPath>,
    lag: Lag,
) -> Result<Worker<Lag>> {
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
    fn run(mut self) -> Result<()> {
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
    fn feed(&mut self) -> Result<Batch> {
        let batch = self.next_batch()?;
        if let Some(through) = batch.through {
            self.database.feed(&batch.packets, through)?;
            self.database.let_go_of_enough()?;
        }
        Ok(batch)
    }

    fn next_batch(&mut self) -> Result<Batch> {
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

/// What appenders, the tailer and those who wait share.
pub(super) struct Lag {
    tailing: Tailing,
    state: Mutex<State>,
    /// Something that the tailer may be waiting for.
    changed: Condvar,
    /// The tailer has fed something, or has stopped.
    fed: Condvar,
}

#[derive(Default)]
struct State {
    /// Operations handed in since opening, and those of them that are in the database.
    operations_in: u64,
    operations_fed: u64,
    /// Sequences: the last that is acked as far as the tailer was told, and the last that was fed.
    acked_through: u64,
    fed_through: u64,
    /// Since when something waits to be fed.
    waiting_since: Option<Instant>,
    /// Those who wait for the database to catch up.
    hurrying: u32,
    commands: Vec<Command<FedDatabase>>,
    ending: Option<Ending>,
    /// At what the tailer has stopped, and whether anybody knows.
    failure: Option<Arc<WriteError>>,
    was_told: bool,
    /// Whether the thread has left, so that nothing is done any more.
    is_gone: bool,
}

/// What the tailer does next: it feeds if there is anything to feed, then does the commands, then
/// ends.
pub(super) struct Work {
    pub(super) feeds: bool,
    pub(super) commands: Vec<Command<FedDatabase>>,
    pub(super) ending: Option<Ending>,
}

impl Lag {
    pub(super) fn new(tailing: Tailing) -> Self {
        Self { tailing, state: Mutex::default(), changed: Condvar::new(), fed: Condvar::new() }
    }

    /// Where log and database stand when they are opened, or after filler.
    pub(super) fn stand_at(&self, sequence: u64) {
        let mut state = self.lock();
        state.acked_through = sequence;
        state.fed_through = sequence;
    }

    /// Counts operations before they get into the log, unless the tailer has stopped.
    pub(super) fn hand_in(&self, operations: u64) -> Result<()> {
        let mut state = self.lock();
        state.tell()?;
        state.operations_in += operations;
        Ok(())
    }

    /// Takes back what the log refused.
    pub(super) fn take_back(&self, operations: u64) {
        self.lock().operations_in -= operations;
    }

    /// Tells the tailer that the log has everything up to this sequence.
    pub(super) fn ack(&self, sequence: u64) {
        let mut state = self.lock();
        if sequence <= state.acked_through {
            return;
        }
        state.acked_through = sequence;
        if state.waiting_since.is_none() {
            state.waiting_since = Some(Instant::now());
            self.changed.notify_one();
        } else if state.operations() >= u64::from(self.tailing.operations_enough.get()) {
            self.changed.notify_one();
        }
    }

    /// Operations that are handed in and not in the database.
    pub(super) fn operations(&self) -> u64 {
        self.lock().operations()
    }

    /// Returns once the lag is within its bound. Everything handed in must be acked by the log, or on
    /// its way there.
    pub(super) fn wait_until_bounded(&self) -> Result<()> {
        let lag_max = self.tailing.lag_operations.get();
        self.hurry_while(|state| state.operations() > lag_max)
    }

    /// Returns once the database has what the log is known to have now.
    pub(super) fn wait_until_caught_up(&self) -> Result<()> {
        let expected = self.lock().acked_through;
        self.hurry_while(|state| state.fed_through < expected)
    }

    fn hurry_while(&self, behind: impl Fn(&State) -> bool) -> Result<()> {
        let mut state = self.lock();
        state.hurrying += 1;
        self.changed.notify_one();
        let mut outcome = state.tell();
        while outcome.is_ok() && behind(&state) {
            state = wait(&self.fed, state);
            outcome = state.tell();
        }
        state.hurrying -= 1;
        outcome
    }

    /// Hands in a command, which is dropped if the tailer has left.
    pub(super) fn send(&self, command: Command<FedDatabase>) {
        let mut state = self.lock();
        if !state.is_gone {
            state.commands.push(command);
        }
        self.changed.notify_one();
    }

    /// Tells the tailer to end. The first who asks says how.
    pub(super) fn end(&self, ending: Ending) {
        self.lock().ending.get_or_insert(ending);
        self.changed.notify_one();
    }

    /// The failure at which the tailer has stopped, if it has: told to who asks.
    pub(super) fn tell(&self) -> Result<()> {
        self.lock().tell()
    }

    /// Whether the tailer has stopped at a failure.
    pub(super) fn has_failed(&self) -> bool {
        self.lock().failure.is_some()
    }

    /// Whether the failure at which the tailer has stopped was told to anybody.
    pub(super) fn was_told(&self) -> bool {
        self.lock().was_told
    }

    /// Takes out what the tailer does next, once there is something.
    pub(super) fn take(&self) -> Work {
        let mut state = self.lock();
        loop {
            let feeds = self.is_time_to_feed(&state);
            if feeds || !state.commands.is_empty() || state.ending.is_some() {
                let commands = mem::take(&mut state.commands);
                return Work { feeds, commands, ending: state.ending };
            }
            // Until something changes, or what waits has waited long enough.
            state = match state.waiting_since {
                Some(since) if state.can_feed() => {
                    let rest = self.tailing.wait_max.saturating_sub(since.elapsed());
                    wait_timeout(&self.changed, state, rest)
                }
                _ => wait(&self.changed, state),
            };
        }
    }

    fn is_time_to_feed(&self, state: &State) -> bool {
        let is_enough = state.operations() >= u64::from(self.tailing.operations_enough.get());
        let waited = state.waiting_since.map(|since| since.elapsed());
        let is_late = waited.is_some_and(|waited| waited >= self.tailing.wait_max);
        state.can_feed() && (is_enough || is_late || state.hurrying > 0)
    }

    /// Notes what was fed, and up to where.
    pub(super) fn note_fed(&self, sequence: u64, operations: u64) {
        let mut state = self.lock();
        state.fed_through = sequence;
        state.operations_fed += operations;
        state.acked_through = state.acked_through.max(sequence);
        let is_behind = state.acked_through > sequence;
        state.waiting_since = is_behind.then(Instant::now);
        self.fed.notify_all();
    }

    /// Stops everything: nothing is fed or acked any more, and all are told why.
    pub(super) fn fail(&self, failure: WriteError) {
        self.lock().failure.get_or_insert_with(|| Arc::new(failure));
        self.fed.notify_all();
    }

    /// Every field is whole at every moment, so a panic elsewhere leaves the state fit.
    fn lock(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl Directed for Lag {
    fn ask_to_end(&self) {
        self.end(Ending::Drop);
    }

    /// What nobody will do is dropped.
    fn left(&self, why: WriteError) {
        self.fail(why);
        let mut state = self.lock();
        state.is_gone = true;
        let dropped = mem::take(&mut state.commands);
        drop(state);
        drop(dropped);
    }
}

impl State {
    fn operations(&self) -> u64 {
        // A packet that another thread has put into the log may be fed before it is counted.
        self.operations_in.saturating_sub(self.operations_fed)
    }

    fn can_feed(&self) -> bool {
        self.acked_through > self.fed_through && self.failure.is_none()
    }

    fn tell(&mut self) -> Result<()> {
        let Some(failure) = &self.failure else { return Ok(()) };
        self.was_told = true;
        Err(WriteError::of_feeding(Arc::clone(failure)))
    }
}
