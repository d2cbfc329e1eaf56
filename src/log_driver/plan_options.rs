//! The options of a plan.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use clap::{Args, ValueEnum};
use log_driver::{
    Answers, Batching, Concurrency, Deletion, EventTable, Outages, Plan, Preparation, Rate, Retry,
    RetryQuery, SinkSpec, SqliteStoreSpec, StoreSpec, Topology,
};
use write_path::sqlite::{AutoVacuum, JournalMode, Pragmas, Synchronous};

use crate::bounded::{SECONDS_MAX, from_one_to, named, one_of, up_to, whole};

/// Messages of a batch at most: what the product's sink takes.
const BATCH_MAX: u32 = 1_000;

/// A day, in ms.
const MILLISECONDS_MAX: u32 = SECONDS_MAX * 1_000;

/// A minute, in us.
const MICROSECONDS_MAX: u32 = 60_000_000;

#[derive(Args, Clone)]
pub(super) struct PlanOptions {
    /// Where messages wait.
    #[arg(long, value_enum, default_value = "sqlite")]
    store: StoreOption,
    /// SQLite's `journal_mode`. The document had both.
    #[arg(long, value_parser = one_of(named(JournalMode::ALL, JournalMode::name)), default_value = "wal")]
    journal_mode: JournalMode,
    /// SQLite's `synchronous`.
    #[arg(long, value_parser = one_of(named(Synchronous::ALL, Synchronous::name)), default_value = "full")]
    synchronous: Synchronous,
    /// SQLite's `auto_vacuum`; `incremental` is stepped with each retry.
    #[arg(long, value_parser = one_of(named(AutoVacuum::ALL, AutoVacuum::name)), default_value = "none")]
    auto_vacuum: AutoVacuum,
    /// The table: the document's, or with fewer indexes, or with one more for the retry.
    #[arg(long, value_enum, default_value = "document")]
    table: EventTable,
    /// How a delivered message leaves the table.
    #[arg(long, value_enum, default_value = "ray-id")]
    delete: Deletion,
    /// When statements are prepared. The document's prepared each time.
    #[arg(long, value_enum, default_value = "each-time")]
    prepare: Preparation,
    /// Messages of a commit (1 to 1,000), and of a commit of deletions. The document had 1.
    #[arg(long, default_value = "1", value_parser = from_one_to(BATCH_MAX))]
    batch: NonZeroU32,
    /// A commit is made when its first message is so old, in ms.
    #[arg(long, default_value = "0", value_parser = whole(Duration::from_millis, 0, MILLISECONDS_MAX))]
    batch_age_ms: Duration,
    /// How they are connected. The document's first was `shared-bounded`, its later one `shared-unbounded`; the
    /// product shipped `two-timeout`.
    #[arg(long, value_parser = one_of(named(&Topology::ALL, Topology::name)), default_value = "shared-unbounded")]
    topology: Topology,
    /// What source, database and sink are: a thread each, or as in the document tasks of one thread, where a call of the
    /// database blocks the other two.
    #[arg(long, value_parser = one_of(named(&Concurrency::ALL, Concurrency::name)), default_value = "threads")]
    concurrency: Concurrency,
    /// Messages that wait for the database at most, instead of the topology's own bound.
    #[arg(long, value_parser = from_one_to(1_000_000))]
    channel_capacity: Option<NonZeroU32>,
    /// How fast messages come: `fast`, `sleep:MICROSECONDS` after each, `bursts:PER_SECOND` at the beginning of each
    /// second, or `poisson:PER_SECOND`.
    #[arg(long, value_parser = rate, default_value = "bursts:1000")]
    rate: Rate,
    /// How long a call of the sink takes, in us.
    #[arg(long, default_value = "0", value_parser = whole(Duration::from_micros, 0, MICROSECONDS_MAX))]
    sink_latency_us: Duration,
    /// Messages of a call of the sink (1 to 1,000). The product had 1,000.
    #[arg(long, default_value = "1", value_parser = from_one_to(BATCH_MAX))]
    sink_batch: NonZeroU32,
    /// A call is made when its first message is so old, in ms. The product had 2,000.
    #[arg(long, default_value = "0", value_parser = whole(Duration::from_millis, 0, MILLISECONDS_MAX))]
    sink_batch_age_ms: Duration,
    /// Messages in a million that the sink refuses.
    #[arg(long, default_value = "0", value_parser = up_to(1_000_000))]
    refused_per_million: u32,
    /// A sink that never answers.
    #[arg(long)]
    silent_sink: bool,
    /// Seconds from one outage of the sink to the next; the first begins after so long.
    #[arg(long, requires = "outage_seconds", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    outage_every_seconds: Option<Duration>,
    /// How long an outage lasts, in seconds.
    #[arg(long, requires = "outage_every_seconds", value_parser = whole(Duration::from_secs, 1, SECONDS_MAX))]
    outage_seconds: Option<Duration>,
    /// What is refused is selected again every so many ms; 0 leaves it to the next start.
    #[arg(long, default_value = "0", value_parser = whole(Duration::from_millis, 0, MILLISECONDS_MAX))]
    retry_every_ms: Duration,
    /// The retry selects messages that are so old, in seconds.
    #[arg(long, default_value = "0", value_parser = whole(Duration::from_secs, 0, SECONDS_MAX))]
    retry_age_seconds: Duration,
    /// The retry selects a message at most so often.
    #[arg(long, default_value = "1000", value_parser = from_one_to(1_000_000))]
    retry_attempts: NonZeroU32,
    /// After the last message the retry goes on for at most so many seconds.
    #[arg(long, default_value = "60", value_parser = whole(Duration::from_secs, 0, SECONDS_MAX))]
    drain_seconds: Duration,
}

