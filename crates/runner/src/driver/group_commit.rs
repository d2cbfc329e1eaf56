//! Several clients over a serial path: whatever waits is merged into one commit.
//!
//! The committer is the calling thread, which owns the path; each client is a thread that hands in
//! a packet and sleeps until its ack. No timer: while one commit runs, the next group forms.

use std::num::NonZeroU32;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use write_path::{Packet, WritePath};

use super::recorder::{Ack, AckStages, Recorder};
use crate::error::RunnerError;
use crate::interrupt;
use crate::threads::start_thread;

/// What the clients and the committer share.
struct Desk<'packets> {
    state: Mutex<DeskState<'packets>>,
    packet_waits: Condvar,
    acked: Vec<Condvar>,
}

struct DeskState<'packets> {
    waiting: Vec<HandedIn<'packets>>,
    /// For each client, how many of its packets are acked.
    acks: Vec<usize>,
    closed: bool,
}

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
    let desk = Desk {
        state: Mutex::new(DeskState {
            waiting: Vec::with_capacity(clients),
            acks: vec![0; clients],
            closed: false,
        }),
        packet_waits: Condvar::new(),
        acked: (0..clients).map(|_| Condvar::new()).collect(),
    };
    let begin = Instant::now();
    let recording = thread::scope(|scope| {
        // Before there is a client: where one cannot be started, the others leave.
        let _closing = CloseAtEnd(&desk);
        for client in 0..clients {
            let own = packets.iter().skip(client).step_by(clients);
            let desk = &desk;
            start_thread(scope, "client", move || desk.run_client(client, own))?;
        }
        commit_all(path, &desk, packets.len(), begin, recorder)
    })?;
    Ok(begin.elapsed() - recording)
}

/// Closes the desk also after an error or a panic, so that no client sleeps for ever.
struct CloseAtEnd<'desk, 'packets>(&'desk Desk<'packets>);

impl Drop for CloseAtEnd<'_, '_> {
    fn drop(&mut self) {
        self.0.close();
    }
}

/// Commits whatever waits, until every packet is acked. Returns the time spent recording.
fn commit_all(
    path: &mut dyn WritePath,
    desk: &Desk<'_>,
    packets: usize,
    begin: Instant,
    recorder: &mut Recorder,
) -> Result<Duration, RunnerError> {
    let mut handed_in = vec![begin; desk.acked.len()];
    let mut recording = Duration::ZERO;
    let mut acked_packets = 0;
    let mut group = Vec::with_capacity(handed_in.len());
    while acked_packets < packets {
        interrupt::check()?;
        desk.take_group(&mut group);
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
        desk.ack(&group);
        path.after_ack()?;
        let done = Instant::now();
        recorder.stages(&AckStages { begun: taken, inserted, acked, done });
        let recorded_for = recorder.sample_if_due(done, path)?;
        recording += recorded_for;
        handed_in.iter_mut().for_each(|due| *due += recorded_for);
        acked_packets += group.len();
    }
    Ok(recording)
}

impl<'packets> Desk<'packets> {
    fn run_client(&self, client: usize, packets: impl Iterator<Item = &'packets Packet>) {
        for (handed_in, packet) in packets.enumerate() {
            let mut state = self.lock();
            state.waiting.push(HandedIn { client, packet });
            self.packet_waits.notify_one();
            while state.acks[client] <= handed_in {
                if state.closed {
                    return;
                }
                state = self.acked[client].wait(state).unwrap_or_else(PoisonError::into_inner);
            }
        }
    }

    /// Moves every waiting packet into `group`, once there is one.
    fn take_group(&self, group: &mut Vec<HandedIn<'packets>>) {
        group.clear();
        let mut state = self
            .packet_waits
            .wait_while(self.lock(), |state| state.waiting.is_empty())
            .unwrap_or_else(PoisonError::into_inner);
        group.append(&mut state.waiting);
    }

    fn ack(&self, group: &[HandedIn<'packets>]) {
        let mut state = self.lock();
        for waiting in group {
            state.acks[waiting.client] += 1;
            self.acked[waiting.client].notify_one();
        }
    }

    fn close(&self) {
        self.lock().closed = true;
        self.acked.iter().for_each(Condvar::notify_one);
    }

    /// The state is a list and counters, whole at every moment, so a panic elsewhere leaves it fit.
    fn lock(&self) -> MutexGuard<'_, DeskState<'packets>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
