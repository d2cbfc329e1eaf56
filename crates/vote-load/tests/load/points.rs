//! One point, on several paths, by every kind of client.

use vote_load::catalogue::PATHS;
use vote_load::{Clients, Keys, LoadEnd, MeasuredPoint, Point, Subject, Users, VoteLoad};

use crate::common::{count, point, run, small_load, subject};

const TARGET: u32 = 4_000;

/// Every operation that was due was acked, and each vote was found again beside those from before.
fn check(point: &Point, measured: &MeasuredPoint) {
    let MeasuredPoint { record, load, .. } = measured;
    assert_eq!(measured.end, LoadEnd::Complete);
    assert_eq!(load.given_up_operations, 0);
    let slots = &record.timeline.as_ref().expect("a timeline").slots;
    let acked: u64 = slots.iter().map(|slot| slot.operations).sum();
    let due = f64::from(point.target.get()) * 0.25;
    assert!((acked as f64 / due - 1.0).abs() < 0.3, "{acked} of {due}");
    let before = u64::from(point.load.articles.get());
    let writes = record.verify.found_records - before;
    let sojourn = &record.ack_latency_ns;
    assert!(writes <= acked && sojourn.count <= writes);
    assert!(sojourn.count > 0 && load.remote_ns.count > 0);
    assert!(load.lateness_ns.count > 0);
    if !point.load.reads() {
        assert_eq!(writes, acked);
    }
}

#[test]
fn what_is_acked_is_found_whoever_hands_it_in() {
    let point = |clients| point(VoteLoad { clients, ..small_load() }, TARGET);
    let (four, unlimited) = (point(Clients::Blocking(count(4))), point(Clients::Unlimited));
    for path in PATHS {
        check(&four, &run(&four, &subject(path.name)).expect(path.name));
    }
    for path in ["null", "log", "arm-a", "arm-c"] {
        check(&unlimited, &run(&unlimited, &subject(path)).expect(path));
    }
}

#[test]
fn shards_keep_what_is_acked() {
    for path in ["arm-a", "soup-log", "log"] {
        let subject = Subject::find(path, count(4)).expect("it can be sharded");
        let point = point(small_load(), TARGET);
        check(&point, &run(&point, &subject).expect(path));
    }
}

#[test]
fn equal_votes_for_a_few_favourites_are_compared_by_their_number() {
    let load = VoteLoad { users: Users::Zero, keys: Keys::Zipf, ..small_load() };
    for path in ["log", "arm-a"] {
        let point = point(load, TARGET);
        check(&point, &run(&point, &subject(path)).expect(path));
    }
}

#[test]
fn reads_are_compared_with_what_was_acked() {
    let load = VoteLoad { write_every: count(3), ..small_load() };
    for clients in [Clients::Blocking(count(4)), Clients::Unlimited] {
        let point = point(VoteLoad { clients, ..load }, TARGET);
        let measured = run(&point, &subject("arm-a")).expect("it answers");
        check(&point, &measured);
        let reads = measured.load.read_sojourn_ns.expect("reads").count;
        assert!(reads > measured.record.ack_latency_ns.count);
        assert!(measured.load.read_remote_ns.expect("reads").count > 0);
    }
}

#[test]
fn a_path_that_answers_no_query_is_told_so() {
    let load = VoteLoad { write_every: count(3), ..small_load() };
    let error = run(&point(load, TARGET), &subject("null")).expect_err("no reader");
    assert!(error.to_string().contains("answers no query"), "{error}");
}

#[test]
fn a_vote_takes_at_least_from_its_moment_to_the_end_of_its_batch() {
    let point = point(small_load(), TARGET);
    let measured = run(&point, &subject("null")).expect("it acks at once");
    // A batch closes a millisecond after its oldest vote, which so takes longer than that.
    assert!(measured.record.ack_latency_ns.max >= Some(1_000_000));
}
