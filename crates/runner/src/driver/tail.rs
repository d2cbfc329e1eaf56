//! What a recorder keeps to tell why some acks were slow.

use std::time::Duration;

use measure::attribution::{AckSpan, SlowAcks};
use measure::latency::LatencyHistogram;
use measure::nanoseconds;
use write_path::WritePath;

use crate::error::RunnerError;

/// Whether a recorder keeps what explains a tail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TraceLevel {
    /// Latencies alone, which costs next to nothing.
    Latencies,
    /// The moments of the slowest acks too, and whether a commit began the WAL anew, which takes a
    /// look into a file after each ack.
    Tails,
}

/// The slowest acks, and how late the driver was.
#[derive(Debug, Default)]
pub struct Tail {
    /// The slowest acks.
    pub slow_acks: SlowAcks,
    /// How late packets were handed in although the path was free.
    pub driver_lateness: LatencyHistogram,
}

/// Collects a [`Tail`].
#[derive(Debug)]
pub(super) struct TailRecorder {
    trace_level: TraceLevel,
    tail: Tail,
    wal_resets: Option<u64>,
}

impl TailRecorder {
    pub(super) fn new(trace_level: TraceLevel) -> Self {
        Self { trace_level, tail: Tail::default(), wal_resets: None }
    }

    /// Whether noting an ack takes time that belongs to no ack.
    pub(super) fn traces_tails(&self) -> bool {
        self.trace_level == TraceLevel::Tails
    }

    /// Notes an ack; whether it began the WAL anew is found out here.
    pub(super) fn note(&mut self, span: AckSpan, path: &dyn WritePath) -> Result<(), RunnerError> {
        if self.traces_tails() {
            let before = std::mem::replace(&mut self.wal_resets, path.inspect().wal_resets()?);
            let began_wal_anew =
                before.zip(self.wal_resets).is_some_and(|(before, now)| now > before);
            self.tail.slow_acks.note(AckSpan { began_wal_anew, ..span });
        }
        Ok(())
    }

    /// Notes how late the driver was for a path that was free.
    pub(super) fn driver_was_late(&mut self, late: Duration) {
        self.tail.driver_lateness.record_ns(nanoseconds(late));
    }

    pub(super) fn take(&mut self) -> Tail {
        std::mem::take(&mut self.tail)
    }
}
