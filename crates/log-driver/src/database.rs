//! The database's thread: it owns the store, commits messages and deletions, and hands messages on.

use std::collections::HashMap;
use std::num::NonZeroU32;
use std::path::Path;
use std::sync::MutexGuard;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use measure::nanoseconds;

use crate::batch::Batch;
use crate::envelope::{Answer, Delivery, ToDatabase};
use crate::journal::{Journal, Noted};
use crate::mailbox::{Received, Unsent};
use crate::message::Message;
use crate::number_set::NumberSet;
use crate::plan::Plan;
use crate::shared::{Shared, Tally};
use crate::store::{Key, Store, Stored};
use crate::waits::Stage;

/// What the database's part knows at its end.
#[derive(Debug, Default)]
pub struct Kept {
    /// What waited in the store at the beginning.
    pub(crate) found: NumberSet,
    pub(crate) inserted: NumberSet,
    pub(crate) deleted: NumberSet,
    /// Each commit of messages, in ns.
    pub insert_ns: LatencyHistogram,
    /// Each commit of deletions, in ns.
    pub delete_ns: LatencyHistogram,
    /// From a message's ack to that of its deletion, in ns.
    pub store_to_delete_ns: LatencyHistogram,
    /// From the beginning to the last ack of an insert.
    pub inserted_in: Duration,
    /// From the beginning to the last ack of a deletion.
    pub deleted_in: Duration,
    /// Messages whose answer did not come in time at the end. They wait in the store, unless it came earlier.
    pub unanswered: u64,
    pub(crate) settings: write_path::Settings,
    pub(crate) identity: Option<write_path::SqliteIdentity>,
}

/// A message that was sent and not answered.
#[derive(Debug, Clone, Copy)]
struct InFlight {
    stored: Instant,
    sent: Instant,
}

/// How long the thread sleeps at most when nothing comes.
const IDLE: Duration = Duration::from_millis(20);

/// Messages that are read at once at the start.
const PAGE: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");

struct Database<'run> {
    plan: &'run Plan,
    shared: &'run Shared<'run>,
    store: Box<dyn Store>,
    journal: Option<Journal>,
    inserts: Batch<Message>,
    deletes: Batch<Key>,
    in_flight: HashMap<u64, InFlight>,
    begun: Instant,
    retried: Instant,
    sized: Instant,
    /// When the last message came, and the last answer.
    messaged: Instant,
    answered: Instant,
    /// When no message came any more.
    ended: Option<Instant>,
    kept: Kept,
}

/// Runs the database's thread until everything is done or aborted. The store is opened here, because its connection
/// stays on its thread.
pub(crate) async fn run(
    plan: &Plan,
    directory: &Path,
    shared: &Shared<'_>,
) -> anyhow::Result<Kept> {
    let store = plan.store.open(directory)?;
    let now = Instant::now();
    let mut database = Database {
        plan,
        shared,
        kept: Kept { settings: store.settings(), identity: store.identity()?, ..Kept::default() },
        store,
        journal: plan.open_journal(Stage::Database)?,
        inserts: Batch::new(plan.batching),
        deletes: Batch::new(plan.batching),
        in_flight: HashMap::new(),
        begun: now,
        retried: now,
        sized: now,
        messaged: now,
        answered: now,
        ended: None,
    };
    database.note_sizes()?;
    match database.serve().await {
        Ok(()) | Err(Stop::Done) => {}
        Err(Stop::Failed(error)) => return Err(error),
    }
    database.note_sizes()?;
    let Database { store, mut kept, in_flight, .. } = database;
    kept.unanswered = in_flight.len() as u64;
    store.close()?;
    Ok(kept)
}

/// Why the thread does not go on.
enum Stop {
    /// All is done, or nobody takes anything any more.
    Done,
    Failed(anyhow::Error),
}

