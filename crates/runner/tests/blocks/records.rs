//! What a record tells of a case that does not pause.

use std::path::Path;

use measure::record::RunRecord;
use runner::blocks::{Measured, Subject};
use runner::case::{Case, CaseId};
use runner::record::{CaseName, Context, costs, run_record};

use crate::common::{measured, votes, wal};

fn record(case: &Case, measured: &Measured) -> RunRecord {
    let id = CaseId { label: "case".into(), parameter: 10 };
    let name = CaseName { question: "small", id: &id, repeats: None, baseline: None };
    let scratch = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let context = Context { name, case, seed: 1, cost: None, scratch };
    run_record(context, measured).expect("a record")
}

#[test]
fn rates_are_of_all_operations_over_all_time_with_what_was_owed_and_drained() {
    let case = Case::new(wal(100), votes()).continuously();
    let measured = measured(case.clone());
    let record = record(&case, &measured);
    let (mut operations, mut acked_ns, mut owed_ns) = (0.0, 0.0, 0.0);
    for replicate in &record.blocks.as_ref().expect("in blocks").replicates {
        let of_replicate = replicate.operations as f64;
        operations += of_replicate;
        acked_ns += replicate.pieces.iter().map(|piece| piece.elapsed_ns as f64).sum::<f64>();
        owed_ns += of_replicate * replicate.owed_ns_per_operation;
    }
    let figure = |name: &str| record.extra[name];
    let is_near = |figure: f64, expected: f64| (figure / expected - 1.0).abs() < 1e-6;
    assert!(owed_ns > 0.0);
    assert!(is_near(figure("acked_per_second_by_totals"), 1e9 * operations / acked_ns));
    assert!(is_near(
        figure("drained_per_second_by_totals"),
        1e9 * operations / (acked_ns + owed_ns)
    ));
}

#[test]
fn checkpoints_of_its_own_are_counted_over_all_blocks_and_the_tail_is_explained() {
    let case = Case::new(wal(100), votes()).continuously().with_reader();
    let measured = measured(case.clone());
    let record = record(&case, &measured);
    let checkpoints = record.checkpoints.as_ref().expect("checkpoints");
    assert_eq!(record.extra["own_checkpoints"], checkpoints.count as f64);
    let callers: Vec<&str> = checkpoints.callers.iter().map(|it| it.caller.as_str()).collect();
    assert_eq!(callers, ["commit"]);
    let in_wals = checkpoints.calls.frames_in_wal.iter().flatten().sum::<u64>();
    assert!(checkpoints.frames_copied > 0 && checkpoints.frames_copied <= in_wals);
    let attribution = record.attribution.as_ref().expect("attributed");
    assert_eq!(attribution.acks, record.ack_latency_ns.count);
    let growth = record.growth.as_ref().expect("steps");
    let first = &record.blocks.as_ref().expect("in blocks").replicates[0];
    assert_eq!(growth.iter().map(|it| it.operations).sum::<u64>(), first.operations);
    for name in ["reader_reads", "reader_reads_per_second", "reader_ns_longest", "wal_bytes_max"] {
        assert!(record.extra[name] > 0.0, "{name}");
    }
}

#[test]
fn an_open_loop_costs_nothing_in_yardsticks_and_its_rate_is_recorded() {
    use std::num::NonZeroU8;

    use runner::case::Load;
    use runner::driver::{Arrivals, Driver, OfferedRate};

    let rate = OfferedRate::PercentOfSaturation(NonZeroU8::new(20).expect("not zero"));
    let driver = Driver::OpenLoop { rate, arrivals: Arrivals::Paced };
    let case = Case::new(wal(100), Load { driver, ..votes() }).continuously();
    let measured = measured(case.clone());
    let record = record(&case, &measured);
    let offered = record.extra["offered_packets_per_second"];
    assert!((record.records_per_second.median / (10.0 * offered) - 1.0).abs() < 0.5);
    assert!(record.pairs.is_none() && record.floor.is_some());
    let axis = record.case.axes.iter().find(|axis| axis.axis == "driver").expect("a driver");
    assert_eq!(axis.value, "open:paced:percent=20", "its name is not the rate");
    let subject = Subject { id: "case", case: &case, group: "all", base: &case };
    assert_eq!(costs(&[subject], &[Ok(measured)]), [None]);
}
