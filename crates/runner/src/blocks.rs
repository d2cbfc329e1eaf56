//! Cases in randomized blocks: each block holds every case once, on a fresh store.

mod change;
mod layouts;
mod measured;
mod offered;
mod open_replicate;
mod order;
mod replicate;
mod sizing;
mod study;
mod subject;
mod timing;
mod turns;
mod unbroken;

use std::borrow::Cow;
use std::num::NonZeroU32;
use std::thread;
use std::time::{Duration, Instant};

use measure::record::SyncAudit;
use tempfile::TempDir;

use crate::audit::audit;
use crate::case::Case;
use crate::error::RunnerError;
use crate::interrupt;
use crate::reading::Task;
use crate::store::Start;
use crate::volumes::Volumes;
use crate::yardstick::Yardsticks;
pub use change::YARDSTICK_CHANGE_MAX;
use layouts::LayoutOrder;
pub use measured::Measured;
use open_replicate::measure_alone;
pub use order::{SUB_BLOCK_CASES_MAX, drawn_seed, order};
pub use replicate::{
    EndState, OpenedLayouts, Piece, PieceStep, Position, Prepared, Replicate, Work,
    floor_payload_bytes,
};
use sizing::Asked;
pub use study::{Settling, Study};
pub use subject::Subject;
use subject::volume_of;
pub use timing::{OWN_CHECKPOINTS_MIN, Timing};
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

struct Ready<'question> {
    prepared: Prepared<'question>,
    sync_audit: Option<SyncAudit>,
    replicates: Vec<Replicate>,
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
    measure_for_study(Study::default(), subjects, blocks, volumes, progress)
}

/// As [`measure()`], in the way of a study.
///
/// # Errors
/// As there.
pub fn measure_for_study(
    study: Study,
    subjects: &[Subject<'_>],
    blocks: Blocks,
    volumes: &mut Volumes,
    progress: &mut dyn Progress,
) -> Result<Run, RunnerError> {
    let mut yardsticks = Yardsticks::open()?.with_candidate(study.candidate);
    let (cases, resolved): (Vec<Cow<'_, Case>>, Vec<Result<(), RunnerError>>) =
        offered::resolved(subjects, volumes).into_iter().unzip();
    let mut states: Vec<State<'_>> = Vec::new();
    for (done, (subject, resolved)) in subjects.iter().zip(resolved).enumerate() {
        let step = Step { block: None, done, of: subjects.len(), id: subject.id };
        progress.begins(step);
        let begun = Instant::now();
        let prepared = interrupt::check()
            .and(resolved)
            .and_then(|()| prepare(&cases[done], study.settling, blocks, volumes));
        tell_failure(subject.id, &prepared, progress);
        let seconds = begun.elapsed().as_secs_f64();
        states.push(State { subject: *subject, progress: prepared, seconds });
        progress.ended(step);
    }
    let mut whole = 0;
    // A block of which every case was left out says nothing.
    let is_any_ready = |states: &[State<'_>]| states.iter().any(|state| state.progress.is_ok());
    while whole < blocks.count.get() && is_any_ready(&states) {
        let ended =
            block_with_repetition(&mut states, whole, blocks, volumes, &mut yardsticks, progress);
        if ended == BlockEnd::Interrupted {
            break;
        }
        whole += 1;
    }
    Ok(Run {
        cases: states.into_iter().map(State::into_outcome).collect(),
        blocks: whole,
        interrupted: whole < blocks.count.get() && interrupt::check().is_err(),
    })
}

/// How a block ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum BlockEnd {
    Whole,
    Interrupted,
}

/// Audits a case and chooses its work.
fn prepare<'question>(
    case: &'question Case,
    settling: Settling,
    blocks: Blocks,
    volumes: &mut Volumes,
) -> Result<Ready<'question>, RunnerError> {
    case.refuse_unchecked_reader()?;
    let volume = volume_of(case, volumes)?;
    let sync_audit = (case.task == Task::Write).then(|| audit(case, volume)).transpose()?;
    let syncs_per_commit = sync_audit.as_ref().map(|audit| audit.syncs_per_commit);
    let start = Start::Fresh;
    let untried = Prepared { case, work: Work::ONE_UNIT, start, settling, syncs_per_commit };
    let prepared = match blocks.effort {
        Effort::Try => untried,
        Effort::Measure(timing) => {
            let untried = Prepared { start: Start::SteadyState, ..untried };
            let of_block = |time: Duration| time / blocks.count.get();
            let timing = Timing {
                warm_up: timing.warm_up.map(of_block),
                pieces: timing.pieces.map(of_block),
                pieces_min: timing.pieces_min.div_ceil(blocks.count.get()),
            };
            let bytes_per_commit = sync_audit.as_ref().map(|audit| audit.bytes_per_commit);
            let asked = Asked { of_block: timing, blocks: blocks.count, bytes_per_commit };
            Prepared { work: sizing::choose(&untried, asked, volume)?, ..untried }
        }
    };
    Ok(Ready { prepared, sync_audit, replicates: Vec::new() })
}

