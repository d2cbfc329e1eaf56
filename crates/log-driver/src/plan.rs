//! What a run of the driver is made of.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use anyhow::ensure;
use write_path::sqlite::JournalMode;

use crate::concurrency::Concurrency;
use crate::error::conflict;
use crate::journal::Journal;
use crate::rate::Rate;
use crate::store::{RetryQuery, SqliteStoreSpec, StoreSpec};
use crate::topology::{MESSAGES, Topology};
use crate::waits::Stage;

/// A run of the driver.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    /// Where messages wait.
    pub store: StoreSpec,
    /// How many of them share a commit.
    pub batching: Batching,
    /// What source, database and sink are.
    pub concurrency: Concurrency,
    /// How they are connected.
    pub topology: Topology,
    /// How many messages wait for the database at most, where the topology leaves that open.
    pub channel_capacity: Option<NonZeroUsize>,
    /// How fast messages come.
    pub rate: Rate,
    /// The first message's number: 0 in a new store.
    pub first_number: u64,
    /// How many messages come; `None` for as many as there is time for.
    pub messages: Option<NonZeroU64>,
    /// How long messages come at most; `None` for as long as nobody ends it.
    pub source_time_max: Option<Duration>,
    /// How messages are delivered.
    pub sink: SinkSpec,
    /// How what is not acked is tried again; `None` leaves it to the next start.
    pub retry: Option<Retry>,
    /// How long the driver goes on after the last message until everything is delivered. Answers to what is in flight
    /// are waited for in any case.
    pub drain_max: Duration,
    /// How long an answer is waited for: at the end, and before a message may be sent again. A call's latency comes on top.
    pub answer_max: Duration,
    /// The length of a slice of the time series.
    pub slice: Duration,
    /// Where each ack is noted before anybody hears of it, for a run that is going to be killed.
    pub journal: Option<PathBuf>,
}

/// Which messages share a commit; the same holds for deletions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Batching {
    /// A batch is committed when it has so many messages.
    pub messages_max: NonZeroU32,
    /// A batch is committed when its first message is so old.
    pub age_max: Duration,
}

impl Batching {
    /// Each message in a commit of its own, as in the prototype.
    pub const AUTOCOMMIT: Self = Self { messages_max: NonZeroU32::MIN, age_max: Duration::ZERO };
}

/// How messages are delivered.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SinkSpec {
    /// How long a call takes.
    pub latency: Duration,
    /// Messages of a call.
    pub batch_max: NonZeroU32,
    /// A call is made when the first of its messages is so old.
    pub batch_age_max: Duration,
    /// What it answers.
    pub answers: Answers,
    /// When it fails.
    pub outages: Option<Outages>,
}

/// What a sink answers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Answers {
    /// An ack for each message, but for this share of them (0 to 1), which are refused.
    Acks {
        /// The share.
        refused: f64,
    },
    /// Nothing, ever.
    Never,
}

/// Times in which each call fails: all of its messages are refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outages {
    /// From the beginning of one to that of the next; the first begins after so long.
    pub every: Duration,
    /// How long one lasts.
    pub length: Duration,
}

/// The periodic retry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retry {
    /// From one select to the next.
    pub every: Duration,
    /// What it selects.
    pub query: RetryQuery,
}

impl SinkSpec {
    /// The prototype's: it acks each message at once.
    pub const OF_THE_DOCUMENT: Self = Self {
        latency: Duration::ZERO,
        batch_max: NonZeroU32::MIN,
        batch_age_max: Duration::ZERO,
        answers: Answers::Acks { refused: 0.0 },
        outages: None,
    };
}

