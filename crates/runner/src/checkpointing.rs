//! Checkpoints as what is timed: each of a WAL that holds one packet.

use std::time::{Duration, Instant};

use write_path::WritePath;

use crate::done::Done;
use crate::driver::{Ack, Recorder};
use crate::error::RunnerError;
use crate::interrupt;
use crate::workload::PacketSource;

/// Commits a packet and then checkpoints it, so many times. Only the checkpoints are timed.
pub fn run(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    checkpoints: u64,
    recorder: &mut Recorder,
) -> Result<Done, RunnerError> {
    let mut done = Done { elapsed: Duration::ZERO, operations: 0 };
    for _ in 0..checkpoints {
        interrupt::check()?;
        let packet = source.next_packet();
        let ticket = path.submit(&packet)?;
        path.wait(ticket)?;
        recorder.resume();
        let begin = Instant::now();
        path.drain()?;
        let end = Instant::now();
        recorder.ack(&Ack { handed_in: begin, acked: end, operations: packet.len() });
        recorder.pause();
        done.elapsed += end - begin;
        done.operations += packet.len() as u64;
    }
    Ok(done)
}