/// Measures a block, and again if a yardstick changed too much within it. What an interrupt left of a block is
/// dropped.
fn block_with_repetition(
    states: &mut [State<'_>],
    block: u32,
    blocks: Blocks,
    volumes: &mut Volumes,
    yardsticks: &mut Yardsticks,
    progress: &mut dyn Progress,
) -> BlockEnd {
    for attempt in 0..=1 {
        let position = Position { block, place: 0, attempt };
        let ended = one_block(states, position, blocks.seed, volumes, yardsticks, progress);
        let change = change_within(states, block);
        let is_last = attempt == 1 || change <= YARDSTICK_CHANGE_MAX;
        if ended == BlockEnd::Whole && is_last {
            return BlockEnd::Whole;
        }
        drop_block(states, block);
        if ended == BlockEnd::Interrupted {
            return BlockEnd::Interrupted;
        }
        progress.repeats(block, change);
    }
    BlockEnd::Whole
}

fn one_block(
    states: &mut [State<'_>],
    position: Position,
    seed: u64,
    volumes: &mut Volumes,
    yardsticks: &mut Yardsticks,
    progress: &mut dyn Progress,
) -> BlockEnd {
    let groups: Vec<&str> = states.iter().map(|state| state.subject.group).collect();
    let mut stores: Vec<TempDir> = Vec::new();
    let order = order(&groups, seed, position.block);
    let of = order.len();
    for (done, index) in order.into_iter().enumerate() {
        let state = &mut states[index];
        let Ok(ready) = &mut state.progress else { continue };
        let step = Step { block: Some(position.block), done, of, id: state.subject.id };
        progress.begins(step);
        let begun = Instant::now();
        let place = u32::try_from(done).unwrap_or(u32::MAX);
        let position = Position { place, ..position };
        let measured = interrupt::check().and_then(|()| {
            let volume = volume_of(ready.prepared.case, volumes)?;
            match &ready.prepared.case.beside {
                None => measure_alone(&ready.prepared, position, volume, yardsticks),
                Some(baseline) => {
                    let layouts = LayoutOrder::drawn(seed, index, ready.prepared.case, baseline);
                    turns::measure(&ready.prepared, layouts, position, volume, yardsticks)
                }
            }
        });
        state.seconds += begun.elapsed().as_secs_f64();
        match measured {
            Ok((replicate, directories)) => {
                ready.replicates.push(replicate);
                stores.extend(directories);
            }
            Err(RunnerError::Interrupted) => return BlockEnd::Interrupted,
            Err(error) => {
                progress.failed(state.subject.id, &error);
                state.progress = Err(error);
            }
        }
        progress.ended(step);
    }
    // Removing files makes the device work, so it is done when nothing is timed.
    drop(stores);
    thread::sleep(PAUSE_BETWEEN_BLOCKS);
    BlockEnd::Whole
}

/// By how much a yardstick changed among the readings of a block.
fn change_within(states: &[State<'_>], block: u32) -> f64 {
    let ready = states.iter().filter_map(|state| state.progress.as_ref().ok());
    change::among(ready.flat_map(|ready| {
        let payload = floor_payload_bytes(ready.prepared.case);
        let of_block =
            ready.replicates.iter().filter(move |replicate| replicate.position.block == block);
        of_block.flat_map(|it| &it.readings).map(move |reading| (payload, reading))
    }))
}

fn drop_block(states: &mut [State<'_>], block: u32) {
    for state in states {
        if let Ok(ready) = &mut state.progress {
            ready.replicates.retain(|replicate| replicate.position.block != block);
        }
    }
}

fn tell_failure<T>(id: &str, outcome: &Result<T, RunnerError>, progress: &mut dyn Progress) {
    match outcome {
        Ok(_) | Err(RunnerError::Interrupted) => {}
        Err(error) => progress.failed(id, error),
    }
}

impl State<'_> {
    fn into_outcome(self) -> Outcome {
        let Ready { prepared, sync_audit, replicates } = self.progress?;
        Ok(Measured {
            sync_audit,
            work: prepared.work,
            offered_per_second: prepared.case.load.driver.offered_per_second(),
            replicates,
            seconds: self.seconds,
        })
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
