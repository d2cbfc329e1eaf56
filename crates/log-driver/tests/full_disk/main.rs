//! A full disk, in a process of its own: the fault counts the writes of all of its threads.

#[path = "../log_driver/common.rs"]
mod common;

use std::num::NonZeroU64;

use log_driver::{Plan, Topology};
use sqlite_builds::InjectedError;

use common::{Place, quick_plan};

/// The disk is full at some write. The run ends with an error, and what was acked is there.
#[test]
fn a_full_disk_ends_the_run_and_the_next_one_delivers_what_was_acked() {
    let place = Place::new();
    let plan = quick_plan(Topology::SharedUnbounded, 200);
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
