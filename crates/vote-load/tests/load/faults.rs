//! Planted faults: a load must see each of them.

use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

use runner::RunnerError;
use vote_load::{LoadError, Subject};
use write_path::{
    Admission, AxisValue, Counters, Digest, Inspect, Packet, PathFacts, PathSpec, Ticket,
    WriteError, WritePath,
};

use crate::common::{point, run, small_load, subject};

/// A path with a fault.
#[derive(Debug)]
struct Faulty {
    inner: Arc<dyn PathSpec>,
    fault: Fault,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    /// The 20th packet is acked and forgotten.
    ForgetsPacket,
    /// The 20th packet fails.
    Fails,
}

struct FaultyPath {
    inner: Box<dyn WritePath>,
    fault: Fault,
    packets: u64,
}

impl PathSpec for Faulty {
    fn engine(&self) -> AxisValue {
        self.inner.engine()
    }
    fn axes(&self) -> Vec<AxisValue> {
        self.inner.axes()
    }
    fn facts(&self) -> PathFacts {
        PathFacts::of(self.inner.facts().promise)
    }
    fn open(&self, directory: &Path) -> Result<Box<dyn WritePath>, WriteError> {
        let inner = self.inner.open(directory)?;
        Ok(Box::new(FaultyPath { inner, fault: self.fault, packets: 0 }))
    }
    fn recover(&self, directory: &Path) -> Result<Digest, WriteError> {
        self.inner.recover(directory)
    }
}

impl WritePath for FaultyPath {
    fn submit(&mut self, packet: &Packet) -> Result<Ticket, WriteError> {
        self.packets += 1;
        match (self.packets, self.fault) {
            (20, Fault::ForgetsPacket) => self.inner.submit(&Packet::new(Vec::new())),
            (20, Fault::Fails) => Err(WriteError::Stopped),
            _ => self.inner.submit(packet),
        }
    }
    fn wait(&mut self, ticket: Ticket) -> Result<(), WriteError> {
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

    fn admission(&self) -> Admission<'_> {
        Admission::Serial
    }
    fn close(self: Box<Self>) -> Result<(), WriteError> {
        self.inner.close()
    }
}

fn faulty(fault: Fault) -> Subject {
    let inner = subject("appended").spec;
    Subject::named("faulty", Arc::new(Faulty { inner, fault }))
}

#[test]
fn a_packet_that_is_acked_and_forgotten_voids_the_point() {
    let error = run(&point(small_load(), 4_000), &faulty(Fault::ForgetsPacket));
    assert!(matches!(error, Err(LoadError::Runner(RunnerError::Unfaithful { .. }))), "{error:?}");
}

#[test]
fn a_failing_path_ends_the_point_and_leaves_no_client_asleep() {
    let error = run(&point(small_load(), 4_000), &faulty(Fault::Fails));
    assert!(matches!(error, Err(LoadError::Path(WriteError::Stopped))), "{error:?}");
}
