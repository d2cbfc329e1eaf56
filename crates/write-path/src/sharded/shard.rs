//! One shard: a path on a thread of its own, behind its queue.

use std::path::PathBuf;
use std::sync::{Arc, mpsc};
use std::thread::{self, JoinHandle};

use super::queue::{Queue, Work};
use super::spec::Gather;
use crate::directories;
use crate::errand::{Ending, ask};
use crate::error::WriteError;
use crate::operation::Packet;
use crate::path::{PathSpec, WritePath};

/// How a shard's path is opened: as it is, or for an audit.
pub(super) type Open =
    fn(&dyn PathSpec, &std::path::Path) -> Result<Box<dyn WritePath>, WriteError>;

/// The thread's name in errors, which say the shard's number themselves.
pub(super) const THREAD: &str = "shard";

const PANICKED: WriteError = WriteError::ThreadPanicked { thread: THREAD };

/// A path on a thread of its own. Dropping it ends the thread and leaves the path as it stands.
pub(super) struct Shard {
    number: u32,
    queue: Arc<Queue>,
    thread: Option<JoinHandle<Result<(), WriteError>>>,
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
        let queue = Arc::new(Queue::new(gather));
        let (tell, told) = mpsc::sync_channel(1);
        let thread = thread::Builder::new()
            .name(format!("shard {number}"))
            .spawn({
                let (queue, directory) = (Arc::clone(&queue), directory.clone());
                move || {
                    let _leaving = Leaving(&queue);
                    let opened = open(path.as_ref(), &directory);
                    let (outcome, path) = match opened {
                        Ok(path) => (Ok(()), Some(path)),
                        Err(error) => (Err(error), None),
                    };
                    // Whoever starts the thread waits for this.
                    let _heard = tell.send(outcome);
                    path.map_or(Ok(()), |path| run(&queue, path))
                }
            })
            .map_err(|source| WriteError::Io {
                doing: "starting a thread for",
                path: directory,
                source,
            })?;
        let shard = Self { number, queue, thread: Some(thread) };
        let opened = told.recv().unwrap_or(Err(PANICKED));
        opened.map_err(|error| WriteError::of_shard(number, error))?;
        Ok(shard)
    }

    pub(super) fn push(&self, number: u64, part: Packet) -> Result<(), WriteError> {
        self.queue.push(number, part).map_err(|failure| self.failed(failure))
    }

    /// Returns once every part up to the packet of this number is acknowledged.
    pub(super) fn wait(&self, number: u64) -> Result<(), WriteError> {
        self.queue.wait(number).map_err(|failure| self.failed(failure))
    }

    /// The failure at which the shard has stopped, if it has.
    pub(super) fn check(&self) -> Result<(), WriteError> {
        self.queue.check().map_err(|failure| self.failed(failure))
    }

    /// Lets the thread do something with its path, after what was handed in before.
    pub(super) fn ask<Answer: Send + 'static>(
        &self,
        work: impl FnOnce(&mut dyn WritePath) -> Answer + Send + 'static,
    ) -> Result<Answer, WriteError> {
        let work = |path: &mut Box<dyn WritePath>| work(path.as_mut());
        let answer = ask(|errand| self.queue.send(errand), work);
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
        self.queue.end(Ending::Close);
    }

    pub(super) fn join(mut self) -> Result<(), WriteError> {
        let number = self.number;
        match self.thread.take().map(JoinHandle::join) {
            Some(Ok(outcome)) => outcome.map_err(|error| WriteError::of_shard(number, error)),
            Some(Err(_told_on_standard_error)) => Err(WriteError::of_shard(number, PANICKED)),
            None => Ok(()),
        }
    }

    fn failed(&self, failure: Arc<WriteError>) -> WriteError {
        WriteError::OfShard { shard: self.number, source: failure }
    }
}

impl Drop for Shard {
    fn drop(&mut self) {
        self.queue.end(Ending::Drop);
        if let Some(thread) = self.thread.take() {
            // A drop has no one to tell; `join` is there for those who ask.
            let _ended = thread.join();
        }
    }
}

/// Tells the queue that its thread has left, also by a panic, so that nobody waits for ever.
struct Leaving<'queue>(&'queue Queue);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        self.0.leave();
    }
}

/// Commits group after group until the end.
fn run(queue: &Queue, mut path: Box<dyn WritePath>) -> Result<(), WriteError> {
    loop {
        let Work { packets, through, errands, ending } = queue.take();
        if !packets.is_empty() && queue.check().is_ok() {
            let outcome = commit(path.as_mut(), &packets, || queue.ack(through));
            if let Err(error) = outcome {
                queue.fail(error);
            }
        }
        for errand in errands {
            errand(&mut path);
        }
        match ending {
            None => {}
            Some(Ending::Close) => return path.close(),
            Some(Ending::Drop) => return Ok(()),
        }
    }
}

/// Commits packets as one group, acknowledges them, and does what was put off.
fn commit(
    path: &mut dyn WritePath,
    packets: &[Packet],
    ack: impl FnOnce(),
) -> Result<(), WriteError> {
    let mut last = None;
    for packet in packets {
        last = Some(path.submit(packet)?);
    }
    if let Some(ticket) = last {
        path.wait(ticket)?;
    }
    ack();
    path.after_ack()
}
