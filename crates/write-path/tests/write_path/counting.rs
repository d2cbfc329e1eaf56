//! The number of an article's votes: counted over an index, or kept beside the votes.

use std::collections::BTreeMap;

use proptest::prelude::*;
use write_path::sqlite::{
    JournalMode, KeyAffinity, SecondaryIndexes, SqliteSpec, Synchronous, Table,
};
use write_path::{Digest, Operation, Packet, PathSpec, Record, RecordKey, Vote, WriteError};

use crate::common::{
    commit, connect, digest_in_turn, digest_of, log, sqlite, turn, vote_count, votes_in_turn,
};

fn in_table(table: Table) -> SqliteSpec {
    SqliteSpec { table, ..sqlite("bundled", JournalMode::Wal, Synchronous::Off) }
}

#[test]
fn every_shape_with_a_way_to_an_article_counts_its_votes() {
    let _turn = turn();
    for table in [
        Table::VotesAndCounts,
        Table::VotesAndLateCounts,
        Table::Votes(SecondaryIndexes::Article),
        Table::Votes(SecondaryIndexes::Two),
        Table::VotesWithoutRowid,
        Table::SoupStore(KeyAffinity::Text),
        Table::SoupStore(KeyAffinity::Integer),
    ] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = in_table(table).open(directory.path()).unwrap();
        assert_eq!(vote_count(path.as_mut(), 3).unwrap(), 0, "{table:?}");
        // The first packet lies in a commit of its own, the others share one.
        commit(path.as_mut(), &votes_in_turn(0..9)).unwrap();
        path.submit(&votes_in_turn(9..30)).unwrap();
        commit(path.as_mut(), &votes_in_turn(30..42)).unwrap();
        for (article, votes) in [(0, 9), (1, 9), (2, 8), (3, 8), (4, 8), (5, 0)] {
            assert_eq!(vote_count(path.as_mut(), article).unwrap(), votes, "{table:?}");
        }
        path.close().unwrap();
    }
}

#[test]
fn a_fresh_connection_reads_a_count_right_after_the_ack() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = in_table(Table::VotesAndCounts);
    let mut path = spec.open(directory.path()).unwrap();
    let build = spec.build.activate().unwrap();
    // Each vote in turn goes to another of five articles.
    for (acks, first) in (0..25).step_by(5).enumerate() {
        commit(path.as_mut(), &votes_in_turn(first..first + 5)).unwrap();
        let fresh = connect(&build, directory.path());
        let sql = "SELECT votes FROM counts WHERE article = 3";
        let votes: i64 = fresh.query_row(sql, [], |row| row.get(0)).unwrap();
        assert_eq!(votes, acks as i64 + 1);
        fresh.close().unwrap();
    }
    path.close().unwrap();
}

#[test]
fn a_store_with_no_way_to_an_article_refuses_to_count() {
    let _turn = turn();
    for table in [Table::Votes(SecondaryIndexes::None), Table::VotePackets, Table::VotesByKey] {
        let directory = tempfile::tempdir().unwrap();
        let mut path = in_table(table).open(directory.path()).unwrap();
        let refused = vote_count(path.as_mut(), 1).unwrap_err();
        assert!(matches!(refused, WriteError::NoWayToRead { .. }), "{table:?}: {refused}");
    }
    let directory = tempfile::tempdir().unwrap();
    let mut path = log().open(directory.path()).unwrap();
    let refused = vote_count(path.as_mut(), 1).unwrap_err();
    assert!(matches!(refused, WriteError::NoWayToRead { .. }), "{refused}");
}

#[test]
fn counts_follow_what_is_deleted_and_what_is_doubled() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = in_table(Table::VotesAndCounts);
    let mut path = spec.open(directory.path()).unwrap();
    let packets = [votes_in_turn(0..20), votes_in_turn(10..20)];
    packets.iter().for_each(|packet| commit(path.as_mut(), packet).unwrap());
    assert_eq!(vote_count(path.as_mut(), 4).unwrap(), 6);
    // User 14 has voted twice, for article 4, and goes in the packet that brings another vote.
    let mut operations = vec![Operation::Delete(RecordKey::VoteUser(14))];
    operations.extend(votes_in_turn(24..25).operations().iter().cloned());
    commit(path.as_mut(), &Packet::new(operations)).unwrap();
    assert_eq!(vote_count(path.as_mut(), 4).unwrap(), 5);
    path.close().unwrap();
    let mut expected = digest_of(&packets);
    expected.merge(&digest_in_turn(24..25));
    let gone = votes_in_turn(14..15);
    let Operation::Insert(record) = &gone.operations()[0] else { unreachable!("an insert") };
    expected.remove(record);
    expected.remove(record);
    assert_eq!(spec.recover(directory.path()).unwrap(), expected);
}

#[test]
fn a_count_that_is_not_that_of_the_votes_is_found() {
    let _turn = turn();
    let spec = in_table(Table::VotesAndCounts);
    for (change, refusal) in [
        (
            "UPDATE counts SET votes = votes + 1 WHERE article = 3",
            "article 3: expected the 4 votes that are kept, got 5 in its row of counts",
        ),
        (
            "DELETE FROM counts WHERE article = 2",
            "article 2: expected the 4 votes that are kept, got 0 in its row of counts",
        ),
        (
            "INSERT INTO counts VALUES (77, 1)",
            "article 77: expected the 0 votes that are kept, got 1 in its row of counts",
        ),
        (
            "DELETE FROM votes WHERE rowid = 2",
            "article 1: expected the 3 votes that are kept, got 4 in its row of counts",
        ),
    ] {
        let text = refusal_after(&spec, change).to_string();
        assert!(text.starts_with(refusal), "{change}: {text}");
    }
}

