//! The generator: hands each batch to the clients at the moment at which it closes.

use runner::RunnerError;
use std::num::NonZeroU64;
use std::thread;
use std::time::{Duration, Instant};

use measure::latency::LatencyHistogram;

use crate::backlog::BacklogSample;
use crate::batches::Batch;
use crate::clients::{BatchQueue, give_up};
use crate::recorder::LoadRecorder;

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

/// A sleep is cut in pieces of this length, so that Ctrl-C is heard.
const NAP_MAX: Duration = Duration::from_millis(100);

/// The slack of the kernel's timers for this thread, in ns. The default of 50 us would make every
/// batch late by as much (prctl(2), `PR_SET_TIMERSLACK`).
const TIMER_SLACK_NS: NonZeroU64 = NonZeroU64::new(1_000).expect("not zero");

/// Samples of the backlog at most once in this time.
const BACKLOG_SAMPLE_EVERY: Duration = Duration::from_millis(5);

/// Hands out batches, each made ahead of its time, and sleeps in between: on two cores, a thread that
/// spins would take one from the path. Ends when the batches do, when more than `backlog_max`
/// operations wait, after Ctrl-C, or when the queue was closed.
pub(crate) fn generate(
    batches: impl Iterator<Item = Batch>,
    queue: &BatchQueue,
    recorder: &LoadRecorder,
    backlog_max: u64,
) -> Generated {
    // Without it the thread is only later, and its lateness is measured.
    let _ = rustix::thread::set_current_timer_slack(Some(TIMER_SLACK_NS));
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

/// Sleeps until a moment; `Err` after Ctrl-C.
fn sleep_until(moment: Instant) -> Result<(), RunnerError> {
    loop {
        runner::interrupt::check()?;
        let left = moment.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(());
        }
        thread::sleep(left.min(NAP_MAX));
    }
}
