//! However a run ends, no ack is lost.

use std::num::NonZeroU32;
use std::time::Duration;

use log_driver::{Answers, End, Observer, Plan, Rate, SinkSpec, Topology};
use measure::record::QueueSlice;

use crate::common::{Place, quick_plan};

/// Asks to end once so many messages are deleted.
struct EndsAfter(u64);

impl Observer for EndsAfter {
    fn asks_to_end(&mut self) -> bool {
        self.0 == 0
    }

    fn see(&mut self, slice: &QueueSlice) {
        self.0 = self.0.saturating_sub(slice.counts.deleted);
    }
}

#[test]
fn an_interrupted_run_loses_no_ack() {
    for topology in [Topology::SharedUnbounded, Topology::TwoBoundedTimeout] {
        let place = Place::new();
        let plan = Plan {
            messages: None,
            rate: Rate::Bursts(NonZeroU32::new(1_000).expect("not zero")),
            slice: Duration::from_millis(20),
            ..quick_plan(topology, 1)
        };
        let outcome = plan.run(&place.input, place.store(), &mut EndsAfter(200)).expect("runs");
        assert_eq!(outcome.end, End::Interrupted);
        assert!(outcome.counts.deleted >= 200);
        assert_eq!(outcome.kept.unanswered, 0);
        assert_eq!(outcome.counts.deleted, outcome.counts.delivered, "each ack was obeyed");
        assert_eq!(outcome.verified.waiting, 0);
    }
}

#[test]
fn a_sink_that_never_answers_loses_nothing_and_is_told() {
    let place = Place::new();
    let sink = SinkSpec { answers: Answers::Never, ..SinkSpec::OF_THE_DOCUMENT };
    let answer_max = Duration::from_millis(100);
    let plan = Plan { sink, answer_max, ..quick_plan(Topology::TwoFair, 30) };
    let outcome = place.run(&plan).expect("ends");
    assert_eq!(outcome.end, End::Complete);
    assert_eq!((outcome.kept.unanswered, outcome.verified.waiting), (30, 30));
    assert_eq!(outcome.verified.delivered, 0);
}

#[test]
fn a_source_stops_when_its_time_is_over() {
    let place = Place::new();
    let plan = Plan {
        messages: None,
        source_time_max: Some(Duration::from_millis(50)),
        rate: Rate::Sleep(Duration::from_millis(1)),
        ..quick_plan(Topology::AcksFirst, 1)
    };
    let outcome = place.run(&plan).expect("runs");
    assert_eq!(outcome.end, End::Complete);
    assert!(outcome.counts.inserted > 0);
    assert_eq!(outcome.verified.waiting, 0);
}
