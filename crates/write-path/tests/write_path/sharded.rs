//! Shards divide records, acknowledge what all of them have, and fail by name.

use std::num::{NonZeroU32, NonZeroU64};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use sqlite_builds::InjectedError;
use write_path::sqlite::{JournalMode, SqliteSpec, Synchronous, Table};
use write_path::{
    AckMoment, Admission, Gather, Operation, Packet, PathSpec, Query, RecordKey, ShardCount,
    ShardedSpec, SoupDurability, SoupLogSpec, WriteError,
};

use crate::common::{
    commit, digest_in_turn, digest_of, event, log, sqlite, turn, vote_count, votes_in_turn,
};

const LONG: Duration = Duration::from_secs(3600);

fn sharded(path: impl PathSpec + 'static, shards: u32) -> ShardedSpec {
    let shards = ShardCount::new(shards).unwrap();
    ShardedSpec { path: Arc::new(path), shards, gather: Gather::AT_ONCE }
}

fn counts() -> SqliteSpec {
    let spec = sqlite("bundled", JournalMode::Wal, Synchronous::Full);
    SqliteSpec { table: Table::VotesAndCounts, ..spec }
}

fn soup() -> SoupLogSpec {
    SoupLogSpec::vote(AckMoment::AfterRows, SoupDurability::Permanent)
}

/// Hands in packets, counts, closes and recovers.
fn check_round_trip(spec: &ShardedSpec, counts_votes: bool) {
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    for first in (0..60).step_by(6) {
        commit(path.as_mut(), &votes_in_turn(first..first + 6)).unwrap();
    }
    commit(path.as_mut(), &Packet::new(vec![Operation::Delete(RecordKey::VoteUser(59))])).unwrap();
    for article in 0..if counts_votes { 4 } else { 0 } {
        assert_eq!(vote_count(path.as_mut(), article).unwrap(), 12, "{spec:?}");
    }
    path.drain().unwrap();
    assert_eq!(path.inspect().settings().unwrap()["shards"], spec.shards.to_string());
    assert!(path.inspect().storage_sizes().unwrap().database_bytes > 0);
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..59), "{spec:?}");
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(60..70)).unwrap();
    path.close().unwrap();
    let mut expected = digest_in_turn(0..59);
    expected.merge(&digest_in_turn(60..70));
    assert_eq!(spec.recover(directory.path()).unwrap(), expected, "{spec:?}");
}

#[test]
fn what_is_divided_is_found_again_by_every_engine() {
    let _turn = turn();
    for shards in [1, 4, 7] {
        check_round_trip(&sharded(counts(), shards), true);
        check_round_trip(&sharded(log(), shards), false);
        check_round_trip(&sharded(soup(), shards), true);
    }
}

#[test]
fn each_shard_of_soups_log_has_its_own_file() {
    let spec = sharded(soup(), 4);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..20)).unwrap();
    path.close().unwrap();
    for shard in 0..4 {
        let name = format!("shard-{shard}/vote-log-Vote-{shard}.json");
        assert!(directory.path().join(&name).is_file(), "{name}");
    }
}

#[test]
fn a_packet_syncs_the_shards_that_it_touches_and_no_other() {
    let _turn = turn();
    let articles = |articles: &[u32]| {
        let vote = |&article| write_path::Record::Vote(write_path::Vote { article, user: 1 });
        Packet::new(articles.iter().map(|article| Operation::Insert(vote(article))).collect())
    };
    for spec in [sharded(counts(), 4), sharded(log(), 4), sharded(soup(), 4)] {
        let directory = tempfile::tempdir().unwrap();
        let audited = spec.for_audit().unwrap_or_else(|| Arc::new(spec));
        let mut path = audited.open(directory.path()).unwrap();
        commit(path.as_mut(), &articles(&[0, 1, 2, 3])).unwrap();
        for (touched, packet) in
            [(1, articles(&[5, 9])), (2, articles(&[4, 6, 10])), (4, articles(&[0, 1, 2, 3]))]
        {
            let before = path.counters().total();
            commit(path.as_mut(), &packet).unwrap();
            assert_eq!((path.counters().total() - before).syncs, touched, "{audited:?}");
        }
        path.close().unwrap();
    }
}

#[test]
fn many_threads_enter_at_once_and_each_finds_its_votes_counted() {
    let _turn = turn();
    let spec = sharded(counts(), 3);
    let directory = tempfile::tempdir().unwrap();
    let path = spec.open(directory.path()).unwrap();
    let Admission::Concurrent(shared) = path.admission() else { panic!("shards are concurrent") };
    thread::scope(|scope| {
        for client in 0..4_u64 {
            scope.spawn(move || {
                for packet in 0..10 {
                    let first = client * 100 + packet * 10;
                    let ticket = shared.submit(&votes_in_turn(first..first + 10)).unwrap();
                    shared.wait(ticket).unwrap();
                    let count = Query::VoteCount { article: 2 };
                    let counted = shared.read(count, &mut Vec::new()).unwrap();
                    assert!(counted >= 2 * (packet + 1), "{counted}");
                }
            });
        }
    });
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..400));
}