/// How twenty votes are refused that were kept in order, and of which SQL then changed a row.
fn refusal_after(spec: &SqliteSpec, change: &str) -> WriteError {
    let directory = tempfile::tempdir().unwrap();
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &votes_in_turn(0..20)).unwrap();
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap(), digest_in_turn(0..20));
    let build = spec.build.activate().unwrap();
    assert_eq!(connect(&build, directory.path()).execute(change, []), Ok(1));
    drop(build);
    spec.recover(directory.path()).unwrap_err()
}

/// A vote for an article by a user of its own.
fn vote(article: u32, user: u64) -> Operation {
    Operation::Insert(Record::Vote(Vote { article, user }))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Articles of every part, packets of any size, several in a commit, and the path opened anew between
    /// some: each count is that of all votes at every moment.
    #[test]
    fn late_counts_are_those_of_all_votes(
        packets in prop::collection::vec(prop::collection::vec(0_u32..60_000, 1..80), 1..40),
        reopened in prop::collection::hash_set(0_usize..40, 0..4),
        shared in prop::collection::hash_set(0_usize..40, 0..10),
    ) {
        let _turn = turn();
        let directory = tempfile::tempdir().unwrap();
        let spec = in_table(Table::VotesAndLateCounts);
        let mut path = spec.open(directory.path()).unwrap();
        let (mut expected, mut user) = (BTreeMap::<u32, u64>::new(), 0);
        let mut digest = Digest::default();
        for (number, articles) in packets.iter().enumerate() {
            let operations: Vec<Operation> = articles
                .iter()
                .map(|article| {
                    // A few articles get many votes, the others one.
                    let article = if article % 3 == 0 { article % 7 * 4_096 } else { *article };
                    *expected.entry(article).or_default() += 1;
                    user += 1;
                    digest.add(&Record::Vote(Vote { article, user }));
                    vote(article, user)
                })
                .collect();
            let packet = Packet::new(operations);
            if shared.contains(&number) && number + 1 < packets.len() {
                path.submit(&packet).unwrap();
                continue;
            }
            commit(path.as_mut(), &packet).unwrap();
            for (article, votes) in &expected {
                prop_assert_eq!(vote_count(path.as_mut(), *article).unwrap(), *votes);
            }
            if reopened.contains(&number) {
                path.close().unwrap();
                path = spec.open(directory.path()).unwrap();
            }
        }
        path.close().unwrap();
        prop_assert_eq!(spec.recover(directory.path()).unwrap(), digest);
    }
}

#[test]
fn a_fresh_connection_finds_what_is_counted_late_and_no_vote_is_deleted() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = in_table(Table::VotesAndLateCounts);
    let mut path = spec.open(directory.path()).unwrap();
    commit(path.as_mut(), &Packet::new(vec![vote(4_096, 1), vote(4_096, 2), vote(5, 3)])).unwrap();
    let build = spec.build.activate().unwrap();
    let fresh = connect(&build, directory.path());
    // The first packet counts the first part alone.
    let counted: i64 =
        fresh.query_row("SELECT sum(votes) FROM counts", [], |row| row.get(0)).unwrap();
    assert_eq!(counted, 1);
    fresh.close().unwrap();
    drop(build);
    assert_eq!(vote_count(path.as_mut(), 4_096).unwrap(), 2);
    let deletion = Packet::new(vec![Operation::Delete(RecordKey::VoteUser(1))]);
    let refused = path.submit(&deletion).unwrap_err().to_string();
    assert!(refused.contains("a vote's deletion"), "{refused}");
}

#[test]
fn a_late_count_that_is_not_that_of_its_votes_is_found() {
    let _turn = turn();
    let spec = in_table(Table::VotesAndLateCounts);
    for change in [
        "UPDATE counts SET votes = votes + 1 WHERE article = 3",
        "DELETE FROM counts WHERE article = 2",
        "UPDATE counted SET through = through - 1 WHERE part = 0",
    ] {
        let refused = refusal_after(&spec, change);
        assert!(refused.to_string().contains("in its row of counts"), "{change}: {refused}");
    }
}

#[test]
fn late_counts_are_right_after_packets_without_a_vote() {
    let _turn = turn();
    let directory = tempfile::tempdir().unwrap();
    let spec = in_table(Table::VotesAndLateCounts);
    let mut path = spec.open(directory.path()).unwrap();
    // An article for each part, with numbers far above those of the rows.
    let articles = || (0..8_u32).map(|part| 4_096 * (part + 8));
    commit(path.as_mut(), &Packet::new(vec![vote(4_096 * 14, 1), vote(4_096 * 14, 2)])).unwrap();
    for _ in 0..20 {
        commit(path.as_mut(), &Packet::new(Vec::new())).unwrap();
    }
    let votes = articles().map(|article| vote(article, article.into())).collect();
    commit(path.as_mut(), &Packet::new(votes)).unwrap();
    for _ in 0..20 {
        for article in articles() {
            let expected = if article == 4_096 * 14 { 3 } else { 1 };
            assert_eq!(vote_count(path.as_mut(), article).unwrap(), expected, "{article}");
        }
        commit(path.as_mut(), &Packet::new(Vec::new())).unwrap();
    }
    path.close().unwrap();
    assert_eq!(spec.recover(directory.path()).unwrap().records(), 10);
}
