//! Cases in randomized blocks: each block holds every case once, on a fresh store.

mod change;
mod layouts;
mod offered;
mod open_replicate;
mod order;
mod replicate;
mod sizing;
mod subject;
mod totals;
mod turns;
mod unbroken;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::case::Case;
use crate::error::RunnerError;
use crate::interrupt;
use crate::store::Start;
use crate::volumes::Volumes;
use crate::yardstick::Yardsticks;
pub use change::YARDSTICK_CHANGE_MAX;
use layouts::LayoutOrder;
use open_replicate::measure_alone;
pub use order::{SUB_BLOCK_CASES_MAX, drawn_seed, order};
pub(crate) use replicate::PIECES_FOR_BOTH;
use replicate::Ready;
pub use replicate::{
    Measured, OWN_CHECKPOINTS_MIN, Position, Prepared, Replicate, Timing, Work, floor_payload_bytes,
};
use sizing::Asked;
pub use subject::{Subject, volume_of};
pub use totals::{PieceStep, Totals};
pub use unbroken::Unbroken;

/// What the device may write back once the stores of a block are removed.
const PAUSE_BETWEEN_BLOCKS: Duration = Duration::from_millis(20);

/// How a question's cases are measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Blocks {
    /// How many blocks.
    pub count: NonZeroU32,
    /// Gives the orders.
    pub seed: u64,
    /// How much is done.
    pub effort: Effort,
}

/// How much is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effort {
    /// What the figures need.
    Measure(Timing),
    /// One packet on a store as opened: enough to see that a case works.
    Try,
}

/// Told while blocks are measured.
pub trait Progress {
    /// A case is about to be prepared or measured.
    fn begins(&mut self, step: Step<'_>);
    /// The step ended.
    fn ended(&mut self, step: Step<'_>);
    /// A case failed, and is left out from here on.
    fn failed(&mut self, id: &str, error: &RunnerError);
    /// A block is measured again.
    fn repeats(&mut self, block: u32, change: f64);
}

/// Where a run stands.
#[derive(Debug, Clone, Copy)]
pub struct Step<'question> {
    /// `None` while cases are prepared.
    pub block: Option<u32>,
    /// Cases of this block, or to be prepared, that were done before.
    pub done: usize,
    /// How many there are.
    pub of: usize,
    /// The case.
    pub id: &'question str,
}

/// How it went for one case.
pub type Outcome = Result<Measured, RunnerError>;

/// What was measured, by case, and how the run ended.
#[derive(Debug)]
pub struct Run {
    /// For each case, in the order in which they were given.
    pub cases: Vec<Outcome>,
    /// Blocks that are whole.
    pub blocks: u32,
    /// Whether the user asked to stop before the last one.
    pub interrupted: bool,
}

/// A case while the run lasts.
struct State<'question> {
    subject: Subject<'question>,
    progress: Result<Ready<'question>, RunnerError>,
    seconds: f64,
}