impl From<anyhow::Error> for Stop {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl Database<'_> {
    async fn serve(&mut self) -> Result<(), Stop> {
        self.send_what_waits().await?;
        loop {
            let now = Instant::now();
            let deadline = self.inserts.due().into_iter().chain(self.deletes.due());
            let deadline = deadline.fold(now + IDLE, Instant::min);
            let received = self.shared.to_database.receive(deadline).await;
            let is_idle = matches!(received, Received::Nothing);
            match received {
                // Nobody was told that it is safe, and whoever ended the run waits.
                Received::Item(ToDatabase::Message(_)) if self.shared.is_interrupted() => {
                    self.shared.tally().counts.turned_away += 1;
                }
                Received::Item(ToDatabase::Message(message)) => {
                    self.messaged = Instant::now();
                    self.inserts.push(message);
                }
                Received::Item(ToDatabase::Answer(answer)) => self.take(answer),
                Received::Nothing => {}
                Received::Closed => return self.flush().await,
            }
            if self.shared.source_ended.load(Ordering::Acquire) && self.messaged.elapsed() >= IDLE {
                self.ended.get_or_insert_with(Instant::now);
            }
            match self.ended {
                Some(ended) if is_idle => self.end_or_flush(ended).await?,
                _ => self.commit_due().await?,
            }
            self.retry_if_due().await?;
            if self.sized.elapsed() >= self.plan.slice / 2 {
                self.note_sizes()?;
            }
        }
    }

    /// Sends again what an earlier process has left.
    async fn send_what_waits(&mut self) -> Result<(), Stop> {
        let mut behind = 0;
        loop {
            let page = self.store.waiting_behind(behind, PAGE)?;
            let Some(last) = page.last() else { return Ok(()) };
            behind = last.key.place;
            for stored in page {
                self.kept.found.insert(stored.key.number);
                self.send_again(stored).await?;
            }
        }
    }

    fn take(&mut self, answer: Answer) {
        self.answered = Instant::now();
        if answer.is_acked {
            self.deletes.push(answer.key);
        } else {
            self.in_flight.remove(&answer.key.number);
        }
    }

    async fn commit_due(&mut self) -> Result<(), Stop> {
        let now = Instant::now();
        if self.deletes.is_due(now) {
            self.commit_deletes()?;
        }
        if self.inserts.is_due(now) { self.commit_inserts().await } else { Ok(()) }
    }

    async fn flush(&mut self) -> Result<(), Stop> {
        self.commit_deletes()?;
        self.commit_inserts().await
    }

    /// Commits messages, which acks them, and hands them on.
    async fn commit_inserts(&mut self) -> Result<(), Stop> {
        let messages = self.inserts.take();
        if messages.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        let keys = self.store.insert(&messages)?;
        let stored = Instant::now();
        let took_ns = nanoseconds(stored - begun);
        self.kept.insert_ns.record_ns(took_ns);
        self.kept.inserted_in = stored - self.begun;
        self.note(Noted::Inserted, &keys)?;
        {
            let mut tally = self.tally_of_commit(took_ns);
            tally.insert_ns_max = tally.insert_ns_max.max(took_ns);
            tally.counts.inserted += keys.len() as u64;
        }
        // All of them are acked, also where none can be handed on.
        for key in &keys {
            self.kept.inserted.insert(key.number);
        }
        for (key, message) in keys.into_iter().zip(messages) {
            self.send(key, message, stored).await?;
        }
        Ok(())
    }

    fn commit_deletes(&mut self) -> anyhow::Result<()> {
        let mut keys = self.deletes.take();
        // A message that was sent twice is acked twice, and deleted once.
        keys.retain(|key| !self.kept.deleted.contains(key.number));
        if keys.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        self.store.delete(&keys)?;
        let deleted = Instant::now();
        let took_ns = nanoseconds(deleted - begun);
        self.kept.delete_ns.record_ns(took_ns);
        self.kept.deleted_in = deleted - self.begun;
        self.note(Noted::Deleted, &keys)?;
        let mut count = 0;
        for key in keys {
            count += u64::from(self.kept.deleted.insert(key.number));
            if let Some(sent) = self.in_flight.remove(&key.number) {
                self.kept.store_to_delete_ns.record_ns(nanoseconds(deleted - sent.stored));
            }
        }
        let mut tally = self.tally_of_commit(took_ns);
        tally.delete_ns_max = tally.delete_ns_max.max(took_ns);
        tally.counts.deleted += count;
        Ok(())
    }