impl Plan {
    /// The prototype's run behind the document's figures, with this journal mode: 10,000 messages, 1 ms of sleep after
    /// each, autocommit, one shared channel without a bound.
    pub fn of_the_document(journal_mode: JournalMode) -> Self {
        Self {
            store: StoreSpec::Sqlite(SqliteStoreSpec::of_the_document(journal_mode)),
            batching: Batching::AUTOCOMMIT,
            concurrency: Concurrency::Threads,
            topology: Topology::SharedUnbounded,
            channel_capacity: None,
            rate: Rate::Sleep(Duration::from_millis(1)),
            first_number: 0,
            messages: NonZeroU64::new(10_000),
            source_time_max: None,
            sink: SinkSpec::OF_THE_DOCUMENT,
            retry: None,
            drain_max: Duration::from_secs(600),
            answer_max: Duration::from_secs(5),
            slice: Duration::from_secs(1),
            journal: None,
        }
    }

    /// Refuses what cannot be run.
    ///
    /// # Errors
    /// For settings that exclude each other.
    pub fn check(&self) -> anyhow::Result<()> {
        let channels = self.topology.channels(self.channel_capacity)?;
        ensure!(
            self.rate != Rate::Sleep(Duration::ZERO),
            conflict("rate", "a sleep above 0, or `fast`", "a sleep of 0")
        );
        let is_bounded = channels.to_database[MESSAGES].capacity.is_some();
        if self.rate == Rate::Fast && self.messages.is_none() && !is_bounded {
            let got = format!("{} with `fast` and no end", self.topology.name());
            let expected = "a channel capacity, a number of messages or a slower rate: memory would be used up";
            return Err(conflict("messages", expected, got));
        }
        if let Answers::Acks { refused } = self.sink.answers
            && !(0.0..=1.0).contains(&refused)
        {
            return Err(conflict("share of refused messages", "a number from 0 to 1", refused));
        }
        if let Some(Outages { every, length }) = self.sink.outages
            && (length >= every || length.is_zero())
        {
            let got = format!("outages of {length:?} every {every:?}");
            return Err(conflict(
                "outages",
                "a length above 0 and below the time between two",
                got,
            ));
        }
        if self.slice.is_zero() || self.retry.is_some_and(|retry| retry.every.is_zero()) {
            return Err(conflict("slice and retry interval", "times above 0", 0));
        }
        let batch_max = self.batching.messages_max.max(self.sink.batch_max);
        ensure!(batch_max <= BATCH_MAX, conflict("batch", "at most 1,000 messages", batch_max));
        Ok(())
    }

    /// A thread's part of the journal, where there is one.
    pub(crate) fn open_journal(&self, thread: Stage) -> anyhow::Result<Option<Journal>> {
        self.journal.as_deref().map(|path| Journal::open(path, thread)).transpose()
    }

    /// The run's name in ids: what of it deviates from the prototype's.
    pub fn label(&self) -> String {
        let mut parts =
            vec![self.store.label(), self.topology.name().to_owned(), self.rate.label()];
        if self.concurrency == Concurrency::OneTask {
            parts.push(self.concurrency.name().to_owned());
        }
        if self.batching != Batching::AUTOCOMMIT {
            let age_ms = self.batching.age_max.as_millis();
            parts.push(format!("batch{}x{age_ms}ms", self.batching.messages_max));
        }
        parts.extend(self.channel_capacity.map(|capacity| format!("capacity{capacity}")));
        let sink = &self.sink;
        if !sink.latency.is_zero() {
            parts.push(format!("sink{}us", sink.latency.as_micros()));
        }
        if sink.batch_max > NonZeroU32::MIN {
            parts.push(format!("calls{}", sink.batch_max));
        }
        match sink.answers {
            Answers::Acks { refused: 0.0 } => {}
            Answers::Acks { refused } => parts.push(format!("refused{refused}")),
            Answers::Never => parts.push("silent".to_owned()),
        }
        if let Some(outages) = sink.outages {
            parts.push(format!("outages{}s", outages.length.as_secs_f64()));
        }
        if let Some(Retry { every, query }) = self.retry {
            parts.push(format!("retry{}ms", every.as_millis()));
            if !query.age.is_zero() {
                parts.push(format!("age{}s", query.age.as_secs()));
            }
        }
        parts.join("_")
    }
}

/// Messages that a commit or a call may have at most: what the product's sink takes.
const BATCH_MAX: NonZeroU32 = NonZeroU32::new(1_000).expect("not zero");
