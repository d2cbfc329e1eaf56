//! The first document's claims about checkpoints.

use measure::attribution::Cause;
use measure::record::{
    AttributionRecord, CauseRecord, CheckpointColumns, CheckpointsRecord, GrowthPoint, RunRecord,
    SlowAckColumns,
};
use report::claims::Verdict;

use super::{assert_verdict, claim, evidence, unchanged};
use crate::made_up::Made;

/// A case of one strategy on the table with the index, as fast as it acks.
fn made(label: &str, strategy: &str, pages: &str, packet_ns: f64) -> Made {
    let made = Made::sqlite("checkpoint_strategy", label, 400, packet_ns);
    made.on(&[
        ("table", "indexed"),
        ("wal_autocheckpoint", pages),
        ("journal_size_limit", "-1"),
        ("checkpoint_strategy", strategy),
        ("driver", "closed"),
    ])
}

fn automatic(packet_ns: f64) -> Made {
    made("auto1000", "automatic", "1000", packet_ns)
}

fn after_ack(packet_ns: f64) -> Made {
    made("after-ack-100k-records", "after_ack:records=100000:passive", "0", packet_ns)
}

fn background() -> Made {
    made("background-50ms", "background:ms=50:passive", "0", 1e6)
}

/// Checkpoints of so long each, which found and left so many frames.
fn checkpoints(duration_ns: u64, frames: &[(u64, u64)]) -> CheckpointsRecord {
    let count = frames.len();
    CheckpointsRecord {
        count: count as u64,
        hindered: 0,
        longest_ns: duration_ns,
        p50_ns: duration_ns,
        total_ns: count as u64 * duration_ns,
        time_share: 0.5,
        frames_copied: 0,
        callers: vec![],
        calls: CheckpointColumns {
            duration_ns: vec![duration_ns; count],
            frames_in_wal: frames.iter().map(|(in_wal, _)| Some(*in_wal)).collect(),
            frames_in_database: frames.iter().map(|(_, copied)| Some(*copied)).collect(),
            ..CheckpointColumns::default()
        },
    }
}

/// A hundred slow acks, so many of which a checkpoint in their own commit stalled.
fn attribution(stalled: u64) -> AttributionRecord {
    let cause = |cause, acks| CauseRecord {
        cause,
        acks,
        acks_p999: 0,
        longest_ns: 2_000_000,
        total_ns: acks * 2_000_000,
    };
    AttributionRecord {
        acks: 10_000,
        slowest: 100,
        threshold_ns: 1_000_000,
        explained_share: 1.0,
        explained_share_p999: None,
        causes: vec![cause(Cause::OwnCheckpoint, stalled), cause(Cause::OwnSync, 100 - stalled)],
        slow_acks: SlowAckColumns::default(),
    }
}

/// Ten steps, each with its longest ack.
fn steps(ack_ns_max: u64) -> Vec<GrowthPoint> {
    let step = GrowthPoint {
        seconds: 0.1,
        operations: 400,
        operations_per_second: 4_000.0,
        database_bytes: 1 << 20,
        wal_bytes: 0,
        insert_ns_p50: None,
        insert_ns_max: None,
        commit_ns_p50: None,
        commit_ns_max: None,
        ack_ns_max: Some(ack_ns_max),
        checkpoints: 0,
        checkpoint_ns_p50: None,
        checkpoint_ns_max: None,
    };
    vec![step; 10]
}

const STALLS: &str = "soup/automatic-checkpoint-stalls";
const STALL_LENGTH: &str = "soup/stall-of-300-ms";
const BEHIND: &str = "soup/behind-the-ack";
const NO_OP: &str = "soup/background-is-a-no-op";
const GROWS: &str = "soup/background-wal-grows";
const LONGER: &str = "soup/checkpoint-longer-with-size";
const EVERY_10K: &str = "soup/later-checkpoints-every-10k";

