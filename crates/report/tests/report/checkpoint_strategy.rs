//! What the question about checkpoint strategies says, and what becomes of the claims.

use measure::attribution::Cause;
use measure::record::{
    AttributionRecord, CauseRecord, CheckpointColumns, CheckpointsRecord, GrowthPoint, RunRecord,
    SlowAckColumns,
};
use report::claims::{Claim, Verdict, claims};
use report::evidence::Evidence;
use report::model::QuestionModel;
use report::resolution::QuestionResolution;

use crate::made_up::{Made, question};

const STALL: &str = "an automatic checkpoint stalls";
const BEHIND: &str = "moving the checkpoint behind the ack";
const NO_OP: &str = "under constant writes a passive checkpoint";
const UNBOUND: &str = "with such a thread the WAL grows";
const LONGER: &str = "a checkpoint takes the longer";
const LARGER_WAL: &str = "a larger WAL slows writes too";

/// A case of one strategy on the table with the index, as fast as it acks.
fn made(label: &str, strategy: &str, pages: &str, packet_ns: f64) -> Made {
    let made = Made::sqlite("checkpoint_strategy", label, 400, packet_ns);
    made.on(&[
        ("table", "indexed"),
        ("wal_autocheckpoint", pages),
        ("journal_size_limit", "-1"),
        ("checkpoint_strategy", strategy),
        ("driver", "closed loop"),
    ])
}

fn automatic(packet_ns: f64) -> Made {
    made("auto1000", "automatic", "1000", packet_ns)
}

fn after_ack(packet_ns: f64) -> Made {
    made("ack100kr", "passive after the ack, every 100000 records", "0", packet_ns)
}

fn background(packet_ns: f64) -> Made {
    made("bg50ms", "passive in the background, every 50 ms", "0", packet_ns)
}

fn checkpoints(p50_ns: u64, frames_copied: u64) -> CheckpointsRecord {
    CheckpointsRecord {
        count: 20,
        hindered: 0,
        longest_ns: p50_ns,
        p50_ns,
        total_ns: 20 * p50_ns,
        time_share: 0.5,
        frames_copied,
        callers: vec![],
        calls: CheckpointColumns::default(),
    }
}

/// A hundred slow acks, so many of which a checkpoint of their own thread stalled.
fn attribution(stalled: u64, longest_ns: u64) -> AttributionRecord {
    let cause = |cause, acks, longest_ns| CauseRecord {
        cause,
        acks,
        acks_p999: acks / 10,
        longest_ns,
        total_ns: acks * longest_ns,
    };
    AttributionRecord {
        acks: 10_000,
        slowest: 100,
        threshold_ns: 1_000_000,
        explained_share: 1.0,
        explained_share_p999: Some(0.97),
        causes: vec![
            cause(Cause::OwnCheckpoint, stalled, longest_ns),
            cause(Cause::OwnSync, 100 - stalled, 2_000_000),
        ],
        slow_acks: SlowAckColumns::default(),
    }
}

fn growth(rates: &[f64], wal_bytes: u64) -> Vec<GrowthPoint> {
    let steps = rates.len() as u64;
    let point = |(step, rate): (usize, &f64)| GrowthPoint {
        seconds: step as f64,
        operations: 400,
        operations_per_second: *rate,
        database_bytes: 1 << 20,
        wal_bytes: wal_bytes * (step as u64 + 1) / steps,
        insert_ns_p50: None,
        insert_ns_max: None,
        commit_ns_p50: None,
        commit_ns_max: None,
        ack_ns_max: None,
        checkpoints: 0,
        checkpoint_ns_p50: None,
        checkpoint_ns_max: None,
    };
    rates.iter().enumerate().map(point).collect()
}

/// A case, and how its record is changed.
type Changed<'test> = (Made, &'test dyn Fn(&mut RunRecord));