    /// Selects for another attempt what was refused or given up.
    async fn retry_if_due(&mut self) -> Result<(), Stop> {
        let Some(retry) = self.plan.retry else { return Ok(()) };
        let is_over = self.shared.is_interrupted()
            || self.ended.is_some_and(|ended| ended.elapsed() >= self.plan.drain_max);
        if is_over || self.retried.elapsed() < retry.every {
            return Ok(());
        }
        self.retried = Instant::now();
        self.store.maintain()?;
        for stored in self.store.select_for_retry(&retry.query)? {
            let number = stored.key.number;
            let sent = self.in_flight.get(&number).map(|sent| sent.sent);
            let is_in_flight = sent.is_some_and(|sent| sent.elapsed() < self.answer_max());
            let is_delivered = self.kept.deleted.contains(number);
            if !is_in_flight && !is_delivered {
                self.send_again(stored).await?;
            }
        }
        Ok(())
    }

    async fn send_again(&mut self, stored: Stored) -> Result<(), Stop> {
        self.shared.tally().counts.redelivered += 1;
        let Stored { key, message, .. } = stored;
        let since = self.in_flight.get(&key.number).map_or_else(Instant::now, |sent| sent.stored);
        self.send(key, message, since).await
    }

    async fn send(&mut self, key: Key, message: Message, stored: Instant) -> Result<(), Stop> {
        let (number, sent) = (key.number, Instant::now());
        self.in_flight.insert(number, InFlight { stored, sent });
        let delivery = Delivery { sent, key, message };
        let patience = self.shared.channels.patience;
        match self.shared.to_sink.send(0, delivery, Stage::Database, patience).await {
            Ok(()) => Ok(()),
            Err(Unsent::TimedOut) => {
                // It waits in the store for the retry.
                self.in_flight.remove(&number);
                self.shared.tally().counts.given_up += 1;
                Ok(())
            }
            Err(Unsent::Closed) => Err(Stop::Done),
            Err(Unsent::Deadlock(deadlock)) => {
                self.shared.end_in(deadlock);
                Err(Stop::Done)
            }
        }
    }

    /// When no message can come any more: commits what is left, and stops once all is done.
    async fn end_or_flush(&mut self, ended: Instant) -> Result<(), Stop> {
        self.flush().await?;
        // Whoever answers now and then is waited for.
        let silence = self.answered.max(ended).elapsed();
        let is_answered = self.in_flight.is_empty() || silence >= self.answer_max();
        let acked = self.kept.found.len() + self.kept.inserted.len();
        let waits = acked > self.kept.deleted.len();
        let is_patient = self.plan.retry.is_some()
            && !self.shared.is_interrupted()
            && ended.elapsed() < self.plan.drain_max;
        if !waits || (is_answered && !is_patient) {
            self.shared.to_sink.finish();
            return Err(Stop::Done);
        }
        Ok(())
    }

    fn answer_max(&self) -> Duration {
        self.plan.sink.latency + self.plan.answer_max
    }

    fn note(&mut self, noted: Noted, keys: &[Key]) -> anyhow::Result<()> {
        let Some(journal) = &mut self.journal else { return Ok(()) };
        let numbers: Vec<u64> = keys.iter().map(|key| key.number).collect();
        journal.note(noted, &numbers)
    }

    /// The tally, with a commit of this length in it.
    fn tally_of_commit(&self, took_ns: u64) -> MutexGuard<'_, Tally> {
        let mut tally = self.shared.tally();
        tally.commit_ns += took_ns;
        tally.checkpointed = self.store.checkpointed();
        tally
    }

    fn note_sizes(&mut self) -> anyhow::Result<()> {
        self.sized = Instant::now();
        let sizes = self.store.sizes()?;
        self.shared.tally().sizes = sizes;
        Ok(())
    }
}
