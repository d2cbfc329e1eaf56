//! Each topology delivers everything, or says why it cannot.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use log_driver::{
    Answers, Batching, Concurrency, End, Outages, Plan, Rate, Retry, RetryQuery, SinkSpec, Stage,
    StoreSpec, Topology,
};

use crate::common::{Place, quick_plan};

fn count(number: u32) -> NonZeroU32 {
    NonZeroU32::new(number).expect("not zero")
}

/// Selects all that waits, often.
const RETRY: Retry = Retry {
    every: Duration::from_millis(20),
    query: RetryQuery {
        age: Duration::ZERO,
        attempts_max: u32::MAX,
        messages_max: NonZeroU32::new(1_000).expect("not zero"),
    },
};

#[test]
fn every_topology_without_a_circle_delivers_and_deletes_everything() {
    let topologies = [
        Topology::SharedUnbounded,
        Topology::TwoFair,
        Topology::TwoBoundedTimeout,
        Topology::AcksFirst,
    ];
    for topology in topologies {
        let sqlite = quick_plan(topology, 1).store;
        for (store, concurrency) in [
            (sqlite, Concurrency::Threads),
            (sqlite, Concurrency::OneTask),
            (StoreSpec::Log, Concurrency::Threads),
        ] {
            let place = Place::new();
            let batching = Batching { messages_max: count(50), age_max: Duration::from_millis(5) };
            let plan = Plan {
                store,
                batching,
                concurrency,
                retry: Some(RETRY),
                ..quick_plan(topology, 700)
            };
            let outcome = place.run(&plan).expect("runs");
            assert_eq!(outcome.end, End::Complete, "{topology:?}");
            let counts = outcome.counts;
            assert_eq!(counts.handed_in + counts.turned_away, 700, "{topology:?}");
            assert_eq!(counts.inserted, counts.handed_in, "{topology:?}");
            assert_eq!(counts.deleted, counts.inserted, "{topology:?}");
            assert_eq!(outcome.verified.waiting, 0);
            assert_eq!(outcome.verified.delivered, counts.inserted);
            let in_slices: u64 = outcome.series.iter().map(|slice| slice.counts.deleted).sum();
            assert_eq!(in_slices, counts.deleted);
            assert_eq!(outcome.kept.store_to_delete_ns.count(), counts.deleted);
        }
    }
}

/// The prototype's first version: the database waits for room at the sink, which waits for room at the database. The
/// sink is slower than the source, so that both channels fill.
#[test]
fn one_shared_bounded_channel_deadlocks_and_the_circle_is_told() {
    for concurrency in Concurrency::ALL {
        deadlocks(concurrency);
    }
}

fn deadlocks(concurrency: Concurrency) {
    let place = Place::new();
    let plan = Plan {
        concurrency,
        // In one task the sink is full in the middle of a batch of the database.
        batching: Batching { messages_max: count(10), age_max: Duration::from_secs(60) },
        channel_capacity: NonZeroUsize::new(2),
        sink: SinkSpec {
            batch_max: count(15),
            batch_age_max: Duration::from_secs(60),
            ..SinkSpec::OF_THE_DOCUMENT
        },
        ..quick_plan(Topology::SharedBounded, 5_000)
    };
    let outcome = place.run(&plan).expect("ends");
    let End::Deadlock(deadlock) = &outcome.end else { panic!("{:?}", outcome.end) };
    let mut threads: Vec<Stage> = deadlock.circle.iter().map(|blocked| blocked.thread).collect();
    threads.sort_by_key(|thread| thread.name());
    assert_eq!(threads, [Stage::Database, Stage::Sink]);
    let text = deadlock.to_string();
    assert!(text.contains("`deliveries` (2 of 2)"), "{text}");
    assert!(text.contains("`messages and acks` (2 of 2)"), "{text}");
    assert!(outcome.verified.waiting > 0);

    // Nothing that was acked is lost: the next start delivers it.
    let next = Plan {
        messages: std::num::NonZeroU64::new(1),
        first_number: 5_000,
        ..quick_plan(Topology::TwoFair, 1)
    };
    let outcome_after = place.run(&next).expect("runs");
    assert_eq!(outcome_after.counts.redelivered, outcome.verified.waiting);
    assert_eq!(outcome_after.verified.waiting, 0);
}

/// What the document's tasks did to each other: whoever has something to hand in or to deliver waits for commits that are
/// not its own.
#[test]
fn in_one_task_source_and_sink_wait_while_a_call_of_the_database_blocks() {
    let place = Place::new();
    let concurrency = Concurrency::OneTask;
    let plan = Plan { concurrency, ..quick_plan(Topology::SharedUnbounded, 500) };
    let outcome = place.run(&plan).expect("runs");
    assert_eq!((outcome.counts.inserted, outcome.counts.deleted), (500, 500));
    let commit = outcome.kept.insert_ns.shortest().expect("commits");
    let hand_in = outcome.hand_in_ns.longest().expect("messages");
    let delivery = outcome.delivery_wait_ns.longest().expect("deliveries");
    assert!(hand_in > 10 * commit, "{hand_in} ns beside commits of {commit} ns");
    assert!(delivery > 10 * commit, "{delivery} ns beside commits of {commit} ns");
    let slices = &outcome.series;
    let commits: u64 = slices.iter().filter_map(|slice| slice.commit_ns).sum();
    assert!(commits >= 1_000 * commit, "{slices:?}");
    assert!(slices.iter().all(|slice| slice.checkpointed_frames.is_some()), "{slices:?}");
}

#[test]
fn what_the_sink_refuses_is_delivered_by_the_retry() {
    let place = Place::new();
    let sink = SinkSpec {
        answers: Answers::Acks { refused: 0.3 },
        batch_max: count(10),
        batch_age_max: Duration::from_millis(2),
        ..SinkSpec::OF_THE_DOCUMENT
    };
    let plan = Plan { sink, retry: Some(RETRY), ..quick_plan(Topology::TwoFair, 400) };
    let outcome = place.run(&plan).expect("runs");
    let counts = outcome.counts;
    assert!(counts.refused > 50, "{counts:?}");
    assert!(counts.redelivered >= counts.refused, "{counts:?}");
    assert_eq!((counts.inserted, counts.deleted), (400, 400));
}

#[test]
fn what_an_outage_refuses_is_delivered_by_the_next_start() {
    let place = Place::new();
    let outages = Outages { every: Duration::from_millis(60), length: Duration::from_millis(59) };
    let plan = Plan {
        sink: SinkSpec { outages: Some(outages), ..SinkSpec::OF_THE_DOCUMENT },
        rate: Rate::Poisson(count(1_000)),
        ..quick_plan(Topology::AcksFirst, 300)
    };
    let outcome = place.run(&plan).expect("runs");
    let waiting = outcome.verified.waiting;
    assert!(
        outcome.counts.refused > 0 && waiting == outcome.counts.refused,
        "{:?}",
        outcome.counts
    );
    let next = Plan { first_number: 300, ..quick_plan(Topology::AcksFirst, 5) };
    let outcome = place.run(&next).expect("runs");
    assert_eq!(outcome.counts.redelivered, waiting);
    assert_eq!(outcome.counts.deleted, waiting + 5);
    assert_eq!(outcome.verified.waiting, 0);
}
