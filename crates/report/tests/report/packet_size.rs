//! What the question about packet sizes says.

use report::evidence::Evidence;

use crate::made_up::{FLOOR_NS, Made, evidence};
use crate::says::{assert_says, assert_silent, resolving};

/// Packets of `SQLite`'s that take so long for each record beyond their syncs.
fn packets(label: &str, sizes: &[u64], syncs: f64, record_ns: f64) -> Vec<Made> {
    let (journal_mode, synchronous) = label.split_once('-').unwrap();
    let axes = [("journal_mode", journal_mode), ("synchronous", synchronous)];
    let made = |size: &u64| {
        let packet_ns = syncs * FLOOR_NS + record_ns * *size as f64;
        Made::sqlite("packet_size", label, *size, packet_ns).syncs(syncs).on(&axes)
    };
    sizes.iter().map(made).collect()
}

fn full_and_normal(full_ns: f64, normal_ns: f64) -> Evidence {
    let mut cases = packets("wal-full", &[1, 256, 65_536], 1.0, full_ns);
    cases.extend(packets("wal-normal", &[1, 256, 65_536], 0.0, normal_ns));
    evidence(&resolving(cases, 1.01))
}

#[test]
fn the_size_at_which_the_sync_stops_being_the_cost_follows_from_the_shares() {
    let at = |record_ns| evidence(&packets("wal-full", &[1, 256, 65_536], 1.0, record_ns));
    let stops = "The sync of wal-full stops being the cost at";
    assert_says(&at(1_000.0), &format!("{stops} 256 records per packet (99 % at 1, 28 % at 256)"));
    assert_says(
        &at(10.0),
        &format!("{stops} 65536 records per packet (98 % at 256, 13 % at 65536)"),
    );
    assert_says(
        &at(0.1),
        "The sync of wal-full is the cost at every size (100 % at 1, 94 % at 65536)",
    );
    assert_says(
        &at(200e3),
        "The sync of wal-full is less than half of the ack at every size (33 % at 1)",
    );
}

#[test]
fn several_syncs_are_held_against_as_many_floors() {
    let cases = packets("delete-full", &[1, 256], 4.0, 2_000.0);
    assert_says(
        &evidence(&cases),
        "The sync of delete-full stops being the cost at 256 records per packet (100 % at 1, 44 % at 256)",
    );
}

#[test]
fn a_size_of_another_mood_does_not_move_the_end() {
    let mut cases = packets("wal-full", &[1, 16, 256], 1.0, 1_000.0);
    cases[2].packet_ns += 39.0 * FLOOR_NS;
    cases[2].floor_ns = 40.0 * FLOOR_NS;
    // 6.4 kB may not take forty times what 384 bytes take.
    let evidence = evidence(&cases);
    assert_says(&evidence, "is the cost at every size (99 % at 1, 86 % at 16)");
    assert_says(
        &evidence,
        "(left out: wal-full/256, beside which the floor was 4.0 ms, not 100 us)",
    );
}

#[test]
fn full_is_as_good_as_normal_from_where_it_stays_near() {
    assert_says(
        &full_and_normal(250.0, 250.0),
        "From 65536 records per packet on WAL with FULL is within 10 % or the resolution of WAL with NORMAL; \
         NORMAL acks 401 times at 1, 2.56 times at 256, 1.01 times at 65536 as many records/s.",
    );
    assert_says(&full_and_normal(10e3, 10e3), "From 256 records per packet on");
    assert_says(
        &full_and_normal(250.0, 200.0),
        "Even at 65536 records per packet WAL with NORMAL is more than 10 % ahead",
    );
}

#[test]
fn what_a_record_takes_is_told_for_the_largest_packets_of_all() {
    let mut cases = packets("wal-full", &[1, 65_536], 1.0, 250.0);
    cases.extend(packets("delete-full", &[1], 4.0, 250.0));
    cases.push(Made::log("packet_size", 65_536, 700e3));
    let evidence = evidence(&resolving(cases, 1.01));
    assert_says(
        &evidence,
        "At 65536 records per packet, a record takes 252 ns (251 to 252) with wal-full, 10.7 ns (10.6 to 10.7) \
         with log.",
    );
    assert_says(&evidence, "by records per packet: 23.5 at 65536.");
    assert_silent(&evidence, "again");
}