#[test]
fn that_commits_stall_is_told_by_the_share_of_the_slowest_acks() {
    let of = |stalled| {
        let change = move |record: &mut RunRecord| record.attribution = Some(attribution(stalled));
        evidence(&[(automatic(1e6), &change)])
    };
    assert_verdict(&of(90), STALLS, Verdict::Holds);
    assert_verdict(&of(55), STALLS, Verdict::Undecided);
    assert_verdict(&of(10), STALLS, Verdict::DoesNotHold);
    let shown = claim(&of(90), STALLS).shown;
    assert!(shown.starts_with("90 % (80 % to 95 %; 100 samples of one store)"), "{shown}");
    let bare = evidence(&[(automatic(1e6), &unchanged)]);
    assert_verdict(&bare, STALLS, Verdict::NotMeasured);
    let shown = claim(&bare, STALLS).shown;
    assert_eq!(shown, "auto1000/400 has no attribution of its slowest acks");
}

#[test]
fn how_long_they_stall_is_another_machines_figure() {
    let of = |ns| {
        let change = move |record: &mut RunRecord| record.growth = Some(steps(ns));
        evidence(&[(automatic(1e6), &change)])
    };
    assert_verdict(&of(400_000_000), STALL_LENGTH, Verdict::Holds);
    assert_verdict(&of(20_000_000), STALL_LENGTH, Verdict::NotAtThisScale);
    assert_verdict(&of(310_000_000), STALL_LENGTH, Verdict::Undecided);
}

#[test]
fn the_gain_behind_the_ack_is_that_of_the_drained_rates() {
    let of =
        |packet_ns| evidence(&[(automatic(2e6), &unchanged), (after_ack(packet_ns), &unchanged)]);
    assert_verdict(&of(1.2e6), BEHIND, Verdict::Holds);
    assert_verdict(&of(2.0e6), BEHIND, Verdict::Undecided);
    assert_verdict(&of(3.0e6), BEHIND, Verdict::DoesNotHold);
    let debt = Made { drained: 0.3, ..after_ack(1.2e6) };
    let evidence = evidence(&[(automatic(2e6), &unchanged), (debt, &unchanged)]);
    assert_verdict(&evidence, BEHIND, Verdict::DoesNotHold);
    assert_eq!(claim(&evidence, BEHIND).cases, ["after-ack-100k-records/400", "auto1000/400"]);
}

#[test]
fn a_thread_that_copies_is_no_no_op_and_one_that_copies_nothing_is() {
    let of = |frames: &'static [(u64, u64)]| {
        let change =
            move |record: &mut RunRecord| record.checkpoints = Some(checkpoints(1_000, frames));
        evidence(&[(background(), &change)])
    };
    let copying: Vec<(u64, u64)> = (1..=20).map(|call| (call * 1_000, call * 1_000)).collect();
    let idle: Vec<(u64, u64)> = (1..=20).map(|call| (call * 1_000, 0)).collect();
    assert_verdict(&of(copying.leak()), NO_OP, Verdict::DoesNotHold);
    assert_verdict(&of(&[(1_000, 0), (2_000, 0), (3_000, 3_000)]), NO_OP, Verdict::Undecided);
    assert_verdict(&of(idle.leak()), NO_OP, Verdict::Holds);
    let two_phase = made("two", "two_phase:copy=1000:reset=4000", "0", 1e6);
    let other = evidence(&[(two_phase, &unchanged)]);
    assert_verdict(&other, NO_OP, Verdict::NotMeasured);
}

#[test]
fn a_wal_without_bound_grows_through_the_timed_part() {
    let of = |in_wal: fn(u64) -> u64, calls: u64| {
        let frames: Vec<(u64, u64)> = (1..=calls).map(|it| (in_wal(it), in_wal(it))).collect();
        let change =
            move |record: &mut RunRecord| record.checkpoints = Some(checkpoints(1_000, &frames));
        evidence(&[(background(), &change)])
    };
    assert_verdict(&of(|call| call * 4_000, 22), GROWS, Verdict::Holds);
    assert_verdict(&of(|call| 1_300 + call % 3, 37), GROWS, Verdict::DoesNotHold);
    assert_verdict(&of(|call| 4_000 - 100 * call, 30), GROWS, Verdict::DoesNotHold);
    let few = of(|call| call * 4_000, 8);
    assert_verdict(&few, GROWS, Verdict::NotMeasured);
    let shown = claim(&few, GROWS).shown;
    assert!(shown.contains("expected at least 9 checkpoints while it was timed, got 8"), "{shown}");
}

