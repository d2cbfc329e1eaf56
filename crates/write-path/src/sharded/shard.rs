//! One shard: a path on a thread of its own, behind the queue of what waits for it: packets, and questions to it.

use std::path::PathBuf;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::commit_queue::{CommitQueue, Gather, Taken};
use crate::directories;
use crate::error::{Result, WriteError};
use crate::locks::{lock, wait};
use crate::operation::Packet;
use crate::path::WritePath;
use crate::spec::PathSpec;
use crate::worker::{Command, Directed, Ending, Worker, ask};

/// The queue before one shard. Anybody hands in; the shard's thread takes out and acknowledges.
pub(super) struct Shard {
    number: u32,
    jobs: CommitQueue<Job>,
    state: Mutex<State>,
    /// Something was acknowledged, or the shard has stopped.
    acked: Condvar,
}

/// What a shard's thread is to do.
enum Job {
    /// Commits a packet, with those around it.
    Packet { number: u64, packet: Packet },
    /// Does something with its path.
    Command(Command<Box<dyn WritePath>>),
    /// Ends.
    End(Ending),
}

#[derive(Default)]
struct State {
    /// The number of the last packet that came, and of the last one that was acknowledged.
    came_through: u64,
    acked_through: u64,
    failure: Option<Arc<WriteError>>,
}

impl Shard {
    /// Starts the thread, and returns when its path is open. Dropping it ends the thread and leaves the path as it
    /// stands.
    pub(super) fn start(
        number: u32,
        path: Arc<dyn PathSpec>,
        directory: PathBuf,
        gather: Gather,
    ) -> Result<Worker<Self>> {
        directories::create(&directory)?;
        let jobs = CommitQueue::new(0, gather);
        let shard = Self { number, jobs, state: Mutex::default(), acked: Condvar::new() };
        let worker = Worker::start(format!("shard {number}"), shard, move |shard, reports| {
            let path = path.open(&directory)?;
            reports.ready();
            shard.run(path)
        });
        worker.map_err(|error| WriteError::of_shard(number, error))
    }

    /// Hands in a packet, whose number is larger than that of all before it.
    pub(super) fn push(&self, number: u64, packet: Packet) -> Result<()> {
        let mut state = lock(&self.state);
        self.check_in(&state)?;
        state.came_through = number;
        // The queue is open: a thread that leaves notes its failure before it abandons it.
        drop(self.jobs.push(Job::Packet { number, packet }));
        Ok(())
    }

    /// Returns once every packet up to this number is acknowledged. What came later may be waited for
    /// as well.
    pub(super) fn wait(&self, number: u64) -> Result<()> {
        let mut state = lock(&self.state);
        while state.acked_through < number.min(state.came_through) {
            self.check_in(&state)?;
            state = wait(&self.acked, state);
        }
        Ok(())
    }

    /// The failure at which the shard has stopped, if it has.
    pub(super) fn check(&self) -> Result<()> {
        self.check_in(&lock(&self.state))
    }

    fn check_in(&self, state: &State) -> Result<()> {
        state
            .failure
            .as_ref()
            .map_or(Ok(()), |failure| Err(WriteError::of_shard(self.number, Arc::clone(failure))))
    }

    /// Lets the thread do something with its path, after what was handed in before.
    pub(super) fn ask<Answer: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn WritePath) -> Result<Answer> + Send + 'static,
    ) -> Result<Answer> {
        let work = |path: &mut Box<dyn WritePath>| work(path.as_mut());
        // A command is dropped if the thread has left.
        ask(|command| drop(self.jobs.push_urgent(Job::Command(command))), work)
            .map_err(|error| WriteError::of_shard(self.number, error))
    }

    /// Tells the thread to end its path once what came before is done. The first who asks says how.
    pub(super) fn end(&self, ending: Ending) {
        drop(self.jobs.push_urgent(Job::End(ending)));
    }

    /// Commits group after group until the end.
    fn run(&self, mut path: Box<dyn WritePath>) -> Result<()> {
        let (mut jobs, mut group) = (Vec::new(), Vec::new());
        while self.jobs.take(Duration::MAX, &mut jobs) != Taken::Over {
            for job in jobs.drain(..) {
                match job {
                    Job::Packet { number, packet } => group.push((number, packet)),
                    Job::Command(command) => {
                        self.commit(path.as_mut(), &mut group);
                        command(&mut path);
                    }
                    Job::End(ending) => {
                        self.commit(path.as_mut(), &mut group);
                        return if ending == Ending::Close { path.close() } else { Ok(()) };
                    }
                }
            }
            self.commit(path.as_mut(), &mut group);
        }
        Ok(())
    }

    /// Commits packets as one group, unless the shard has stopped, and stops it if that fails.
    fn commit(&self, path: &mut dyn WritePath, group: &mut Vec<(u64, Packet)>) {
        if self.check().is_ok()
            && let Err(error) = self.try_commit(path, group)
        {
            self.fail(error);
        }
        group.clear();
    }

    /// Commits packets, acknowledges them, and does what was put off.
    fn try_commit(&self, path: &mut dyn WritePath, group: &[(u64, Packet)]) -> Result<()> {
        let mut last = None;
        for (number, packet) in group {
            last = Some((*number, path.submit(packet)?));
        }
        let Some((number, ticket)) = last else { return Ok(()) };
        path.wait(ticket)?;
        lock(&self.state).acked_through = number;
        self.acked.notify_all();
        path.after_ack()
    }

    /// Nothing that waits is acknowledged any more, and all are told why.
    fn fail(&self, failure: WriteError) {
        lock(&self.state).failure.get_or_insert_with(|| Arc::new(failure));
        self.acked.notify_all();
    }
}

impl Directed for Shard {
    fn ask_to_end(&self) {
        self.end(Ending::Drop);
    }

    /// What nobody will do is dropped.
    fn left(&self, why: WriteError) {
        self.fail(why);
        drop(self.jobs.abandon());
    }
}
