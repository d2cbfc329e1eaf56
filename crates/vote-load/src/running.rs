//! How a point is measured: from an empty directory to the check after reopening, between readings of both yardsticks.

use std::time::Instant;

use measure::utc::UtcSecond;
use runner::commit::commit;
use runner::session::Session;
use runner::store::device_meter;
use runner::verify::{Depth, close_and_verify};
use write_path::{Digest, Operation, Packet, Record, WritePath};

use crate::error::LoadError;
use crate::loading::OnLine;
use crate::operations::Operations;
use crate::point::Point;
use crate::record::{Finished, MeasuredPoint};
use crate::subject::Subject;
use crate::turn::Turn;

/// What a search notes in a point before it is kept.
pub(crate) type Judge<'search> = &'search mut dyn FnMut(&mut MeasuredPoint);

/// Votes of a packet that fills a store before the load.
const FILLING_VOTES: usize = 4_096;

impl Point {
    /// Measures the point in a session: fills a store in a directory of its own, loads it, drains and closes it, opens
    /// it again and compares every vote. The yardsticks are read before the load and after draining.
    ///
    /// # Errors
    /// Whatever the path answers, [`runner::RunnerError::Unfaithful`] where the comparison fails, and when the record
    /// cannot be written.
    pub fn measure(
        &self,
        session: &mut Session,
        subject: &Subject,
        on_line: OnLine<'_>,
    ) -> Result<MeasuredPoint, LoadError> {
        self.measure_judged(session, subject, on_line, &mut |_| {}, None)
    }

    /// The same for a point that tells something of its rate in a search, and one that has its turn among others.
    pub(crate) fn measure_judged(
        &self,
        session: &mut Session,
        subject: &Subject,
        on_line: OnLine<'_>,
        judge: Judge<'_>,
        turn: Option<Turn>,
    ) -> Result<MeasuredPoint, LoadError> {
        let (begun, started_utc) = (Instant::now(), UtcSecond::now());
        let scratch = session.scratch().case_directory()?;
        let directory = scratch.path();
        let mut path = subject.spec.open(directory)?;
        // So that whatever is kept by article is there before the load.
        let before = fill(path.as_mut(), Operations::before(&self.load))?;
        // Those of the filling are nobody's.
        let _before = path.inspect().take_checkpoints();
        let meter = device_meter(directory)?;
        let syncs_before = path.counters().total().syncs;
        let reading_before = session.read_yardsticks()?;
        let written_before = meter.read();
        let loaded = self.load_path(path.as_mut(), meter.clone(), on_line)?;
        let syncs = path.counters().total().syncs - syncs_before;
        let checkpoints = path.inspect().take_checkpoints();
        let draining = Instant::now();
        path.drain()?;
        let drained_in = draining.elapsed();
        let written = meter.read().since(&written_before);
        let readings = [reading_before, session.read_yardsticks()?];
        let mut acked = before;
        acked.merge(&self.acked(loaded.seen.acked.numbers()));
        let spec = subject.spec.as_ref();
        let nothing = Digest::default();
        let closed = close_and_verify(path, spec, directory, acked, nothing, Depth::Counts)?;
        let finished = Finished {
            point: self,
            subject,
            directory,
            begun,
            started_utc,
            loaded,
            syncs,
            checkpoints,
            drained_in,
            written,
            readings,
            closed,
            turn,
        };
        let mut measured = finished.into_measured()?;
        judge(&mut measured);
        measured.record.load = Some(measured.load.clone());
        session.keep(&measured.record)?;
        Ok(measured)
    }

    /// Every vote that was acked, made again from the seed.
    fn acked(&self, numbers: Vec<u64>) -> Digest {
        let mut numbers = numbers.into_iter().peekable();
        let mut digest = Digest::default();
        for batch in self.batches() {
            if numbers.peek().is_none() {
                break;
            }
            if numbers.next_if_eq(&batch.number).is_some() {
                batch.votes().for_each(|vote| digest.add(vote));
            }
        }
        digest
    }
}

/// Puts votes into a store packet by packet, and settles it.
pub(crate) fn fill(
    path: &mut dyn WritePath,
    votes: impl Iterator<Item = Record>,
) -> Result<Digest, LoadError> {
    let mut digest = Digest::default();
    let mut votes = votes.inspect(|vote| digest.add(vote)).map(Operation::Insert).peekable();
    while votes.peek().is_some() {
        commit(path, &Packet::new(votes.by_ref().take(FILLING_VOTES).collect()))?;
    }
    drop(votes);
    path.drain()?;
    Ok(digest)
}
