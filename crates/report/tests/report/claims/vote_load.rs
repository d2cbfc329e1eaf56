//! `vote_load`: verdicts from the points of load curves.

use measure::record::{ClampedRecord, LoadRecord, RunRecord};
use report::claims::Verdict;
use report::evidence::Evidence;

use super::{assert_verdict, claim, evidence};
use crate::made_up::Made;

/// A point of the document's path with so many clients, which falls behind or not.
fn point(clients: &'static str, target: u32, acked: f64, behind: bool) -> (Made, bool) {
    let label = format!("arm-a-{clients}");
    let made = Made::sqlite("vote_load", &label, target.into(), 1e9 / acked);
    let made = Made { records_per_packet: 1, ..made }.on(&[
        ("path", "arm-a"),
        ("clients", clients),
        ("write_every", "1"),
        ("keys", "uniform"),
    ]);
    (made, behind)
}

fn load(record: &mut RunRecord, is_saturated: bool) {
    let histogram = record.ack_latency_ns.histogram().unwrap();
    record.load = Some(LoadRecord {
        target_per_second: record.case.parameter.unwrap() as u32,
        warm_up_seconds: 0.3,
        run_seconds: 1.2,
        sojourn_p95: None,
        sojourn_clamped: ClampedRecord::of(&histogram, 100_000_000),
        remote_ns: record.ack_latency_ns.clone(),
        read_sojourn_ns: None,
        read_remote_ns: None,
        lateness_ns: record.ack_latency_ns.clone(),
        is_generator_bound: false,
        votes_per_commit: Some(400.0),
        backlog_begin: None,
        backlog_end: None,
        backlog_growth_per_second: None,
        is_saturated,
        end: "complete".into(),
        given_up_operations: 0,
        knee_p99_max_ns: None,
        beyond_limit: None,
        verdict: None,
        moments: None,
        yardsticks: None,
    });
}

fn curves(points: &[(Made, bool)]) -> Evidence {
    let (behind, kept_up) = (
        |record: &mut _| load(record, true),
        |record: &mut _| {
            load(record, false);
        },
    );
    let changed: Vec<super::Changed<'_>> = points
        .iter()
        .map(|(made, is_behind)| {
            let change: &dyn Fn(&mut RunRecord) = if *is_behind { &behind } else { &kept_up };
            (made.clone(), change)
        })
        .collect();
    evidence(&changed)
}

const PACKET: &str = "soup/merged-packet-of-10-ms";
const CEILING: &str = "soup/ceiling-under-load";
const LARGER: &str = "soup/larger-batches-under-load";

#[test]
fn the_most_that_is_acked_and_its_packet_are_held_against_the_documents() {
    let claimed = curves(&[point("4", 12_500, 12_500.0, false), point("4", 50_000, 27e3, true)]);
    assert_verdict(&claimed, CEILING, Verdict::Holds);
    assert_verdict(&claimed, PACKET, Verdict::Holds);
    assert_eq!(claim(&claimed, PACKET).cases, ["arm-a-4/50000"]);
    assert!(claim(&claimed, PACKET).shown.starts_with("15 ms ("), "400 votes at 27 k/s");
    let faster = curves(&[point("4", 800_000, 500e3, true)]);
    assert_verdict(&faster, CEILING, Verdict::NotAtThisScale);
    assert_verdict(&faster, PACKET, Verdict::NotAtThisScale);
    let kept_up = curves(&[point("4", 25_000, 25e3, false)]);
    assert_verdict(&kept_up, CEILING, Verdict::NotMeasured);
    let shown = claim(&kept_up, CEILING).shown;
    assert!(shown.contains("no rate at which the path fell behind"), "{shown}");
}

#[test]
fn larger_batches_help_where_clients_that_do_not_wait_get_more() {
    let of =
        |free| curves(&[point("4", 50_000, 28e3, true), point("unlimited", 100_000, free, true)]);
    assert_verdict(&of(60e3), LARGER, Verdict::DoesNotHold);
    assert_verdict(&of(22e3), LARGER, Verdict::Holds);
    assert_verdict(&of(30e3), LARGER, Verdict::Undecided);
}
