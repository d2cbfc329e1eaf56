//! Several clients over a serial path: whatever waits is merged into one commit.
//!
//! The committer is the calling thread, which owns the path; each client is a thread that hands in
//! a packet and sleeps until its ack. No timer: while one commit runs, the next group forms.

use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use write_path::{Packet, WritePath};

use super::recorder::{Ack, AckStages, Recorder};
use crate::commit_queue::{AbandonAtEnd, CommitQueue, Gather, QueueClient, Taken};
use crate::error::RunnerError;
use crate::interrupt;
use crate::threads::start_thread;

/// How long the committer waits for a packet before it looks after Ctrl-C.
const PATIENCE: Duration = Duration::from_millis(50);

struct HandedIn<'packets> {
    client: usize,
    packet: &'packets Packet,
}

pub(super) fn run(
    path: &mut dyn WritePath,
    clients: NonZeroU32,
    packets: &[Packet],
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let clients = clients.get() as usize;
    let queue: CommitQueue<HandedIn<'_>> = CommitQueue::new(clients, Gather::AT_ONCE);
    let begin = Instant::now();
    let recording = thread::scope(|scope| {
        // Before there is a client: where one cannot be started, the others leave.
        let _abandoning = AbandonAtEnd(&queue);
        for client in queue.clients() {
            let own = packets.iter().skip(client.number()).step_by(clients);
            start_thread(scope, "client", move || run_client(&client, own))?;
        }
        commit_all(path, &queue, vec![begin; clients], recorder)
    })?;
    Ok(begin.elapsed() - recording)
}

fn run_client<'packets>(
    client: &QueueClient<'_, HandedIn<'packets>, ()>,
    packets: impl Iterator<Item = &'packets Packet>,
) {
    for packet in packets {
        if client.call(HandedIn { client: client.number(), packet }).is_none() {
            break;
        }
    }
}

/// Commits whatever waits, until every client has left. Returns the time spent recording.
fn commit_all<'packets>(
    path: &mut dyn WritePath,
    queue: &CommitQueue<HandedIn<'packets>>,
    mut handed_in: Vec<Instant>,
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let mut recording = Duration::ZERO;
    let mut group: Vec<HandedIn<'packets>> = Vec::with_capacity(handed_in.len());
    loop {
        interrupt::check()?;
        match queue.take(PATIENCE, &mut group) {
            Taken::Group => {}
            Taken::NothingYet => continue,
            Taken::Over => return Ok(recording),
        }
        let taken = Instant::now();
        let mut last = None;
        for waiting in &group {
            last = Some(path.submit(waiting.packet)?);
        }
        let inserted = Instant::now();
        if let Some(ticket) = last {
            path.wait(ticket)?;
        }
        let acked = Instant::now();
        for waiting in &group {
            let due = std::mem::replace(&mut handed_in[waiting.client], acked);
            recorder.ack(&Ack { handed_in: due, acked, operations: waiting.packet.len() });
        }
        group.drain(..).for_each(|waiting| queue.answer(waiting.client, ()));
        path.after_ack()?;
        let done = Instant::now();
        recorder.stages(&AckStages { begun: taken, inserted, acked, done });
        let recorded_for = recorder.sample_if_due(done, path)?;
        recording += recorded_for;
        handed_in.iter_mut().for_each(|due| *due += recorded_for);
    }
}
