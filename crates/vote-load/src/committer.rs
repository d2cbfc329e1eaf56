//! The one thread that owns a path: it merges what waits into one commit, answers reads, and acks.

use std::time::{Duration, Instant};

use runner::commit_queue::{Gather, Taken};
use write_path::{Packet, WritePath};

use crate::batches::Work;
use crate::clients::{BatchQueue, Request, RequestQueue};
use crate::counts::Counts;
use crate::error::LoadError;
use crate::recorder::LoadRecorder;

/// How long the committer waits for a batch before it looks after other things.
pub(crate) const PATIENCE: Duration = Duration::from_millis(50);

/// Packets after which a group is complete without waiting on (noria, `vote --write-batch-size`).
const GROUP_PACKETS_MAX: usize = 512;

/// Where the committer gets batches from.
pub(crate) enum Intake<'load> {
    /// Blocking clients hand them in.
    Clients {
        /// Where.
        requests: &'load RequestQueue,
        /// How long a group waits after its first packet.
        merge_wait: Duration,
    },
    /// Whatever waits.
    Queue(&'load BatchQueue),
}

/// Commits while the load was measured.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct CommitCounts {
    /// How many commits.
    pub commits: u64,
    /// Votes in them.
    pub votes: u64,
}

impl Intake<'_> {
    fn take(&self, group: &mut Vec<Request>) -> Taken {
        let gather = |wait| Gather { wait, requests_max: GROUP_PACKETS_MAX };
        match self {
            Self::Clients { requests, merge_wait } => {
                requests.take(gather(*merge_wait), PATIENCE, group)
            }
            Self::Queue(batches) => {
                let mut taken = Vec::new();
                let found = batches.take(gather(Duration::ZERO), PATIENCE, &mut taken);
                let sent = Instant::now();
                group.extend(taken.into_iter().map(|batch| Request { client: 0, batch, sent }));
                found
            }
        }
    }

    fn answer(&self, request: Request, acked: Instant, recorder: &LoadRecorder) {
        match self {
            Self::Clients { requests, .. } => {
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
    recorder: &LoadRecorder,
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
    recorder: &LoadRecorder,
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
    recorder: &LoadRecorder,
    counts: Option<&mut Counts>,
    done: &mut CommitCounts,
) -> Result<(), LoadError> {
    let ticket = match merged(&writes) {
        Merged::One(packet) => path.submit(packet)?,
        Merged::Many(packet) => path.submit(&packet)?,
    };
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
    Ok(())
}

/// The packets of a group as one.
enum Merged<'group> {
    One(&'group Packet),
    Many(Packet),
}

/// Merges packets as the document's group commit did: what waits becomes a single packet.
fn merged(group: &[Request]) -> Merged<'_> {
    let mut packets = group.iter().filter_map(|request| match &request.batch.work {
        Work::Write(packet) => Some(packet),
        Work::Read(_) => None,
    });
    match (packets.next(), group.len()) {
        (Some(packet), 1) => Merged::One(packet),
        (first, _) => {
            let packets = first.into_iter().chain(packets);
            Merged::Many(Packet::new(
                packets.flat_map(|packet| packet.operations().iter().cloned()).collect(),
            ))
        }
    }
}
