//! One shard: a path on a thread of its own, behind its queue.

use std::path::PathBuf;
use std::sync::Arc;

use super::queue::{Job, Queue};
use crate::commit_queue::{Gather, Taken};
use crate::directories;
use crate::error::WriteError;
use crate::operation::Packet;
use crate::path::WritePath;
use crate::spec::PathSpec;
use crate::worker::Worker;
use crate::worker::commands::{Ending, ask};

/// How a shard's path is opened: as it is, or for an audit.
pub(super) type Open =
    fn(&dyn PathSpec, &std::path::Path) -> Result<Box<dyn WritePath>, WriteError>;

/// A path on a thread of its own. Dropping it ends the thread and leaves the path as it stands.
pub(super) struct Shard {
    number: u32,
    worker: Worker<Queue>,
}

impl Shard {
    /// Starts the thread, and returns when its path is open.
    pub(super) fn start(
        number: u32,
        path: Arc<dyn PathSpec>,
        directory: PathBuf,
        open: Open,
        gather: Gather,
    ) -> Result<Self, WriteError> {
        directories::create(&directory)?;
        let name = format!("shard {number}");
        let worker = Worker::start(name, Queue::new(gather), move |queue, reports| {
            let path = open(path.as_ref(), &directory)?;
            reports.ready();
            run(queue, path)
        });
        let worker = worker.map_err(|error| WriteError::of_shard(number, error))?;
        Ok(Self { number, worker })
    }

    fn queue(&self) -> &Queue {
        self.worker.shared()
    }

    pub(super) fn push(&self, number: u64, part: Packet) -> Result<(), WriteError> {
        self.queue().push(number, part).map_err(|failure| self.failed(failure))
    }

    /// Returns once every part up to the packet of this number is acknowledged.
    pub(super) fn wait(&self, number: u64) -> Result<(), WriteError> {
        self.queue().wait(number).map_err(|failure| self.failed(failure))
    }

    /// The failure at which the shard has stopped, if it has.
    pub(super) fn check(&self) -> Result<(), WriteError> {
        self.queue().check().map_err(|failure| self.failed(failure))
    }

    /// Lets the thread do something with its path, after what was handed in before.
    pub(super) fn ask<Answer: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn WritePath) -> Answer + Send + 'static,
    ) -> Result<Answer, WriteError> {
        let work = |path: &mut Box<dyn WritePath>| work(path.as_mut());
        let answer = ask(|command| self.queue().send(command), work);
        answer.ok_or_else(|| WriteError::of_shard(self.number, WriteError::Stopped))
    }

    /// As [`Shard::ask`], for what can fail.
    pub(super) fn try_ask<Answer: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn WritePath) -> Result<Answer, WriteError> + Send + 'static,
    ) -> Result<Answer, WriteError> {
        self.ask(work)?.map_err(|error| WriteError::of_shard(self.number, error))
    }

    /// Tells the thread to close its path; [`Shard::join`] says how that went.
    pub(super) fn begin_close(&self) {
        self.queue().end(Ending::Close);
    }

    pub(super) fn join(mut self) -> Result<(), WriteError> {
        self.worker.stop().map_err(|error| WriteError::of_shard(self.number, error))
    }

    fn failed(&self, failure: Arc<WriteError>) -> WriteError {
        WriteError::OfShard { shard: self.number, source: failure }
    }
}

/// Commits group after group until the end.
fn run(queue: &Queue, mut path: Box<dyn WritePath>) -> Result<(), WriteError> {
    let mut jobs = Vec::new();
    let mut group = Vec::new();
    while queue.take(&mut jobs) != Taken::Over {
        for job in jobs.drain(..) {
            match job {
                Job::Packet { number, packet } => {
                    group.push((number, packet));
                    continue;
                }
                Job::Command(command) => {
                    commit(queue, path.as_mut(), &mut group);
                    command(&mut path);
                }
                Job::End(ending) => {
                    commit(queue, path.as_mut(), &mut group);
                    return match ending {
                        Ending::Close => path.close(),
                        Ending::Drop => Ok(()),
                    };
                }
            }
        }
        commit(queue, path.as_mut(), &mut group);
    }
    Ok(())
}

/// Commits packets as one group, unless the shard has stopped, and stops it if that fails.
fn commit(queue: &Queue, path: &mut dyn WritePath, group: &mut Vec<(u64, Packet)>) {
    if queue.check().is_ok()
        && let Err(error) = try_commit(queue, path, group)
    {
        queue.fail(error);
    }
    group.clear();
}

/// Commits packets, acknowledges them, and does what was put off.
fn try_commit(
    queue: &Queue,
    path: &mut dyn WritePath,
    group: &[(u64, Packet)],
) -> Result<(), WriteError> {
    let mut last = None;
    for (number, packet) in group {
        last = Some((*number, path.submit(packet)?));
    }
    let Some((number, ticket)) = last else { return Ok(()) };
    path.wait(ticket)?;
    queue.ack(number);
    path.after_ack()
}
