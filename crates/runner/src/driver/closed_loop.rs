//! One client: the next packet is due when the previous one is acked.

use std::time::{Duration, Instant};

use measure::attribution::{AckSpan, Interval};
use write_path::{Packet, WritePath};

use super::watch::{Ack, AckStages, Watch};
use crate::error::RunnerError;
use crate::interrupt;

pub(super) fn run(
    path: &mut dyn WritePath,
    packets: &[Packet],
    watch: &mut Watch,
) -> Result<Duration, RunnerError> {
    let begin = Instant::now();
    let mut watching = Duration::ZERO;
    // The work that was put off until after the previous ack: this packet waits for it, also where
    // that ack was driven before a pause.
    let mut queued = watch.put_off().unwrap_or(Interval::empty_at(begin));
    let mut handed_in = begin - queued.duration();
    // Where that work ended: the ack's own stages start there.
    let mut free = begin;
    for packet in packets {
        interrupt::check()?;
        let ticket = path.submit(packet)?;
        let inserted = Instant::now();
        path.wait(ticket)?;
        let acked = Instant::now();
        watch.acked(packet.len());
        path.after_ack()?;
        let done = Instant::now();
        watch.ack(&Ack { handed_in, acked, operations: packet.len() });
        watch.stages(&AckStages { begun: free, inserted, acked, done });
        let span = AckSpan {
            queued,
            driver_late: Duration::ZERO,
            begun: free,
            inserted,
            acked,
            began_wal_anew: false,
        };
        let watched = watch.span(span, path)? + watch.sample_if_due(done, path)?;
        watching += watched;
        queued = Interval { begin: acked, end: done };
        (handed_in, free) = (acked + watched, done + watched);
    }
    watch.put_off_until_next(queued);
    Ok(begin.elapsed() - watching)
}
