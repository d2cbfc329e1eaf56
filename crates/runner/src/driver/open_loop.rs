//! Packets at their own times, whether the path is free or not.

use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval};
use measure::nanoseconds;
use write_path::{Packet, WritePath};

use super::recorder::{Ack, AckStages, Recorder};
use super::schedule::Schedule;
use crate::error::RunnerError;
use crate::sleep::{be_punctual, sleep_until};

/// Hands packets in at scheduled times, one commit after the other. A packet that comes while the path
/// is busy waits, and its latency runs from the time at which it came.
#[derive(Debug)]
pub struct OpenLoop {
    pub(super) schedule: Schedule,
    /// The schedule's time when packets were driven last. It stands still in between.
    stopped_at: Duration,
}

impl OpenLoop {
    pub(super) fn new(schedule: Schedule) -> Self {
        be_punctual();
        Self { schedule, stopped_at: Duration::ZERO }
    }

    /// Hands in every packet at its time and returns when the last is acked: how long that took.
    pub(super) fn run(
        &mut self,
        path: &mut dyn WritePath,
        packets: &[Packet],
        recorder: &mut Recorder,
    ) -> Result<Duration, RunnerError> {
        let begin = Instant::now();
        let origin = begin - self.stopped_at;
        let mut free = begin;
        for (packet, due) in packets.iter().zip(self.schedule.by_ref()) {
            let due = origin + due;
            wait_until(due, path, recorder)?;
            let begun = Instant::now();
            let ticket = path.submit(packet)?;
            let inserted = Instant::now();
            path.wait(ticket)?;
            let acked = Instant::now();
            recorder.acked(packet.len());
            path.after_ack()?;
            let done = Instant::now();
            let queued = Interval { begin: due, end: due.max(free) };
            let driver_late = begun.saturating_duration_since(queued.end);
            if free <= due {
                recorder.tail.driver_lateness.record_ns(nanoseconds(driver_late));
            }
            recorder.ack(&Ack { handed_in: due, acked, operations: packet.len() });
            recorder.stages(&AckStages { begun, inserted, acked, done });
            let span =
                AckSpan { queued, driver_late, begun, inserted, acked, began_wal_anew: false };
            recorder.span(span, path)?;
            free = done;
        }
        self.stopped_at = origin.elapsed();
        Ok(begin.elapsed())
    }
}

/// Sleeps until a packet is due. If there is time, the sizes of what is stored are looked at.
fn wait_until(
    due: Instant,
    path: &dyn WritePath,
    recorder: &mut Recorder,
) -> Result<(), RunnerError> {
    let now = Instant::now();
    if due > now {
        recorder.sample_if_due(now, path)?;
    }
    sleep_until(due)
}
