//! The one thread that owns a path: it merges what waits into one commit, answers reads, and acks.

use std::borrow::Cow;
use std::time::{Duration, Instant};

use runner::commit_queue::Taken;
use runner::driver::AckStages;
use write_path::{Packet, WritePath};

use crate::batches::Work;
use crate::clients::{BatchQueue, Request, RequestQueue};
use crate::counts::Counts;
use crate::error::LoadError;
use crate::shared_recorder::SharedRecorder;

/// How long the committer waits for a batch before it looks after other things.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Where the committer gets batches from.
pub(crate) enum Intake<'load> {
    /// Blocking clients hand them in.
    Clients(&'load RequestQueue),
    /// Whatever waits.
    Queue(&'load BatchQueue),
}

/// Commits while the load was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct CommitCounts {
    /// How many commits.
    pub(crate) commits: u64,
    /// Votes in them.
    pub(crate) votes: u64,
}

impl Intake<'_> {
    fn take(&self, group: &mut Vec<Request>) -> Taken {
        match self {
            Self::Clients(requests) => requests.take(PATIENCE, group),
            Self::Queue(batches) => {
                let mut taken = Vec::new();
                let found = batches.take(PATIENCE, &mut taken);
                let sent = Instant::now();
                group.extend(taken.into_iter().map(|batch| Request { client: 0, batch, sent }));
                found
            }
        }
    }

    fn answer(&self, request: Request, acked: Instant, recorder: &SharedRecorder) {
        match self {
            Self::Clients(requests) => {
                requests.answer(request.client, (request.batch, acked));
            }
            Self::Queue(_) => recorder.acked(&request.batch, request.sent, acked),
        }
    }
}

/// Serves batches until none will come. `look_after` is called between two commits, and at least
/// every [`PATIENCE`] while nothing comes.
pub(crate) fn serve(
    path: &mut dyn WritePath,
    intake: &Intake<'_>,
    recorder: &SharedRecorder,
    mut counts: Option<&mut Counts>,
    mut look_after: impl FnMut(&dyn WritePath) -> Result<(), LoadError>,
) -> Result<CommitCounts, LoadError> {
    let mut done = CommitCounts::default();
    let mut group: Vec<Request> = Vec::new();
    loop {
        match intake.take(&mut group) {
            Taken::Over => return Ok(done),
            Taken::NothingYet => look_after(path)?,
            Taken::Group => {
                let (writes, reads): (Vec<Request>, Vec<Request>) = group
                    .drain(..)
                    .partition(|request| matches!(request.batch.work, Work::Write(_)));
                if !reads.is_empty() {
                    answer_reads(path, reads, intake, recorder, counts.as_deref_mut())?;
                }
                if !writes.is_empty() {
                    commit(path, writes, intake, recorder, counts.as_deref_mut(), &mut done)?;
                }
                look_after(path)?;
            }
        }
    }
}

/// Reads see what was committed before; they are quick, and go before the commit.
fn answer_reads(
    path: &mut dyn WritePath,
    reads: Vec<Request>,
    intake: &Intake<'_>,
    recorder: &SharedRecorder,
    counts: Option<&mut Counts>,
) -> Result<(), LoadError> {
    let counts = counts.ok_or(LoadError::NoReader)?;
    let mut reader = path.reader()?.ok_or(LoadError::NoReader)?;
    for request in reads {
        if let Work::Read(articles) = &request.batch.work {
            counts.check(reader.as_mut(), articles)?;
        }
        intake.answer(request, Instant::now(), recorder);
    }
    Ok(())
}

fn commit(
    path: &mut dyn WritePath,
    writes: Vec<Request>,
    intake: &Intake<'_>,
    recorder: &SharedRecorder,
    counts: Option<&mut Counts>,
    done: &mut CommitCounts,
) -> Result<(), LoadError> {
    let merged = merged(&writes);
    let begun = Instant::now();
    let ticket = path.submit(&merged)?;
    let inserted = Instant::now();
    path.wait(ticket)?;
    let acked = Instant::now();
    if let Some(counts) = counts {
        writes.iter().for_each(|request| counts.note(&request.batch));
    }
    done.commits += 1;
    done.votes += writes.iter().map(|request| request.batch.operations() as u64).sum::<u64>();
    for request in writes {
        intake.answer(request, acked, recorder);
    }
    path.after_ack()?;
    recorder.stages(&AckStages { begun, inserted, acked, done: Instant::now() });
    Ok(())
}

/// Merges packets as the document's group commit did: what waits becomes a single packet.
fn merged(group: &[Request]) -> Cow<'_, Packet> {
    let mut packets = group.iter().filter_map(|request| match &request.batch.work {
        Work::Write(packet) => Some(packet),
        Work::Read(_) => None,
    });
    match (packets.next(), group.len()) {
        (Some(packet), 1) => Cow::Borrowed(packet),
        (first, _) => {
            let packets = first.into_iter().chain(packets);
            Cow::Owned(Packet::new(
                packets.flat_map(|packet| packet.operations().iter().cloned()).collect(),
            ))
        }
    }
}
