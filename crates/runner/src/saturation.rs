//! Saturation: how many packets a path commits per second where none has to wait for its time.

use std::time::{Duration, Instant};

use measure::device::DeviceMeter;
use write_path::{Packet, WritePath};

use crate::driver::{ArrivalRate, Recorder, Running, TraceLevel};
use crate::error::RunnerError;
use crate::prefill::Extent;
use crate::workload::PacketSource;

/// How long packets are driven to find it out.
const DRIVEN: Duration = Duration::from_millis(600);

/// Packets that are driven at a time.
const STRETCH_PACKETS: usize = 16;

/// Packets per second in a closed loop of one client. The final drain is charged, so that a path which
/// puts its checkpoints off is not taken for a faster one than it is.
pub fn measure(
    path: &mut dyn WritePath,
    source: &mut PacketSource,
    meter: DeviceMeter,
    extent: Extent,
) -> Result<ArrivalRate, RunnerError> {
    let driven_min = match extent {
        Extent::Full => DRIVEN,
        Extent::Small => Duration::ZERO,
    };
    let mut recorder = Recorder::begin(meter, TraceLevel::Latencies);
    let mut packets = 0;
    let mut elapsed = Duration::ZERO;
    while packets == 0 || elapsed < driven_min {
        let ahead: Vec<Packet> = (0..STRETCH_PACKETS).map(|_| source.next_packet()).collect();
        elapsed += Running::ClosedLoop.run(path, &ahead, &mut recorder)?;
        packets += ahead.len();
    }
    let draining = Instant::now();
    path.drain()?;
    let seconds = (elapsed + draining.elapsed()).as_secs_f64();
    // From here on the log is written into space that it had before, as at every initial state.
    Running::ClosedLoop.run(path, &[source.next_packet()], &mut recorder)?;
    ArrivalRate::per_second(packets as f64 / seconds).ok_or(RunnerError::NoSamples)
}
