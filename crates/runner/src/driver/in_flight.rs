//! One thread that keeps several packets on their way.

use std::collections::VecDeque;
use std::num::NonZeroU32;
use std::time::{Duration, Instant};

use write_path::{Packet, Ticket, WritePath};

use super::recorder::{Ack, Recorder};
use crate::error::RunnerError;
use crate::interrupt;

struct OnItsWay {
    ticket: Ticket,
    handed_in: Instant,
    operations: usize,
}

pub(super) fn run(
    path: &mut dyn WritePath,
    window: NonZeroU32,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let window = window.get() as usize;
    let begin = Instant::now();
    let mut on_their_way: VecDeque<OnItsWay> = VecDeque::with_capacity(window);
    let mut waiting = packets.iter();
    let mut recording = Duration::ZERO;
    // The ack that makes the next packet due.
    let mut due = begin;
    loop {
        interrupt::check()?;
        while on_their_way.len() < window
            && let Some(packet) = waiting.next()
        {
            let ticket = path.submit(packet)?;
            on_their_way.push_back(OnItsWay { ticket, handed_in: due, operations: packet.len() });
        }
        let Some(oldest) = on_their_way.pop_front() else { break };
        path.wait(oldest.ticket)?;
        let acked = Instant::now();
        recorder.ack(&Ack { handed_in: oldest.handed_in, acked, operations: oldest.operations });
        path.after_ack()?;
        let recorded_for = recorder.sample_if_due(acked, path)?;
        recording += recorded_for;
        due = acked + recorded_for;
        on_their_way.iter_mut().for_each(|packet| packet.handed_in += recorded_for);
    }
    Ok(begin.elapsed() - recording)
}
