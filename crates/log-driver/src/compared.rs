//! Which runs answer the document's questions, and which of them are compared.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use measure::record::Metric;
use write_path::sqlite::{AutoVacuum, JournalMode, Synchronous};

use crate::concurrency::Concurrency;
use crate::plan::{Answers, Batching, Plan, Retry, SinkSpec};
use crate::rate::Rate;
use crate::store::{Deletion, EventTable, RetryQuery, SqliteStoreSpec, StoreSpec};
use crate::topology::Topology;

/// The document's table: for each journal mode its own conditions, and the seconds that it says.
pub fn published(messages: NonZeroU64) -> [(Plan, f64); 2] {
    [(JournalMode::Delete, 42.899), (JournalMode::Wal, 12.026)].map(|(journal_mode, seconds)| {
        (Plan { messages: Some(messages), ..Plan::of_the_document(journal_mode) }, seconds)
    })
}

/// A plan, and what it is called in sentences.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) plan: Plan,
}

/// Two plans that differ in one thing: what that asks, what differs as a stable key, what is compared, and the names of the
/// case and of its baseline.
pub(crate) type Compared = (&'static str, &'static str, Metric, [&'static str; 2]);

/// The prototype's queue with the WAL, and without its sleep.
pub(crate) const DOCUMENT: &str = "the document's queue";
/// The same once more, to check the judgement.
pub(crate) const AGAIN: &str = "the same again";
/// What is compared as the log beside SQLite.
pub(crate) const LOG: &str = "the native log";

const FAIR: &str = "two fair channels";
const BOUNDED: &str = "two fair channels of 1,000";
const TIMEOUT: &str = "two channels of 1,000 with a send timeout";
const ACKS_FIRST: &str = "acks first";
const ONE_TASK: &str = "one async task";
const ROLLBACK: &str = "the rollback journal";
const BY_ROWID: &str = "deletes by rowid";
const NO_UNIQUE: &str = "deletes by rowid without the unique index";
const PLAIN_ROWIDS: &str = "deletes by rowid without AUTOINCREMENT";
const NORMAL: &str = "synchronous=NORMAL";
const BATCHES: &str = "100 messages a commit";
const RETRIES: &str = "a retry";
const FULL_VACUUM: &str = "a retry with auto_vacuum=FULL";
const INCREMENTAL_VACUUM: &str = "a retry with auto_vacuum=INCREMENTAL";
const REFUSED_01: &str = "a retry with 0.1 % refused";
const REFUSED_1: &str = "a retry with 1 % refused";
const REFUSED_10: &str = "a retry with 10 % refused";
const AGE_INDEX: &str = "a retry with 10 % refused and an index by age";

const TIME: Metric = Metric::MessageTime;

/// What answers the document's questions.
pub(crate) const COMPARED: [Compared; 27] = [
    ("do messages pile up in the database?", "topology", Metric::WaitingMessages, [DOCUMENT, FAIR]),
    ("what does fairness change in the rate?", "topology", TIME, [FAIR, DOCUMENT]),
    ("do deletes starve?", "topology", Metric::StoreToDeleteTime, [DOCUMENT, ACKS_FIRST]),
    (
        "do deletes starve where both are received fairly?",
        "topology",
        Metric::StoreToDeleteTime,
        [FAIR, ACKS_FIRST],
    ),
    ("what does backpressure save?", "channel_capacity", Metric::ChannelDepth, [BOUNDED, FAIR]),
    ("what does backpressure cost?", "channel_capacity", TIME, [BOUNDED, FAIR]),
    (
        "what does backpressure cost the source?",
        "channel_capacity",
        Metric::HandInTime,
        [BOUNDED, FAIR],
    ),
    ("what does the send timeout cost?", "topology", TIME, [TIMEOUT, BOUNDED]),
    (
        "does the source starve while the database call blocks?",
        "concurrency",
        Metric::HandInTime,
        [ONE_TASK, DOCUMENT],
    ),
    (
        "does the sink starve while the database call blocks?",
        "concurrency",
        Metric::DeliveryWait,
        [ONE_TASK, DOCUMENT],
    ),
    ("what does one task cost?", "concurrency", TIME, [ONE_TASK, DOCUMENT]),
    ("what is the WAL worth without the sleep?", "journal_mode", TIME, [ROLLBACK, DOCUMENT]),
    ("what does the unique index cost?", "unique_index", TIME, [BY_ROWID, NO_UNIQUE]),
    ("what does AUTOINCREMENT cost?", "autoincrement", TIME, [BY_ROWID, PLAIN_ROWIDS]),
    ("what does a delete by ray id cost?", "deletion", TIME, [DOCUMENT, BY_ROWID]),
    ("what do syncs cost?", "synchronous", TIME, [DOCUMENT, NORMAL]),
    ("what are batches worth?", "batching", TIME, [DOCUMENT, BATCHES]),
    ("what is a log worth?", "store", TIME, [LOG, DOCUMENT]),
    (
        "are freed pages used again, where few messages wait?",
        "topology",
        Metric::DatabaseBytes,
        [ACKS_FIRST, DOCUMENT],
    ),
    (
        "does auto_vacuum=FULL lower the file's high-water mark?",
        "auto_vacuum",
        Metric::DatabaseBytes,
        [FULL_VACUUM, RETRIES],
    ),
    ("what does auto_vacuum=FULL cost?", "auto_vacuum", TIME, [FULL_VACUUM, RETRIES]),
    (
        "does auto_vacuum=INCREMENTAL lower the file's high-water mark?",
        "auto_vacuum",
        Metric::DatabaseBytes,
        [INCREMENTAL_VACUUM, RETRIES],
    ),
    ("what does auto_vacuum=INCREMENTAL cost?", "auto_vacuum", TIME, [INCREMENTAL_VACUUM, RETRIES]),
    ("what do retries cost at 0.1 % refused?", "refused", TIME, [REFUSED_01, RETRIES]),
    ("what do retries cost at 1 % refused?", "refused", TIME, [REFUSED_1, RETRIES]),
    ("what do retries cost at 10 % refused?", "refused", TIME, [REFUSED_10, RETRIES]),
    (
        "what does an index for the retry cost or save?",
        "retry_index",
        TIME,
        [AGE_INDEX, REFUSED_10],
    ),
];

/// Those that the answer begins with, by what they ask.
pub(crate) const HEADLINES: [&str; 3] =
    ["do deletes starve?", "what are batches worth?", "what do retries cost at 1 % refused?"];

/// Messages of a batch.
const BATCH: NonZeroU32 = NonZeroU32::new(100).expect("not zero");

/// The product's bound.
const BOUND: NonZeroUsize = NonZeroUsize::new(1_000).expect("not zero");

/// Every 50 ms, all that was refused.
const RETRY: Retry = Retry {
    every: Duration::from_millis(50),
    query: RetryQuery {
        age: Duration::ZERO,
        attempts_max: u32::MAX,
        messages_max: NonZeroU32::new(1_000).expect("not zero"),
    },
};

/// Every plan that is compared; each run has so many messages.
pub(crate) fn plans(messages: NonZeroU64) -> Vec<Named> {
    let base = Plan {
        rate: Rate::Fast,
        messages: Some(messages),
        slice: Duration::from_millis(20),
        ..Plan::of_the_document(JournalMode::Wal)
    };
    let mut plans = connected(&base);
    plans.extend(stored(&base));
    plans.extend(retried(&base));
    plans.into_iter().map(|(name, plan)| Named { name, plan }).collect()
}

type Plans = Vec<(&'static str, Plan)>;

/// How the parts are connected.
fn connected(base: &Plan) -> Plans {
    let with = |topology| Plan { topology, ..base.clone() };
    let bounded = Plan { channel_capacity: Some(BOUND), ..with(Topology::TwoFair) };
    vec![
        (DOCUMENT, base.clone()),
        (AGAIN, base.clone()),
        (FAIR, with(Topology::TwoFair)),
        (BOUNDED, bounded),
        (TIMEOUT, with(Topology::TwoBoundedTimeout)),
        (ACKS_FIRST, with(Topology::AcksFirst)),
        (ONE_TASK, Plan { concurrency: Concurrency::OneTask, ..base.clone() }),
    ]
}

/// How messages are stored.
fn stored(base: &Plan) -> Plans {
    let with = |spec| Plan { store: StoreSpec::Sqlite(spec), ..base.clone() };
    let wal = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    let by_rowid = SqliteStoreSpec { deletion: Deletion::ByRowid, ..wal };
    let no_unique = SqliteStoreSpec { table: EventTable::NoUnique, ..by_rowid };
    let plain_rowids = SqliteStoreSpec { table: EventTable::NoAutoincrement, ..by_rowid };
    let mut normal = wal;
    normal.pragmas.synchronous = Synchronous::Normal;
    let batching = Batching { messages_max: BATCH, age_max: Duration::from_millis(10) };
    vec![
        (ROLLBACK, with(SqliteStoreSpec::of_the_document(JournalMode::Delete))),
        (BY_ROWID, with(by_rowid)),
        (NO_UNIQUE, with(no_unique)),
        (PLAIN_ROWIDS, with(plain_rowids)),
        (NORMAL, with(normal)),
        (BATCHES, Plan { batching, ..base.clone() }),
        (LOG, Plan { store: StoreSpec::Log, ..base.clone() }),
    ]
}

/// What is refused and selected again. With each select comes the maintenance, which steps `incremental_vacuum`; acks wait
/// behind messages, so that the file grows before anything is deleted.
fn retried(base: &Plan) -> Plans {
    let wal = SqliteStoreSpec::of_the_document(JournalMode::Wal);
    let with = |spec, refused| Plan {
        store: StoreSpec::Sqlite(spec),
        sink: SinkSpec { answers: Answers::Acks { refused }, ..SinkSpec::OF_THE_DOCUMENT },
        retry: Some(RETRY),
        ..base.clone()
    };
    let vacuumed = |auto_vacuum| {
        let mut spec = wal;
        spec.pragmas.auto_vacuum = auto_vacuum;
        with(spec, 0.0)
    };
    let indexed = SqliteStoreSpec { table: EventTable::AgeIndex, ..wal };
    vec![
        (RETRIES, with(wal, 0.0)),
        (FULL_VACUUM, vacuumed(AutoVacuum::Full)),
        (INCREMENTAL_VACUUM, vacuumed(AutoVacuum::Incremental)),
        (REFUSED_01, with(wal, 0.001)),
        (REFUSED_1, with(wal, 0.01)),
        (REFUSED_10, with(wal, 0.1)),
        (AGE_INDEX, with(indexed, 0.1)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    const THOUSAND: NonZeroU64 = NonZeroU64::new(1_000).expect("not zero");

    #[test]
    fn every_plan_can_be_run_and_is_compared() {
        let plans = plans(THOUSAND);
        for Named { name, plan } in &plans {
            plan.check().expect(name);
            let is_compared = |(.., ends): &Compared| ends.contains(name);
            assert!(*name == AGAIN || COMPARED.iter().any(is_compared), "{name}");
        }
        for (plan, seconds) in published(THOUSAND) {
            plan.check().expect("runs");
            assert!(seconds > 0.0);
        }
    }

    #[test]
    fn every_comparison_is_of_two_plans_with_labels_of_their_own() {
        let plans = plans(THOUSAND);
        let label = |name: &str| {
            let named = plans.iter().find(|named| named.name == name);
            named.unwrap_or_else(|| panic!("no plan is called {name}")).plan.label()
        };
        for (asks, _, _, [case, baseline]) in COMPARED {
            assert_ne!(label(case), label(baseline), "{asks}");
            assert_eq!(COMPARED.iter().filter(|it| it.0 == asks).count(), 1, "{asks}");
        }
        for headline in HEADLINES {
            assert!(COMPARED.iter().any(|it| it.0 == headline), "{headline}");
        }
        let mut labels: Vec<String> = plans.iter().map(|named| named.plan.label()).collect();
        labels.sort_unstable();
        labels.dedup();
        assert_eq!(labels.len(), plans.len() - 1, "all but the second of the null pair");
    }
}