/// The evidence of these cases, each changed as its test wishes, with an A/A pair of the first.
fn evidence(cases: &[Changed<'_>]) -> Evidence {
    let twin = cases[0].0.again(1.01);
    let mut made: Vec<Made> = cases.iter().map(|(made, _)| made.clone()).collect();
    let mut records: Vec<RunRecord> = cases
        .iter()
        .map(|(made, change)| {
            let mut record = made.record();
            change(&mut record);
            record
        })
        .collect();
    records.push(twin.record());
    made.push(twin);
    let base = [("table", "indexed"), ("driver", "closed loop")];
    let question = question(&made, "records_per_packet", &base);
    Evidence::gather(vec![question], records).remove(0)
}

fn claim(evidence: &Evidence, beginning: &str) -> Claim {
    let claims = claims(evidence, &QuestionResolution::of(evidence));
    assert_eq!(claims.len(), 6);
    claims.into_iter().find(|claim| claim.claim.starts_with(beginning)).unwrap()
}

fn assert_verdict(evidence: &Evidence, beginning: &str, verdict: Verdict) {
    let claim = claim(evidence, beginning);
    assert_eq!(claim.verdict, verdict, "{beginning}: {}", claim.shown);
}

fn unchanged(_record: &mut RunRecord) {}

#[test]
fn a_stall_is_judged_by_its_length_and_by_how_many_acks_it_met() {
    let of = |stalled, longest_ns| {
        let change = move |record: &mut RunRecord| {
            record.attribution = Some(attribution(stalled, longest_ns));
        };
        evidence(&[(automatic(1e6), &change)])
    };
    assert_verdict(&of(90, 310_000_000), STALL, Verdict::Holds);
    assert_verdict(&of(90, 30_000_000), STALL, Verdict::NotAtThisScale);
    assert_verdict(&of(10, 310_000_000), STALL, Verdict::DoesNotHold);
    let shown = claim(&of(90, 30_000_000), STALL);
    assert!(shown.shown.starts_with("the longest ack that a checkpoint stalled took 30 ms"));
    assert_eq!(shown.cases, ["auto1000/400"]);
    assert_verdict(&evidence(&[(automatic(1e6), &unchanged)]), STALL, Verdict::NotMeasured);
}

#[test]
fn the_gain_behind_the_ack_is_that_of_the_drained_rates() {
    let of =
        |packet_ns| evidence(&[(automatic(2e6), &unchanged), (after_ack(packet_ns), &unchanged)]);
    assert_verdict(&of(1.2e6), BEHIND, Verdict::Holds);
    assert_verdict(&of(1.7e6), BEHIND, Verdict::NotAtThisScale);
    assert_verdict(&of(2.0e6), BEHIND, Verdict::DoesNotHold);
    assert_verdict(&of(3.0e6), BEHIND, Verdict::DoesNotHold);
    let debt = Made { drained: 0.3, ..after_ack(1.2e6) };
    let evidence = evidence(&[(automatic(2e6), &unchanged), (debt, &unchanged)]);
    assert_verdict(&evidence, BEHIND, Verdict::DoesNotHold);
}

#[test]
fn a_thread_that_copies_is_no_no_op_and_one_that_copies_nothing_is() {
    let of = |frames| {
        let change =
            move |record: &mut RunRecord| record.checkpoints = Some(checkpoints(1_000, frames));
        evidence(&[(background(1e6), &change)])
    };
    assert_verdict(&of(170_000), NO_OP, Verdict::DoesNotHold);
    assert_verdict(&of(0), NO_OP, Verdict::Holds);
    let two_phase = made(
        "two",
        "passive in the background, every 1000 frames; the rest after an ack",
        "0",
        1e6,
    );
    let other = evidence(&[(two_phase, &unchanged)]);
    assert_verdict(&other, NO_OP, Verdict::NotMeasured);
}

#[test]
fn a_wal_without_bound_is_long_and_never_begins_anew() {
    let of = |wal_bytes, resets: f64| {
        let grown = move |record: &mut RunRecord| record.space.wal_bytes_max = Some(wal_bytes);
        let bounded = |record: &mut RunRecord| record.space.wal_bytes_max = Some(4 << 20);
        let thread = background(1e6).with("wal_resets", resets);
        evidence(&[(automatic(1e6), &bounded), (thread, &grown)])
    };
    assert_verdict(&of(400 << 20, 0.0), UNBOUND, Verdict::Holds);
    assert_verdict(&of(400 << 20, 2.0), UNBOUND, Verdict::NotAtThisScale);
    assert_verdict(&of(5 << 20, 30.0), UNBOUND, Verdict::DoesNotHold);
}

#[test]
fn whether_size_makes_checkpoints_longer_takes_two_sizes() {
    let of = |large_bytes: u64, large_ns| {
        let small = |record: &mut RunRecord| {
            record.space.database_bytes = Some(10 << 20);
            record.checkpoints = Some(checkpoints(2_000_000, 1));
        };
        let large = move |record: &mut RunRecord| {
            record.space.database_bytes = Some(large_bytes);
            record.checkpoints = Some(checkpoints(large_ns, 1));
        };
        let at_small = made("fill4m-auto1000", "automatic", "1000", 1e6);
        evidence(&[(automatic(1e6), &large), (at_small, &small)])
    };
    assert_verdict(&of(100 << 20, 8_000_000), LONGER, Verdict::Holds);
    assert_verdict(&of(100 << 20, 2_100_000), LONGER, Verdict::NotAtThisScale);
    assert_verdict(&of(2 << 30, 2_100_000), LONGER, Verdict::DoesNotHold);
    assert_verdict(&evidence(&[(automatic(1e6), &unchanged)]), LONGER, Verdict::NotMeasured);
}

#[test]
fn a_larger_wal_is_judged_by_the_steps_of_a_case_without_checkpoints() {
    let of = |rates: &'static [f64], wal_bytes| {
        let change = move |record: &mut RunRecord| record.growth = Some(growth(rates, wal_bytes));
        evidence(&[(made("base", "automatic", "0", 1e6), &change)])
    };
    let slower = &[2e5, 2e5, 2e5, 1e5, 1e5, 1e5];
    let level = &[2e5, 2e5, 2e5, 2e5, 2e5, 2e5];
    assert_verdict(&of(slower, 400 << 20), LARGER_WAL, Verdict::Holds);
    assert_verdict(&of(level, 400 << 20), LARGER_WAL, Verdict::NotAtThisScale);
    assert_verdict(&of(level, 2 << 30), LARGER_WAL, Verdict::DoesNotHold);
}