#[test]
fn in_blocks_each_store_has_a_wal_of_its_own() {
    let of = |grows: bool| {
        let mut evidence = evidence(&[(background(), &unchanged)]);
        let record = &mut evidence.records[0];
        let frames: Vec<(u64, u64)> =
            (0..40)
                .map(|call| {
                    if grows {
                        (call % 10 + 2) * 1_000 + 40 * (call / 10)
                    } else {
                        4_000 + call % 3
                    }
                })
                .map(|frames| (frames, frames))
                .collect();
        let mut checkpoints = checkpoints(1_000, &frames);
        // Calls come every 50 ms, and a second passes from block to block.
        checkpoints.calls.begun_ns =
            (0..40).map(|call| call * 50_000_000 + call / 10 * 1_000_000_000).collect();
        record.checkpoints = Some(checkpoints);
        crate::in_blocks::measure(
            vec![(
                record,
                crate::in_blocks::InBlocks {
                    blocks: 4,
                    ..crate::in_blocks::InBlocks::disk(1.0, 1.0, 0.02)
                },
            )],
            crate::in_blocks::Session::USUAL,
        );
        evidence
    };
    assert_verdict(&of(true), GROWS, Verdict::Holds);
    assert!(claim(&of(true), GROWS).shown.ends_with("; 4 blocks)"), "four stores");
    assert_verdict(&of(false), GROWS, Verdict::DoesNotHold);
}

#[test]
fn whether_size_makes_checkpoints_longer_takes_two_sizes() {
    let of = |large_bytes: u64, large_ns| {
        let small = |record: &mut RunRecord| {
            record.space.database_bytes = Some(10 << 20);
            record.checkpoints = Some(checkpoints(2_000_000, &[(1, 1); 20]));
        };
        let large = move |record: &mut RunRecord| {
            record.space.database_bytes = Some(large_bytes);
            record.checkpoints = Some(checkpoints(large_ns, &[(1, 1); 20]));
        };
        let at_small = made("fill4m-auto1000", "automatic", "1000", 1e6);
        evidence(&[(automatic(1e6), &large), (at_small, &small)])
    };
    for (large_ns, verdict) in [
        (8_000_000, Verdict::Holds),
        (2_100_000, Verdict::Undecided),
        (1_500_000, Verdict::DoesNotHold),
    ] {
        assert_verdict(&of(2 << 30, large_ns), LONGER, verdict);
        assert_verdict(&of(100 << 20, large_ns), LONGER, Verdict::NotAtThisScale);
    }
    let one_size = |record: &mut RunRecord| {
        record.checkpoints = Some(checkpoints(2_000_000, &[(1, 1); 20]));
    };
    let evidence = evidence(&[(automatic(1e6), &one_size)]);
    assert_verdict(&evidence, LONGER, Verdict::NotMeasured);
}

#[test]
fn a_case_that_the_keys_do_not_single_out_is_no_evidence() {
    let change =
        |record: &mut RunRecord| record.checkpoints = Some(checkpoints(150_000_000, &[(1, 1); 9]));
    let every_10k = |label| made(label, "after_ack:records=10000:passive", "0", 1e6);
    let one = evidence(&[(every_10k("after-ack-10k-records"), &change)]);
    assert_verdict(&one, EVERY_10K, Verdict::Holds);
    let beside_a_reader = Made {
        axes: [every_10k("x").axes, vec![("concurrent_reader", "reader".to_owned())]].concat(),
        ..every_10k("after-ack-10k-records-reader")
    };
    let only = evidence(&[(beside_a_reader, &change)]);
    assert_verdict(&only, EVERY_10K, Verdict::NotMeasured);
    assert!(claim(&only, EVERY_10K).shown.contains("no concurrent_reader"), "a reader is one");
}
