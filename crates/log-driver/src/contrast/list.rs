//! Which contrasts answer the document's questions.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use write_path::sqlite::{AutoVacuum, JournalMode, Synchronous};

use super::{Contrast, Metric};
use crate::plan::{Answers, Batching, Plan, Retry, SinkSpec};
use crate::rate::Rate;
use crate::store::{Deletion, RetryIndex, RetryQuery, SqliteStoreSpec, StoreSpec, UniqueIndex};
use crate::topology::Topology;

/// The document's table: for each journal mode its own conditions, and the seconds that it says.
pub fn published(messages: NonZeroU64) -> [(Plan, f64); 2] {
    [(JournalMode::Delete, 42.899), (JournalMode::Wal, 12.026)].map(|(journal_mode, seconds)| {
        (Plan { messages: Some(messages), ..Plan::of_the_document(journal_mode) }, seconds)
    })
}

/// Messages that a sink or a store takes at once, in the variants that have batches.
const BATCH: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

/// The product's bound.
const BOUND: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");

/// The retry of the contrasts: every 50 ms, all that was refused.
const RETRY: Retry = Retry {
    every: Duration::from_millis(50),
    query: RetryQuery {
        age: Duration::ZERO,
        attempts_max: u32::MAX,
        messages_max: NonZeroU32::new(1_000).expect("not zero"),
    },
};

/// The prototype with the WAL and without its sleep, for so many messages.
fn without_sleep(messages: NonZeroU64) -> Plan {
    Plan {
        rate: Rate::Fast,
        messages: Some(messages),
        slice: Duration::from_millis(10),
        ..Plan::of_the_document(JournalMode::Wal)
    }
}

fn wal() -> SqliteStoreSpec {
    SqliteStoreSpec::of_the_document(JournalMode::Wal)
}

/// Every contrast; each run has so many messages.
pub fn contrasts(messages: NonZeroU64) -> Vec<Contrast> {
    let base = without_sleep(messages);
    let mut contrasts = connections(&base);
    contrasts.extend(stores(&base));
    contrasts.extend(vacuums(&base));
    contrasts.extend(retries(&base));
    contrasts
}

/// What the threads' connections change.
fn connections(base: &Plan) -> Vec<Contrast> {
    let with = |topology| Plan { topology, ..base.clone() };
    let contrast = |asks, change, metric, changed: &Plan| Contrast {
        asks,
        change,
        metric,
        base: base.clone(),
        changed: changed.clone(),
    };
    let fair = with(Topology::TwoFair);
    let acks_first = with(Topology::AcksFirst);
    let bounded = Plan { channel_capacity: Some(BOUND), ..fair.clone() };
    vec![
        contrast("do messages pile up in the database?", "fair", Metric::WaitingMax, &fair),
        contrast("does fairness change the rate?", "fair", Metric::DeletedPerSecond, &fair),
        contrast("do deletes starve?", "acks first", Metric::StoreToDelete, &acks_first),
        Contrast {
            asks: "what does backpressure save?",
            change: "at most 1,000 messages wait",
            metric: Metric::ChannelDepthMax,
            base: fair.clone(),
            changed: bounded.clone(),
        },
        Contrast {
            asks: "what does backpressure cost?",
            change: "at most 1,000 messages wait",
            metric: Metric::DeletedPerSecond,
            base: fair,
            changed: bounded,
        },
    ]
}