#[test]
fn claims_stand_in_the_model_of_their_question_and_of_no_other() {
    let evidence = evidence(&[(automatic(1e6), &unchanged)]);
    let model = QuestionModel::of(&evidence);
    assert_eq!(model.claims.len(), 6);
    assert!(
        report::summary::markdown(&[evidence], None).contains("**Claims**\n\n| claimed | by |")
    );
    let other = Made::sqlite("page_size", "base", 4096, 1e6);
    let other = crate::made_up::evidence(&[other]);
    assert_eq!(QuestionModel::of(&other).claims, []);
    assert!(!report::summary::markdown(&[other], None).contains("**Claims**"));
}

/// The same case with a reader beside its packets.
fn read_beside(case: Made, longest_ns: f64) -> Made {
    let mut axes = case.axes.clone();
    axes.push(("company", "a reader that never rests".into()));
    let read = Made { label: format!("{}-reader", case.label), axes, ..case };
    read.with("reader_reads_per_second", 25_000.0)
        .with("reader_ns_p50", 30_000.0)
        .with("reader_ns_p99", 90_000.0)
        .with("reader_ns_longest", longest_ns)
}

#[test]
fn a_reader_is_told_beside_the_case_without_one() {
    let slower = Made { packet_ns: 3e6, ..automatic(2e6) };
    let evidence = evidence(&[
        (automatic(2e6), &unchanged),
        (background(1e6), &unchanged),
        (read_beside(slower, 4e6), &unchanged),
        (read_beside(background(1.1e6), 2e6), &unchanged),
    ]);
    assert_verdict(&evidence, BEHIND, Verdict::NotMeasured);
    assert_verdict(&evidence, LONGER, Verdict::NotMeasured);

    let model = QuestionModel::of(&evidence);
    let cases: Vec<&str> = model.readers.iter().map(|line| line.case.as_str()).collect();
    assert_eq!(cases, ["auto1000-reader/400", "bg50ms-reader/400"]);
    let acks = model.readers[0].acks_alone.expect("the same case without a reader");
    assert_eq!(acks.acked_per_second.round(), 200_000.0);
    let text = report::table::readers_text(&model, 120);
    assert!(text.contains("  auto1000-reader/400  25.0 k/s     30 us  90 us   4.0 ms  "), "{text}");
    assert!(text.contains("133 k/s (200 k/s)"), "{text}");
    let markdown = report::summary::markdown(&[evidence], None);
    assert!(
        markdown.contains("**Readers beside the packets**\n\n| beside a reader |"),
        "{markdown}"
    );
    let unread = crate::made_up::evidence(&[automatic(1e6)]);
    assert_eq!(report::table::readers_text(&QuestionModel::of(&unread), 120), "");
}
