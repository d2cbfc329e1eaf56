//! Many states of one subject, judged on all cores; the worst is minimised.

mod faults;
mod judging;
mod minimise;
mod plan;
mod points;
mod tally;
mod threads;

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::fault::Fault;
use crate::life::live;
use crate::recording::Recording;
use crate::subject::Subject;
use crate::verdict::Verdict;
use crate::witness::Witness;

pub use faults::examine_faults;
pub use judging::{CutLife, Replay};
pub use plan::{Plan, Progress};

use judging::{judge_life, replayed};
use minimise::minimised;
use points::Pointed;
use tally::Tally;
use threads::on_threads;

/// Rounds in which points that have more states get what others left over.
const ROUNDS: usize = 4;

/// Lives once and examines what crashes in that life may leave.
///
/// # Errors
/// [`Error::Stopped`] if `progress` says so.
/// [`Error::Unsound`] if something is missing even without a crash; else what is the machinery's fault.
pub fn examine(
    subject: &dyn Subject,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<Verdict, Error> {
    let recording = live(subject, scratch, None)?;
    judge_life(subject, &recording, scratch)?;
    examine_recording(subject, &recording, plan, scratch, progress)
}

/// Examines what crashes in a recorded life may leave, which need not be the life that was lived: a control's
/// recording lacks something.
///
/// # Errors
/// What is the machinery's fault.
pub fn examine_recording(
    subject: &dyn Subject,
    recording: &Recording,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<Verdict, Error> {
    let points = recording.points(&subject.course().expected()).into_iter();
    let pointed: Vec<Mutex<Pointed>> =
        points.map(|point| Mutex::new(Pointed::new(point, plan))).collect();
    let mut tally = Tally::default();
    for _ in 0..ROUNDS {
        let open = pointed.iter().filter(|pointed| lock(pointed).has_more()).count() as u64;
        let left = plan.states.saturating_sub(tally.states());
        if open == 0 || left == 0 {
            break;
        }
        let each = left.div_ceil(open);
        tally.add(round(subject, &pointed, each, plan, scratch, progress)?);
    }
    let worst = tally.worst();
    let witness = worst.map(|worst| minimised(subject, recording, worst, scratch)).transpose()?;
    Ok(tally.verdict(subject.key(), witness))
}

/// Judges up to so many states at each point.
fn round(
    subject: &dyn Subject,
    pointed: &[Mutex<Pointed>],
    each: u64,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<Tally, Error> {
    let work = |piece: usize, own: &Path, tally: &mut Tally| {
        let mut pointed = lock(&pointed[piece]);
        pointed.judge(subject, each, own, &mut |seen| tally.see(seen, progress))
    };
    let mut all = Tally::default();
    for tally in on_threads(plan.threads, pointed.len(), scratch, work)? {
        all.add(tally);
    }
    Ok(all)
}

fn lock(pointed: &Mutex<Pointed>) -> MutexGuard<'_, Pointed> {
    pointed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lives again, with the same fault if there was one, and makes the state of a witness again.
///
/// # Errors
/// [`Error::Witness`] if it is of another life; else as [`examine`].
pub fn replay(
    subject: &dyn Subject,
    fault: Option<Fault>,
    witness: &Witness,
    scratch: &Path,
) -> Result<Replay, Error> {
    let recording = live(subject, scratch, fault)?;
    replayed(subject, &recording, witness, scratch)
}