/// What the store's settings change, in the rate of all that is done.
fn stores(base: &Plan) -> Vec<Contrast> {
    let with = |spec| Plan { store: StoreSpec::Sqlite(spec), ..base.clone() };
    let contrast = |asks, change, base: Plan, changed: Plan| Contrast {
        asks,
        change,
        metric: Metric::DeletedPerSecond,
        base,
        changed,
    };
    let by_rowid = SqliteStoreSpec { deletion: Deletion::ByRowid, ..wal() };
    let unindexed = SqliteStoreSpec { unique_index: UniqueIndex::Dropped, ..by_rowid };
    let plain_rowids = SqliteStoreSpec { is_autoincrement: false, ..by_rowid };
    let mut normal = wal();
    normal.pragmas.synchronous = Synchronous::Normal;
    let batching = Batching { messages_max: BATCH, age_max: Duration::from_millis(10) };
    let rollback = with(SqliteStoreSpec::of_the_document(JournalMode::Delete));
    vec![
        contrast("what is the WAL worth without the sleep?", "WAL", rollback, base.clone()),
        contrast("what does the unique index cost?", "no index", with(by_rowid), with(unindexed)),
        contrast(
            "what does AUTOINCREMENT cost?",
            "plain rowids",
            with(by_rowid),
            with(plain_rowids),
        ),
        contrast("what does a delete by ray id cost?", "by rowid", base.clone(), with(by_rowid)),
        contrast("what do syncs cost?", "synchronous=NORMAL", base.clone(), with(normal)),
        contrast(
            "what are batches worth?",
            "100 messages a commit",
            base.clone(),
            Plan { batching, ..base.clone() },
        ),
        contrast(
            "what is a log worth?",
            "native log",
            base.clone(),
            Plan { store: StoreSpec::Log, ..base.clone() },
        ),
    ]
}

/// The file's size at the end under each `auto_vacuum`, and what that costs. Acks wait behind messages here, so that the
/// file grows before anything is deleted. The retry is there for the maintenance, which steps `incremental_vacuum`.
fn vacuums(base: &Plan) -> Vec<Contrast> {
    let spec_of = |auto_vacuum| {
        let mut spec = wal();
        spec.pragmas.auto_vacuum = auto_vacuum;
        StoreSpec::Sqlite(spec)
    };
    let plan_of = |auto_vacuum| Plan {
        store: spec_of(auto_vacuum),
        retry: Some(Retry {
            query: RetryQuery { messages_max: NonZeroU32::MIN, ..RETRY.query },
            ..RETRY
        }),
        ..base.clone()
    };
    let compared = [
        ("what is the file's high-water mark?", Metric::DatabaseBytes),
        ("what does vacuuming cost?", Metric::DeletedPerSecond),
    ];
    let vacuums = [(AutoVacuum::Full, "full"), (AutoVacuum::Incremental, "incremental")];
    let both =
        compared.iter().flat_map(|compared| vacuums.iter().map(move |vacuum| (compared, vacuum)));
    both.map(|((asks, metric), (auto_vacuum, change))| Contrast {
        asks,
        change,
        metric: *metric,
        base: plan_of(AutoVacuum::None),
        changed: plan_of(*auto_vacuum),
    })
    .collect()
}

/// The price of refusals, and of the index for the select that finds them.
fn retries(base: &Plan) -> Vec<Contrast> {
    let refusing = |refused| Plan {
        sink: SinkSpec { answers: Answers::Acks { refused }, ..SinkSpec::OF_THE_DOCUMENT },
        retry: Some(RETRY),
        ..base.clone()
    };
    let shares = [(0.001, "0.1 % refused"), (0.01, "1 % refused"), (0.1, "10 % refused")];
    let mut contrasts: Vec<Contrast> = shares
        .into_iter()
        .map(|(refused, change)| Contrast {
            asks: "what do retries cost?",
            change,
            metric: Metric::DeletedPerSecond,
            base: refusing(0.0),
            changed: refusing(refused),
        })
        .collect();
    let indexed = SqliteStoreSpec { retry_index: RetryIndex::ByAge, ..wal() };
    contrasts.push(Contrast {
        asks: "what is an index for the retry worth?",
        change: "index by age, 10 % refused",
        metric: Metric::DeletedPerSecond,
        base: refusing(0.1),
        changed: Plan { store: StoreSpec::Sqlite(indexed), ..refusing(0.1) },
    });
    contrasts
}