#[derive(Clone, Copy, ValueEnum)]
enum StoreOption {
    Sqlite,
    Log,
}

impl PlanOptions {
    /// The plan that was asked for, but for its length.
    pub(super) fn plan(&self) -> Plan {
        let capacity =
            self.channel_capacity.and_then(|capacity| NonZeroUsize::try_from(capacity).ok());
        Plan {
            store: match self.store {
                StoreOption::Sqlite => StoreSpec::Sqlite(self.sqlite()),
                StoreOption::Log => StoreSpec::Log,
            },
            batching: Batching { messages_max: self.batch, age_max: self.batch_age_ms },
            concurrency: self.concurrency,
            topology: self.topology,
            channel_capacity: capacity,
            rate: self.rate,
            sink: self.sink(),
            retry: (!self.retry_every_ms.is_zero()).then(|| Retry {
                every: self.retry_every_ms,
                query: RetryQuery {
                    age: self.retry_age_seconds,
                    attempts_max: self.retry_attempts.get(),
                    messages_max: NonZeroU32::new(BATCH_MAX).unwrap_or(NonZeroU32::MIN),
                },
            }),
            drain_max: self.drain_seconds,
            ..Plan::of_the_document(self.journal_mode)
        }
    }

    fn sqlite(&self) -> SqliteStoreSpec {
        let with_durability = Pragmas::with_durability(self.journal_mode, self.synchronous);
        SqliteStoreSpec {
            pragmas: Pragmas { auto_vacuum: self.auto_vacuum, ..with_durability },
            table: self.table,
            deletion: self.delete,
            preparation: self.prepare,
        }
    }

    fn sink(&self) -> SinkSpec {
        let outages = self.outage_every_seconds.zip(self.outage_seconds);
        SinkSpec {
            latency: self.sink_latency_us,
            batch_max: self.sink_batch,
            batch_age_max: self.sink_batch_age_ms,
            answers: if self.silent_sink {
                Answers::Never
            } else {
                Answers::Acks { refused: f64::from(self.refused_per_million) / 1e6 }
            },
            outages: outages.map(|(every, length)| Outages { every, length }),
        }
    }
}

fn rate(text: &str) -> Result<Rate, String> {
    let expected = || {
        format!(
            "expected fast, sleep:MICROSECONDS, bursts:PER_SECOND or poisson:PER_SECOND with a number from 1 to 60,000,000, got {text:?}"
        )
    };
    if text == "fast" {
        return Ok(Rate::Fast);
    }
    let (kind, number) = text.split_once(':').ok_or_else(expected)?;
    let number = from_one_to(MICROSECONDS_MAX)(number).map_err(|_| expected())?;
    match kind {
        "sleep" => Ok(Rate::Sleep(Duration::from_micros(number.get().into()))),
        "bursts" => Ok(Rate::Bursts(number)),
        "poisson" => Ok(Rate::Poisson(number)),
        _ => Err(expected()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_is_one_of_four_and_never_zero() {
        assert_eq!(rate("fast"), Ok(Rate::Fast));
        assert_eq!(rate("sleep:1000"), Ok(Rate::Sleep(Duration::from_millis(1))));
        for refused in ["", "slow", "bursts", "bursts:0", "poisson:-1", "sleep:x", "1000"] {
            let error = rate(refused).expect_err(refused);
            assert!(error.contains("expected fast") && error.contains("got"), "{error}");
        }
    }
}
