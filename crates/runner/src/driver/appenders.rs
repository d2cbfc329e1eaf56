//! Several threads in closed loops, each entering the engine's own group commit.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use write_path::{ConcurrentPath, Packet};

use super::recorder::{Ack, Recorder};
use crate::error::RunnerError;
use crate::interrupt;
use crate::threads::{AbandonAtEnd, Gate, Verdict, start_thread};

pub(super) fn run(
    path: &dyn ConcurrentPath,
    threads: NonZeroU32,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let threads = threads.get() as usize;
    // The last to arrive starts the clock for all.
    let gate = Gate::closed();
    thread::scope(|scope| {
        let _closing = AbandonAtEnd(&gate);
        let clients: Vec<_> = (0..threads)
            .map(|client| {
                let own = packets.iter().skip(client).step_by(threads);
                let gate = &gate;
                start_thread(scope, "client", move || match gate.wait() {
                    Verdict::Start => run_client(path, own),
                    Verdict::Abandoned => Ok(Vec::new()),
                })
            })
            .collect::<Result<_, RunnerError>>()?;
        gate.open_for(threads);
        let begin = Instant::now();
        let mut outcome = Ok(());
        for client in clients {
            match client.join() {
                Ok(Ok(acks)) => acks.iter().for_each(|ack| recorder.ack(ack)),
                Ok(Err(error)) => outcome = Err(error),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        outcome.map(|()| begin.elapsed())
    })
}

fn run_client<'packets>(
    path: &dyn ConcurrentPath,
    packets: impl Iterator<Item = &'packets Packet>,
) -> Result<Vec<Ack>, RunnerError> {
    let mut acks = Vec::with_capacity(packets.size_hint().0);
    let mut handed_in = Instant::now();
    for packet in packets {
        interrupt::check()?;
        let ticket = path.submit(packet)?;
        path.wait(ticket)?;
        let acked = Instant::now();
        acks.push(Ack { handed_in, acked, operations: packet.len() });
        handed_in = acked;
    }
    Ok(acks)
}