/// Measures cases in blocks. A case that fails leaves the later blocks; the rest go on.
///
/// # Errors
/// What concerns no single case: the CPU reference cannot be opened.
pub fn measure(
    subjects: &[Subject<'_>],
    blocks: Blocks,
    volumes: &mut Volumes,
    progress: &mut dyn Progress,
) -> Result<Run, RunnerError> {
    measure_beside(Yardsticks::open()?, subjects, blocks, volumes, progress)
}

/// As [`measure()`], beside the yardsticks of a study.
///
/// # Errors
/// As there.
pub fn measure_beside(
    yardsticks: Yardsticks,
    subjects: &[Subject<'_>],
    blocks: Blocks,
    volumes: &mut Volumes,
    progress: &mut dyn Progress,
) -> Result<Run, RunnerError> {
    let (cases, resolved): (Vec<Cow<'_, Case>>, Vec<Result<(), RunnerError>>) =
        offered::resolved(subjects, volumes).into_iter().unzip();
    let mut states: Vec<State<'_>> = Vec::new();
    for (done, (subject, resolved)) in subjects.iter().zip(resolved).enumerate() {
        let step = Step { block: None, done, of: subjects.len(), id: subject.id };
        progress.begins(step);
        let begun = Instant::now();
        let prepared =
            interrupt::check().and(resolved).and_then(|()| prepare(&cases[done], blocks, volumes));
        match &prepared {
            Ok(_) | Err(RunnerError::Interrupted) => {}
            Err(error) => progress.failed(subject.id, error),
        }
        let seconds = begun.elapsed().as_secs_f64();
        states.push(State { subject: *subject, progress: prepared, seconds });
        progress.ended(step);
    }
    let mut running = Running { states, seed: blocks.seed, volumes, yardsticks, progress };
    let mut whole = 0;
    while whole < blocks.count.get() && running.is_any_ready() && running.block(whole).is_ok() {
        whole += 1;
    }
    Ok(Run {
        cases: running.states.into_iter().map(State::into_outcome).collect(),
        blocks: whole,
        interrupted: whole < blocks.count.get() && interrupt::check().is_err(),
    })
}

/// Audits a case and chooses its work.
fn prepare<'question>(
    case: &'question Case,
    blocks: Blocks,
    volumes: &mut Volumes,
) -> Result<Ready<'question>, RunnerError> {
    let volume = volume_of(case, volumes)?;
    let start = match blocks.effort {
        Effort::Try => Start::Fresh,
        Effort::Measure(_) => Start::SteadyState,
    };
    let mut ready = Ready::audited(case, start, volume)?;
    if let Effort::Measure(timing) = blocks.effort {
        let of_block = |time: Duration| time / blocks.count.get();
        let timing = Timing {
            warm_up: timing.warm_up.map(of_block),
            pieces: timing.pieces.map(of_block),
            pieces_min: timing.pieces_min.div_ceil(blocks.count.get()),
        };
        let bytes_per_commit = ready.measured.sync_audit.as_ref().map(|it| it.bytes_per_commit);
        let asked = Asked { of_block: timing, blocks: blocks.count, bytes_per_commit };
        ready.prepared.work = sizing::choose(&ready.prepared, asked, volume)?;
        ready.measured.work = ready.prepared.work;
    }
    Ok(ready)
}

/// Cases while their blocks are measured.
struct Running<'question, 'run> {
    states: Vec<State<'question>>,
    seed: u64,
    volumes: &'run mut Volumes,
    yardsticks: Yardsticks,
    progress: &'run mut dyn Progress,
}

impl Running<'_, '_> {
    /// A block of which every case was left out says nothing.
    fn is_any_ready(&self) -> bool {
        self.states.iter().any(|state| state.progress.is_ok())
    }

    /// Measures a block, and again if a yardstick changed too much within it. What an interrupt, which is the only error,
    /// left of a block is dropped.
    fn block(&mut self, block: u32) -> Result<(), RunnerError> {
        for attempt in 0..=1 {
            let ended = self.attempt(Position { block, place: 0, attempt });
            let change = self.change_within(block);
            let is_last = attempt == 1 || change <= YARDSTICK_CHANGE_MAX;
            if ended.is_ok() && is_last {
                break;
            }
            for ready in self.states.iter_mut().flat_map(|state| &mut state.progress) {
                ready.measured.replicates.retain(|replicate| replicate.record.block != block);
            }
            ended?;
            self.progress.repeats(block, change);
        }
        Ok(())
    }

    fn attempt(&mut self, position: Position) -> Result<(), RunnerError> {
        let groups: Vec<&str> = self.states.iter().map(|state| state.subject.group).collect();
        let mut stores: Vec<TempDir> = Vec::new();
        let order = order(&groups, self.seed, position.block);
        let of = order.len();
        for (done, index) in order.into_iter().enumerate() {
            let state = &mut self.states[index];
            let Ok(ready) = &mut state.progress else { continue };
            let step = Step { block: Some(position.block), done, of, id: state.subject.id };
            self.progress.begins(step);
            let begun = Instant::now();
            let place = u32::try_from(done).unwrap_or(u32::MAX);
            let position = Position { place, ..position };
            let (prepared, yardsticks) = (&ready.prepared, &mut self.yardsticks);
            let measured = interrupt::check().and_then(|()| {
                let volume = volume_of(prepared.case, self.volumes)?;
                match &prepared.case.beside {
                    None => measure_alone(prepared, position, volume, yardsticks),
                    Some(baseline) => {
                        let layouts = LayoutOrder::drawn(self.seed, index, prepared.case, baseline);
                        turns::measure(prepared, layouts, position, volume, yardsticks)
                    }
                }
            });
            state.seconds += begun.elapsed().as_secs_f64();
            match measured {
                Ok((replicate, directories)) => {
                    ready.measured.replicates.push(replicate);
                    stores.extend(directories);
                }
                Err(RunnerError::Interrupted) => return Err(RunnerError::Interrupted),
                Err(error) => {
                    self.progress.failed(state.subject.id, &error);
                    state.progress = Err(error);
                }
            }
            self.progress.ended(step);
        }
        // Removing files makes the device work, so it is done when nothing is timed.
        drop(stores);
        thread::sleep(PAUSE_BETWEEN_BLOCKS);
        Ok(())
    }

    /// By how much a yardstick changed among the readings of a block.
    fn change_within(&self, block: u32) -> f64 {
        change::among(self.states.iter().flat_map(|state| &state.progress).flat_map(|ready| {
            let payload = floor_payload_bytes(ready.prepared.case);
            let replicates = ready.measured.replicates.iter();
            let of_block = replicates.filter(move |replicate| replicate.record.block == block);
            of_block.flat_map(|it| &it.readings).map(move |reading| (payload, reading))
        }))
    }
}

impl State<'_> {
    fn into_outcome(self) -> Outcome {
        Ok(Measured { seconds: self.seconds, ..self.progress?.measured })
    }
}

/// The yardsticks beside one piece.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Yardstick {
    /// The floor in ns; `None` where it was not read.
    pub floor_ns: Option<f64>,
    /// The CPU reference in ns.
    pub reference_ns: f64,
}

impl Replicate {
    /// The yardsticks beside a piece: the means of those before and after it.
    #[must_use]
    pub fn yardsticks_of(&self, piece: usize) -> Option<Yardstick> {
        let (before, after) = (self.readings.get(piece)?, self.readings.get(piece + 1)?);
        Some(Yardstick {
            floor_ns: before.floor_ns.zip(after.floor_ns).map(|(a, b)| f64::midpoint(a, b)),
            reference_ns: f64::midpoint(before.reference_ns, after.reference_ns),
        })
    }
}
