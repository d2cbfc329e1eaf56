//! Several threads in closed loops, each entering the engine's own group commit.

use std::num::NonZeroU32;
use std::sync::{PoisonError, RwLock, mpsc};
use std::thread;
use std::time::{Duration, Instant};

use write_path::{ConcurrentPath, Packet};

use super::recorder::{Ack, Recorder};
use crate::error::RunnerError;
use crate::interrupt;
use crate::threads::start_thread;

pub(super) fn run(
    path: &dyn ConcurrentPath,
    threads: NonZeroU32,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let threads = threads.get() as usize;
    let has_started = RwLock::new(false);
    let (arrives, arrivals) = mpsc::channel();
    thread::scope(|scope| {
        // Nobody starts before this is given back; where a thread cannot be started it is, and the others leave.
        let mut gate = has_started.write().unwrap_or_else(PoisonError::into_inner);
        let clients: Vec<_> = (0..threads)
            .map(|client| {
                let own = packets.iter().skip(client).step_by(threads);
                let (has_started, arrives) = (&has_started, arrives.clone());
                start_thread(scope, "client", move || {
                    let _heard = arrives.send(());
                    let has_started = *has_started.read().unwrap_or_else(PoisonError::into_inner);
                    if has_started { run_client(path, own) } else { Ok(Vec::new()) }
                })
            })
            .collect::<Result<_, RunnerError>>()?;
        // The last to arrive starts the clock for all.
        arrivals.iter().take(threads).for_each(drop);
        *gate = true;
        drop(gate);
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
