//! The generator: hands each batch to the clients at the moment at which it closes.

use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;
use runner::sleep::{be_punctual, sleep_until};

use crate::backlog::BacklogSample;
use crate::batches::Batch;
use crate::clients::{BatchQueue, give_up};
use crate::shared_recorder::SharedRecorder;

/// Why no further batch came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoadEnd {
    /// The load was over.
    Complete,
    /// The path was so far behind that nothing more could be learnt.
    Behind,
    /// Ctrl-C.
    Interrupted,
    /// The path failed.
    Failed,
}

/// What the generator did.
#[derive(Debug, Clone)]
pub(crate) struct Generated {
    pub(crate) end: LoadEnd,
    /// When it ended, from the load's start.
    pub(crate) ended_at: Duration,
    /// How much later than it closed each batch was handed on, once the load was warm.
    pub(crate) lateness: LatencyHistogram,
    /// The backlog whenever a batch was handed on, once the load was warm.
    pub(crate) backlog: Vec<BacklogSample>,
    /// Operations that no client had taken when the load ended early: they are given up.
    pub(crate) given_up_operations: u64,
}

/// Samples of the backlog at most once in this time.
const BACKLOG_SAMPLE_EVERY: Duration = Duration::from_millis(5);

/// Hands out batches, each made ahead of its time, and sleeps in between: on two cores, a thread that
/// spins would take one from the path. Ends when the batches do, when more than `backlog_max`
/// operations wait, after Ctrl-C, or when the queue was closed.
pub(crate) fn generate(
    batches: impl Iterator<Item = Batch>,
    queue: &BatchQueue,
    recorder: &SharedRecorder,
    backlog_max: u64,
) -> Generated {
    be_punctual();
    let clock = *recorder.clock();
    let mut generated = Generated {
        end: LoadEnd::Complete,
        ended_at: clock.warm_up + clock.run,
        lateness: LatencyHistogram::new(),
        backlog: Vec::new(),
        given_up_operations: 0,
    };
    for batch in batches {
        let closes = batch.closes;
        if sleep_until(clock.begin + closes).is_err() {
            generated.end_early(LoadEnd::Interrupted, closes, queue);
            break;
        }
        let lateness = Instant::now().saturating_duration_since(clock.begin + closes);
        recorder.handed(&batch);
        if queue.push(batch).is_err() {
            generated.end_early(LoadEnd::Failed, closes, queue);
            break;
        }
        let backlog = recorder.backlog();
        if closes >= clock.warm_up {
            generated.lateness.record_ns(lateness.as_nanos() as u64);
            generated.note_backlog(closes, backlog);
        }
        if backlog > backlog_max {
            generated.end_early(LoadEnd::Behind, closes, queue);
            break;
        }
    }
    queue.close();
    generated
}

impl Generated {
    fn end_early(&mut self, end: LoadEnd, at: Duration, queue: &BatchQueue) {
        (self.end, self.ended_at) = (end, at);
        self.given_up_operations = give_up(queue);
    }

    fn note_backlog(&mut self, at: Duration, operations: u64) {
        let is_due = self.backlog.last().is_none_or(|last| at >= last.at + BACKLOG_SAMPLE_EVERY);
        if is_due {
            self.backlog.push(BacklogSample { at, operations });
        }
    }
}
