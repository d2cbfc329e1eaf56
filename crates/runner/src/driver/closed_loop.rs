//! One client: the next packet is due when the previous one is acked.

use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval};
use write_path::{Packet, WritePath};

use super::recorder::{Ack, AckStages, Moments, Recorder};
use crate::error::RunnerError;
use crate::interrupt;

pub(super) fn run(
    path: &mut dyn WritePath,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let mut seen = recorder.take_seen(packets.len());
    let looks_at_each = recorder.traces_tails();
    let mut next_sample = recorder.next_sample();
    let begin = Instant::now();
    let mut client = Client::at(begin, recorder);
    let mut recording = Duration::ZERO;
    for packet in packets {
        interrupt::check()?;
        let ticket = path.submit(packet)?;
        let inserted = Instant::now();
        path.wait(ticket)?;
        let acked = Instant::now();
        recorder.acked(packet.len());
        path.after_ack()?;
        let done = Instant::now();
        seen.push(Moments { inserted, acked, done, operations: packet.len() });
        if looks_at_each || done >= next_sample {
            client.note(&mut seen, path, recorder)?;
            recorder.sample_if_due(done, path)?;
            next_sample = recorder.next_sample();
            // It is not the path's doing, and belongs to no ack and to no rate.
            let recorded_for = done.elapsed();
            recording += recorded_for;
            client.go_on_after(recorded_for);
        }
    }
    let elapsed = begin.elapsed() - recording;
    client.note(&mut seen, path, recorder)?;
    recorder.put_off_until_next(client.queued);
    recorder.give_back_seen(seen);
    Ok(elapsed)
}

/// What the client waits for.
struct Client {
    /// The work that was put off until after the previous ack: the next packet waits for it.
    queued: Interval,
    /// When it handed its next packet in.
    handed_in: Instant,
    /// When the path was free for it: where the ack's own stages start.
    free: Instant,
}

impl Client {
    /// The client's first packet here waits for the work after an ack that was driven before a pause, too.
    fn at(begin: Instant, recorder: &mut Recorder) -> Self {
        let queued = recorder.put_off().unwrap_or(Interval::empty_at(begin));
        Self { queued, handed_in: begin - queued.duration(), free: begin }
    }

    /// Notes the packets that were seen. This is off the clock, since noting takes a good part of what committing a packet in
    /// memory takes.
    #[inline(never)]
    fn note(
        &mut self,
        seen: &mut Vec<Moments>,
        path: &dyn WritePath,
        recorder: &mut Recorder,
    ) -> Result<(), RunnerError> {
        for Moments { inserted, acked, done, operations } in seen.drain(..) {
            let Self { queued, handed_in, free } = *self;
            recorder.ack(&Ack { handed_in, acked, operations });
            recorder.stages(&AckStages { begun: free, inserted, acked, done });
            let driver_late = Duration::ZERO;
            let began_wal_anew = false;
            let span =
                AckSpan { queued, driver_late, begun: free, inserted, acked, began_wal_anew };
            recorder.span(span, path)?;
            let queued = Interval { begin: acked, end: done };
            *self = Self { queued, handed_in: acked, free: done };
        }
        Ok(())
    }

    /// So long nothing was driven.
    fn go_on_after(&mut self, pause: Duration) {
        self.handed_in += pause;
        self.free += pause;
    }
}
