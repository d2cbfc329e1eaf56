//! Clients: each takes the oldest batch, hands it in, and waits for its ack before it takes the next one.

use std::thread;
use std::time::{Duration, Instant};

use runner::commit_queue::{CommitQueue, Gather, QueueClient};
use write_path::ConcurrentPath;

use crate::batches::{Batch, Work};
use crate::error::LoadError;
use crate::shared_recorder::SharedRecorder;

/// Closed batches on their way to the clients, or to the committer where there is no limit of clients.
pub(crate) type BatchQueue = CommitQueue<Batch>;

/// Packets of a commit at most; a group is complete with them without waiting on (noria, `vote --write-batch-size`).
const GROUP_PACKETS_MAX: usize = 512;

/// No batch yet, and none that is taken waits for more.
pub(crate) fn batch_queue() -> BatchQueue {
    BatchQueue::new(0, gather(Duration::ZERO))
}

/// A group that waits so long after its first packet.
pub(crate) fn gather(wait_max: Duration) -> Gather {
    Gather { wait_max, requests_max: GROUP_PACKETS_MAX }
}

/// What clients of a serial path hand in. They get their batch back, with the moment of its ack.
pub(crate) type RequestQueue = CommitQueue<Request, (Batch, Instant)>;

/// A batch on its way to the path.
#[derive(Debug)]
pub(crate) struct Request {
    pub(crate) client: usize,
    pub(crate) batch: Batch,
    /// When it was handed in.
    pub(crate) sent: Instant,
}

/// Closes the queue and throws away what waits. Returns how many operations that were.
pub(crate) fn give_up(batches: &BatchQueue) -> u64 {
    batches.abandon().iter().map(|batch| batch.operations() as u64).sum()
}

/// One client of a serial path.
pub(crate) fn run_client(
    client: &QueueClient<'_, Request, (Batch, Instant)>,
    batches: &BatchQueue,
    recorder: &SharedRecorder,
) {
    let _void = VoidAfterPanic(batches);
    while let Some(batch) = batches.pop() {
        let sent = Instant::now();
        let answer = client.call(Request { client: client.number(), batch, sent });
        let Some((batch, acked)) = answer else { break };
        recorder.acked(&batch, sent, acked);
    }
}

/// One client that enters the engine's own group commit.
pub(crate) fn run_own_client(
    path: &dyn ConcurrentPath,
    batches: &BatchQueue,
    recorder: &SharedRecorder,
) -> Result<(), LoadError> {
    while let Some(batch) = batches.pop() {
        let sent = Instant::now();
        commit_own(path, &batch)?;
        recorder.acked(&batch, sent, Instant::now());
    }
    Ok(())
}

fn commit_own(path: &dyn ConcurrentPath, batch: &Batch) -> Result<(), LoadError> {
    match &batch.work {
        Work::Write(packet) => {
            let ticket = path.submit(packet)?;
            Ok(path.wait(ticket)?)
        }
        Work::Read(_) => Err(LoadError::NoReader),
    }
}

/// Ends a load of which a client has panicked: it is void, and nobody need work on at it.
struct VoidAfterPanic<'load>(&'load BatchQueue);

impl Drop for VoidAfterPanic<'_> {
    fn drop(&mut self) {
        if thread::panicking() {
            self.0.abandon();
        }
    }
}

#[cfg(test)]
mod tests {
    use runner::commit_queue::Taken;
    use write_path::Packet;

    use super::*;

    fn batch() -> Batch {
        let work = Work::Write(Packet::new(Vec::new()));
        Batch { number: 0, closes: Duration::ZERO, due_ns: vec![0; 3], work }
    }

    #[test]
    fn a_client_that_panics_ends_the_load() {
        let (batches, requests) = (batch_queue(), RequestQueue::new(2, Gather::AT_ONCE));
        thread::scope(|scope| {
            let batches = &batches;
            let mut clients = requests.clients().into_iter();
            let (panics, other) = (clients.next().expect("two"), clients.next().expect("two"));
            let panics = scope.spawn(move || {
                let _client = panics;
                let _void = VoidAfterPanic(batches);
                panic!("as a bug in a client would");
            });
            // Asleep until a batch comes, or none will.
            let other = scope.spawn(move || {
                let _client = other;
                batches.pop()
            });
            assert!(panics.join().is_err());
            assert!(other.join().expect("no panic").is_none());
        });
        let mut group = Vec::new();
        assert_eq!(requests.take(Duration::MAX, &mut group), Taken::Over);
        assert!(batches.push(batch()).is_err(), "the generator hears of it");
    }

    #[test]
    fn what_is_given_up_is_counted_in_operations() {
        let batches = batch_queue();
        (0..4).for_each(|_| batches.push(batch()).expect("open"));
        assert_eq!((give_up(&batches), give_up(&batches)), (12, 0));
    }
}
