//! What the native log's own question says.

use measure::record::{AxisValue, BaseCase, RunRecord};
use measure::spread::Spread;
use report::evidence::Evidence;

use crate::made_up::{FLOOR_NS, Made, evidence_of, question};
use crate::says::{assert_says, assert_silent, resolving};

const AXES: [(&str, &str); 6] = [
    ("space", "recycled"),
    ("sync_method", "fdatasync"),
    ("driver", "closed"),
    ("flusher", "waiters"),
    ("place", "disk"),
    ("packets", "encoded"),
];

/// A case that deviates from the base in the named axes and takes so long beyond the floor.
fn log(records: u64, overhead_ns: f64, deviations: &[(&str, &'static str)]) -> Made {
    let value = |(axis, value)| {
        let deviating = deviations.iter().find(|(deviating, _)| *deviating == axis);
        (axis, deviating.map_or(value, |(_, value)| *value))
    };
    let label = deviations.iter().map(|(_, value)| format!("-{value}")).collect::<String>();
    let made = Made::log("native_log", records, FLOOR_NS + overhead_ns).on(&AXES.map(value));
    Made { label: format!("recycled{label}"), ..made }
}

fn evidence(cases: Vec<Made>) -> Evidence {
    let cases = resolving(cases, 1.01);
    let mut question = question(&cases, "records_per_packet", &[]);
    let axis = |(axis, value): (&str, &str)| AxisValue { axis: axis.into(), value: value.into() };
    question.bases = vec![BaseCase { engine: "native-log".into(), axes: AXES.map(axis).to_vec() }];
    evidence_of(&cases, question)
}

#[test]
fn the_overhead_is_held_against_the_target() {
    let evidence = evidence(vec![
        log(400, 4_000.0, &[]),
        log(4_096, 40_000.0, &[]),
        log(16, 5_100.0, &[]),
        log(1, -20_000.0, &[]),
        log(400, 2_000.0, &[("packets", "ready")]),
    ]);
    assert_says(
        &evidence,
        "At 400 records per packet, their encoding included, the log takes 4.0 us (3.2 to 4.8) beyond the \
         floor of 100 us (96 % of the ack); target 6.2 us: reached.",
    );
    assert_says(
        &evidence,
        "At 400 records per packet, handed bytes, the log takes 2.0 us (1.2 to 2.8) beyond the floor",
    );
    assert_says(&evidence, "the log takes 40.0 us (38.9 to 41.1)");
    assert_says(&evidence, "target 17.3 us: missed.");
    assert_says(&evidence, "target 5.0 us: not resolvable in this mood of the disk.");
    assert_says(&evidence, "not judged, because what takes less than its floor has no floor");
    assert_silent(&evidence, "again");
    let few = Made { pieces_kept: 5, ..log(400, 4_000.0, &[]) };
    assert_says(&self::evidence(vec![few]), "target 6.2 us: not judged, for lack of pieces.");
}

#[test]
fn the_medians_of_the_pieces_are_held_against_the_target_where_they_are_known() {
    let mut evidence = evidence(vec![log(400, 40_000.0, &[])]);
    let pairs = evidence.records[0].pairs.as_mut().unwrap();
    pairs.median_overhead_ns = Spread::of(vec![2_000.0; 8]);
    assert_says(&evidence, "the log takes 2.0 us (2.0 to 2.0) beyond the floor of 100 us");
}

#[test]
fn options_are_told_apart_by_whether_they_matter() {
    let with_growing = |overhead_ns| {
        evidence(vec![
            log(400, 20e3, &[]),
            log(400, overhead_ns, &[("space", "growing")]),
            log(400, 20.2e3, &[("space", "zeroed")]),
            log(400, 20.4e3, &[("sync_method", "fsync")]),
        ])
    };
    let dearer = with_growing(200e3);
    assert_says(
        &dearer,
        "Space against recycled: fewer records/s: growing by 2.50 (2.48 to 2.52); no difference that this run \
         can resolve (1.0 %): zeroed (1.00).",
    );
    assert_says(&dearer, "Sync method against fdatasync: no difference that this run can resolve");
    assert_says(&with_growing(0.0), "Space against recycled: more records/s: growing by 1.20");
    assert_silent(&dearer, "Flusher");
}

#[test]
fn an_option_of_many_appenders_is_held_against_as_many() {
    let (many, own) = (("driver", "appenders:threads=16"), ("flusher", "own_thread"));
    let evidence =
        evidence(vec![log(1, 20e3, &[]), log(1, -50e3, &[many]), log(1, 0.0, &[many, own])]);
    assert_says(
        &evidence,
        "Flusher against waiters: fewer records/s: own_thread (appenders:threads=16) by 2.00",
    );
}

#[test]
fn appenders_are_held_against_one_by_their_rates() {
    let driven = |driver, merged: f64, packet_ns| {
        let case = log(1, packet_ns - FLOOR_NS, &[("driver", driver)]);
        case.with("merged_packets_per_commit", merged)
    };
    let evidence = evidence(vec![
        log(1, 20e3, &[]),
        driven("appenders:threads=1", 1.0, 110e3),
        driven("appenders:threads=4", 2.0, 44e3),
        driven("in_flight:packets=1024", 500.0, 1.1e3),
    ]);
    assert_says(
        &evidence,
        "At 1 record per packet, against one appender: more records/s: appenders:threads=4 by 2.50 (2.48 to 2.52), \
         in_flight:packets=1024 by 100",
    );
}

#[test]
fn merged_commits_are_compared_by_rates_though_their_pieces_are_kept() {
    // A commit of four packets takes twice as long as one of a single packet: that is twice the rate.
    let evidence = evidence(vec![
        log(1, 10e3, &[("driver", "appenders:threads=1")]),
        log(1, -45e3, &[("driver", "appenders:threads=4")]).with("merged_packets_per_commit", 4.0),
    ]);
    let mut evidence = evidence;
    let merged: &mut RunRecord = &mut evidence.records[1];
    merged.pairs.as_mut().unwrap().ratios.iter_mut().for_each(|ratio| *ratio *= 4.0);
    assert_says(&evidence, "more records/s: appenders:threads=4 by 2.00");
}

#[test]
fn what_a_record_takes_in_memory_is_told_by_its_rate() {
    let never = [("sync_method", "never"), ("place", "memory")];
    let in_memory = |records, packet_ns: f64| Made {
        filesystem: "tmpfs",
        ..log(records, packet_ns - FLOOR_NS, &never).syncs(0.0)
    };
    let evidence = evidence(vec![log(400, 4e3, &[]), in_memory(1, 930.0), in_memory(400, 4_520.0)]);
    assert_says(
        &evidence,
        "In memory without a sync, a record takes 930 ns (927 to 933) at 1 record per packet, 11.3 ns (11.3 \
         to 11.3) at 400 records per packet.",
    );
}