#[test]
fn a_queue_waits_until_enough_packets_share_a_commit() {
    let gather = Gather { requests_max: 3, wait_max: LONG };
    let spec = ShardedSpec { gather, ..sharded(soup(), 1) };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let tickets = [0..2, 2..4, 4..6].map(|users| path.submit(&votes_in_turn(users)).unwrap());
    path.wait(tickets[2]).unwrap();
    assert_eq!(path.counters().total().syncs, 1);
    // Nobody comes, but a question is not kept waiting, and its answer has what is in the queue.
    path.submit(&votes_in_turn(6..8)).unwrap();
    assert_eq!(vote_count(path.as_mut(), 1).unwrap(), 2);
    path.submit(&votes_in_turn(8..10)).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..10));
}

#[test]
fn a_queue_does_not_wait_longer_than_it_may() {
    let spec = ShardedSpec { gather: Gather::SOUP, ..sharded(soup(), 1) };
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..2)).unwrap();
    assert_eq!(path.counters().total().syncs, 1);
    assert_eq!(path.inspect().settings().unwrap()["gather"], "us=100:packets=512");
}

#[test]
fn a_build_without_mutexes_is_refused_before_anything_is_made() {
    let _turn = turn();
    let spec = sqlite("single-thread", JournalMode::Wal, Synchronous::Off);
    let directory = tempfile::tempdir().unwrap();
    let refused = sharded(spec, 2).open(directory.path()).err().unwrap();
    assert_eq!(
        refused.to_string(),
        "SQLite build single-thread has no mutexes, so that all of its connections live on one \
         thread, but shards have threads of their own; choose a build with mutexes"
    );
    assert_eq!(directory.path().read_dir().unwrap().count(), 0);
    let alone = sharded(spec, 1);
    let mut path = alone.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..9)).unwrap();
    path.close().unwrap();
    assert_eq!(alone.recover(directory.path()).unwrap(), digest_in_turn(0..9));
}

#[test]
fn a_shard_that_fails_is_named_and_nothing_acked_is_lost() {
    let _turn = turn();
    let spec = sharded(counts(), 3);
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    let mut acked = vec![votes_in_turn(0..30)];
    commit(path.as_mut(), &acked[0]).unwrap();
    let build = spec.facts().sqlite_build.unwrap().activate().unwrap();
    let guard = build.fail_sync(NonZeroU64::MIN, InjectedError::InputOutput).unwrap();
    // Article 4 lies in shard 1.
    let failing = votes_in_turn(34..35);
    let refused = commit(path.as_mut(), &failing).unwrap_err();
    assert!(refused.to_string().starts_with("shard 1: "), "{refused}");
    assert!(refused.to_string().starts_with("shard 1: committing: "), "{refused}");
    assert!(guard.has_fired());
    drop((guard, build));
    let Admission::Concurrent(shared) = path.admission() else { panic!("shards are concurrent") };
    assert!(shared.submit(&failing).is_err());
    // The others go on, for those who need only them.
    let other = votes_in_turn(35..36);
    let ticket = shared.submit(&other).unwrap();
    shared.wait(ticket).unwrap();
    acked.push(other);
    assert!(path.drain().is_err());
    path.close().unwrap();
    let found = spec.recover(directory.path()).unwrap();
    let kept = digest_of(&acked);
    acked.push(failing);
    assert!(found == kept || found == digest_of(&acked), "what was not acked may be there or not");
}

#[test]
fn what_cannot_be_read_in_order_or_stored_is_refused() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let mut path = sharded(counts(), 2).open(directory.path()).unwrap();
    let range = Query::Range { first: 0, records: NonZeroU32::MIN };
    let refused = path.reader().unwrap().unwrap().read(range, &mut Vec::new()).unwrap_err();
    assert!(matches!(refused, WriteError::NoWayToRead { store: "a row of shards", .. }));
    let refused = commit(path.as_mut(), &Packet::new(vec![Operation::Insert(event(1))]));
    assert!(refused.unwrap_err().to_string().contains("votes cannot store an event"));
}

#[test]
fn rows_in_memory_are_told_by_all_shards() {
    let path = SoupLogSpec::vote(AckMoment::AfterRows, SoupDurability::MemoryOnly);
    let directory = tempfile::tempdir().unwrap();
    let mut path = sharded(path, 4).open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..50)).unwrap();
    path.drain().unwrap();
    assert_eq!(path.inspect().kept_in_memory(), Some(digest_in_turn(0..50)));
    path.close().unwrap();
}

#[test]
fn a_path_that_is_dropped_ends_its_threads_and_frees_its_build() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let mut path = sharded(counts(), 3).open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..30)).unwrap();
    drop(path);
    let other = sqlite("stock", JournalMode::Wal, Synchronous::Off);
    other.open(tempfile::tempdir().unwrap().path()).unwrap().close().unwrap();
}
