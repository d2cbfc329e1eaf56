//! What cannot be run is refused.

use std::num::{NonZeroU32, NonZeroUsize};
use std::time::Duration;

use log_driver::{Answers, Outages, Plan, Rate, SinkSpec, Topology};

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
        (Plan { messages: None, ..plan() }, "messages"),
    ];
    for (plan, named) in refused {
        let error = place.run(&plan).expect_err(named).to_string();
        assert!(error.starts_with(named) && error.contains(": expected "), "{error}");
    }
}
