//! What waits for a shard: packets, and questions to it.

use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::commit_queue::{CommitQueue, Gather, Taken};
use crate::error::WriteError;
use crate::locks::{lock, wait};
use crate::operation::Packet;
use crate::path::WritePath;
use crate::worker::Directed;
use crate::worker::commands::{Command, Ending};

/// The queue before one shard. Anybody hands in; the shard's thread takes out and acknowledges.
pub(super) struct Queue {
    jobs: CommitQueue<Job>,
    state: Mutex<State>,
    /// Something was acknowledged, or the shard has stopped.
    acked: Condvar,
}

/// What a shard's thread is to do.
pub(super) enum Job {
    /// Commits a packet, with those around it.
    Packet { number: u64, packet: Packet },
    /// Does something with its path.
    Command(Command<Box<dyn WritePath>>),
    /// Ends.
    End(Ending),
}

struct State {
    /// The number of the last packet that came, and of the last one that was acknowledged.
    came_through: u64,
    acked_through: u64,
    failure: Option<Arc<WriteError>>,
}

impl Queue {
    pub(super) fn new(gather: Gather) -> Self {
        let state = State { came_through: 0, acked_through: 0, failure: None };
        let jobs = CommitQueue::new(0, gather);
        Self { jobs, state: Mutex::new(state), acked: Condvar::new() }
    }

    /// Hands in a packet, whose number is larger than that of all before it.
    pub(super) fn push(&self, number: u64, packet: Packet) -> Result<(), Arc<WriteError>> {
        let mut state = lock(&self.state);
        state.check()?;
        state.came_through = number;
        // The queue is open: a thread that leaves notes its failure before it abandons it.
        drop(self.jobs.push(Job::Packet { number, packet }));
        Ok(())
    }

    /// Hands in a command, which is dropped if the thread has left.
    pub(super) fn send(&self, command: Command<Box<dyn WritePath>>) {
        drop(self.jobs.push_urgent(Job::Command(command)));
    }

    /// Tells the thread to end its path once what came before is done. The first who asks says how.
    pub(super) fn end(&self, ending: Ending) {
        drop(self.jobs.push_urgent(Job::End(ending)));
    }

    /// Returns once every packet up to this number is acknowledged. What came later may be waited for
    /// as well.
    pub(super) fn wait(&self, number: u64) -> Result<(), Arc<WriteError>> {
        let mut state = lock(&self.state);
        while state.acked_through < number.min(state.came_through) {
            state.check()?;
            state = wait(&self.acked, state);
        }
        Ok(())
    }

    /// The failure at which the shard has stopped, if it has.
    pub(super) fn check(&self) -> Result<(), Arc<WriteError>> {
        lock(&self.state).check()
    }

    /// Takes out what is to be done next, once there is something, in the order in which it came.
    pub(super) fn take(&self, jobs: &mut Vec<Job>) -> Taken {
        self.jobs.take(Duration::MAX, jobs)
    }

    /// Acknowledges every packet up to this number.
    pub(super) fn ack(&self, through: u64) {
        lock(&self.state).acked_through = through;
        self.acked.notify_all();
    }

    /// Stops the shard: nothing that waits is acknowledged any more, and all are told why.
    pub(super) fn fail(&self, failure: WriteError) {
        lock(&self.state).failure.get_or_insert_with(|| Arc::new(failure));
        self.acked.notify_all();
    }
}

impl State {
    fn check(&self) -> Result<(), Arc<WriteError>> {
        self.failure.as_ref().map_or(Ok(()), |failure| Err(Arc::clone(failure)))
    }
}

impl Directed for Queue {
    fn ask_to_end(&self) {
        self.end(Ending::Drop);
    }

    /// What nobody will do is dropped.
    fn left(&self, why: WriteError) {
        self.fail(why);
        drop(self.jobs.abandon());
    }
}
