//! Cases that are offered a share of a saturation: all of them the same.

use std::num::NonZeroU8;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use measure::latency::LatencyHistogram;
use runner::case::{Case, Load};
use runner::driver::{Arrivals, Driver, OfferedRate};
use write_path::sqlite::SqliteSpec;
use write_path::{
    AxisValue, Counters, Digest, Inspect, PathFacts, PathSpec, WriteError, WritePath,
};

use crate::common::{run, votes, wal};

/// SQLite that takes long to open, and each commit of which takes so much longer.
#[derive(Debug)]
struct Slow {
    spec: SqliteSpec,
    delay: Duration,
}

struct SlowPath {
    inner: Box<dyn WritePath>,
    delay: Duration,
}

impl PathSpec for Slow {
    fn engine(&self) -> AxisValue {
        self.spec.engine()
    }
    fn axes(&self) -> Vec<AxisValue> {
        self.spec.axes()
    }
    fn facts(&self) -> PathFacts {
        PathFacts::of(self.spec.facts().promise)
    }
    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        Ok(Box::new(SlowPath { inner: self.spec.open(directory)?, delay: self.delay }))
    }
    fn for_audit(&self) -> Option<Arc<dyn PathSpec>> {
        self.spec.for_audit()
    }
    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        self.spec.recover(directory)
    }
}

impl WritePath for SlowPath {
    fn submit(&mut self, packet: &write_path::Packet) -> Result<write_path::Ticket, WriteError> {
        self.inner.submit(packet)
    }
    fn wait(&mut self, ticket: write_path::Ticket) -> Result<(), WriteError> {
        thread::sleep(self.delay);
        self.inner.wait(ticket)
    }
    fn after_ack(&mut self) -> Result<(), WriteError> {
        self.inner.after_ack()
    }
    fn drain(&mut self) -> Result<(), WriteError> {
        self.inner.drain()
    }
    fn counters(&self) -> Counters {
        self.inner.counters()
    }

    fn inspect(&self) -> &dyn Inspect {
        self.inner.inspect()
    }

    fn admission(&self) -> write_path::Admission<'_> {
        self.inner.admission()
    }
    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.close()
    }
}

#[test]
fn a_slow_case_is_offered_as_much_as_the_others_and_its_queue_shows_it() {
    let rate = OfferedRate::PercentOfSaturation(NonZeroU8::new(50).expect("not zero"));
    let half = Load { driver: Driver::OpenLoop { rate, arrivals: Arrivals::Poisson }, ..votes() };
    let slow = |delay| Slow { spec: wal(0), delay };
    // Of 10 ms a packet half load is one each 20 ms: more than a path of 30 ms can take.
    let cases = [10, 30].map(|milliseconds| {
        Case::new(slow(Duration::from_millis(milliseconds)), half).continuously()
    });
    let (run, failures) = run(&cases);
    assert_eq!(failures, [""; 0]);
    let [base, slower] = run.cases.try_into().expect("two");
    let (base, slower) = (base.expect("measured"), slower.expect("measured"));
    let offered = base.offered_per_second.expect("an open loop");
    assert_eq!(slower.offered_per_second, Some(offered), "one rate for all");
    assert!((20.0..=50.0).contains(&offered), "half of at most 100 packets per second: {offered}");
    assert_eq!(base.work.units_per_piece, slower.work.units_per_piece);
    let packets = slower.work.units_per_piece;
    assert!(packets >= 4, "{packets}");
    let acks = |measured: &runner::blocks::Measured| {
        let each = measured.replicates.iter().map(|it| &it.totals.acks);
        let shortest = each.clone().filter_map(LatencyHistogram::shortest).min().expect("acks");
        (shortest, each.filter_map(LatencyHistogram::longest).max().expect("acks"))
    };
    let ((base_shortest, _), (shortest, longest)) = (acks(&base), acks(&slower));
    assert!(shortest > base_shortest, "{shortest} {base_shortest}");
    // Packets come faster than it takes them, so some wait behind others: a stall would only lengthen that.
    assert!(longest > shortest + shortest / 4, "sojourn from the due time: {longest} {shortest}");
    let late = base.replicates.iter().map(|it| it.tail.driver_lateness.count()).sum::<u64>();
    assert!(late > 0, "how late the driver was is noted");
}
