//! How a point runs: from an empty directory to the check after reopening.

use std::path::Path;
use std::time::Instant;

use runner::commit::commit;
use runner::record::record_of_checkpoints;
use runner::store::device_meter;
use runner::verify::{ClosedIn, Depth, close_and_verify};
use write_path::{Digest, Operation, Packet, PathSpec, Record, WritePath};

use crate::backlog::{BacklogGrowth, BacklogTrend};
use crate::error::LoadError;
use crate::loading::{Loaded, OnLine};
use crate::operations::Operations;
use crate::outcome::{Measured, PointOutcome};
use crate::point::Point;
use crate::shared_recorder::Seen;

/// Votes of a packet that fills a store before the load.
const FILLING_VOTES: usize = 4_096;

impl Point {
    /// Runs the point in an empty directory: fills the store, loads it, drains and closes it, opens
    /// it again and compares every vote. The yardsticks are read before the load and after draining.
    ///
    /// # Errors
    /// Whatever the path answers, and [`runner::RunnerError::Unfaithful`] where the comparison fails.
    pub fn run(
        &self,
        spec: &dyn PathSpec,
        directory: &Path,
        on_line: OnLine<'_>,
        read_yardsticks: &mut dyn FnMut() -> Result<(), LoadError>,
    ) -> Result<PointOutcome, LoadError> {
        let mut path = spec.open(directory)?;
        // So that whatever is kept by article is there before the load.
        let before = fill(path.as_mut(), Operations::before(&self.load))?;
        // Those of the filling are nobody's.
        let _before = path.inspect().take_checkpoints();
        let meter = device_meter(directory)?;
        let work_before = path.counters().total();
        read_yardsticks()?;
        let written_before = meter.read();
        let loaded = self.load_path(path.as_mut(), meter.clone(), on_line)?;
        let syncs = path.counters().total().syncs - work_before.syncs;
        let checkpoints = path.inspect().take_checkpoints();
        let draining = Instant::now();
        path.drain()?;
        let drained_in = draining.elapsed();
        let written = meter.read().since(&written_before);
        read_yardsticks()?;
        let (settings, identity, sizes) = (
            path.inspect().settings()?,
            path.inspect().identity()?,
            path.inspect().storage_sizes()?,
        );
        let mut acked = before;
        acked.merge(&self.acked(loaded.seen.acked.numbers()));
        let place = ClosedIn { spec, directory };
        let verified = close_and_verify(path, &place, acked, Digest::default(), Depth::Counts)?;
        let measured = Measured { loaded: &loaded, drained_in, syncs };
        let acked_per_second = measured.acked_per_second(self)?;
        let acked_mean_per_second = measured.acked_mean_per_second(self);
        let (drained_per_second, commits, beyond_limit) =
            (measured.drained_per_second(), measured.commits(), measured.beyond_limit(self));
        let Loaded { clock, generated, seen, given_up_operations, .. } = loaded;
        let Seen { mut recorder, writes, reads, series, .. } = seen;
        Ok(PointOutcome {
            point: *self,
            acked_per_second,
            acked_mean_per_second,
            drained_per_second,
            backlog: BacklogTrend::of(&generated.backlog),
            backlog_growth: BacklogGrowth::of(&generated.backlog),
            commits,
            beyond_limit,
            end: generated.end,
            checkpoints: record_of_checkpoints(
                checkpoints.iter(),
                clock.begin,
                clock.begin.elapsed().min(self.length()),
            ),
            given_up_operations: given_up_operations + generated.given_up_operations,
            lateness: generated.lateness,
            writes,
            reads,
            series,
            stages: recorder.take_latencies().1,
            largest: recorder.largest_sizes(),
            timeline: recorder.finish(),
            written,
            drained_in,
            reopened_in: verified.reopened_in,
            settings,
            identity,
            sizes,
            verified: verified.found,
            unstored: verified.unstored,
        })
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
                batch.add_to(&mut digest);
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
