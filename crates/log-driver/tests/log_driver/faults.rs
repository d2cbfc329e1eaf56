//! What cannot be run is refused, and what fails loses nothing that was acked.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::time::Duration;

use log_driver::{Answers, DriverError, Outages, Plan, Rate, SinkSpec, Topology};
use sqlite_builds::InjectedError;
use write_path::sqlite::JournalMode;

use crate::common::{Place, quick_plan};

#[test]
fn settings_that_cannot_be_run_are_refused_by_name() {
    let place = Place::new();
    let plan = || quick_plan(Topology::SharedUnbounded, 10);
    let sink = |sink| Plan { sink, ..plan() };
    let document = SinkSpec::OF_THE_DOCUMENT;
    let second = Duration::from_secs(1);
    let refused = [
        (Plan { channel_capacity: NonZeroUsize::new(5), ..plan() }, "channel capacity"),
        (Plan { rate: Rate::Sleep(Duration::ZERO), ..plan() }, "rate"),
        (sink(SinkSpec { answers: Answers::Acks { refused: 1.5 }, ..document }), "share"),
        (sink(SinkSpec { answers: Answers::Acks { refused: f64::NAN }, ..document }), "share"),
        (
            sink(SinkSpec { outages: Some(Outages { every: second, length: second }), ..document }),
            "outages",
        ),
        (sink(SinkSpec { batch_max: NonZeroU32::MAX, ..document }), "batch"),
        (Plan { slice: Duration::ZERO, ..plan() }, "slice"),
    ];
    for (plan, named) in refused {
        let error = place.run(&plan).expect_err(named);
        assert!(matches!(error, DriverError::Conflict { .. }), "{error}");
        assert!(error.to_string().starts_with(named), "{error}");
    }
}

/// The disk is full at some write. The run ends with an error, and what was acked is there.
#[test]
fn a_full_disk_ends_the_run_and_the_next_one_delivers_what_was_acked() {
    let place = Place::new();
    let plan = Plan {
        rate: Rate::Fast,
        messages: NonZeroU64::new(200),
        ..Plan::of_the_document(JournalMode::Wal)
    };
    let plan = Plan { store: crate::common::quick_store(), ..plan };
    let build = sqlite_builds::find("bundled").expect("compiled").activate().expect("free");
    let nth = NonZeroU64::new(300).expect("not zero");
    let fault = build.fail_write(nth, InjectedError::NoSpace).expect("armed");
    let error = place.run(&plan).expect_err("the disk is full").to_string();
    assert!(error.contains("full"), "{error}");
    drop(fault);
    let next = Plan { first_number: 1_000, ..quick_plan(Topology::TwoFair, 5) };
    let outcome = place.run(&next).expect("runs");
    assert_eq!(outcome.verified.waiting, 0);
    assert_eq!(outcome.counts.deleted, outcome.counts.redelivered + 5);
}
