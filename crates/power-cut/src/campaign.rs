//! Many states of one subject, judged on all cores; the worst is minimised.

mod judging;
mod minimise;
mod plan;
mod points;
mod tally;

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;

use crate::error::Error;
use crate::recording::Recording;
use crate::subject::Subject;
use crate::verdict::Verdict;
use crate::witness::Witness;

pub use judging::{CutLife, Replay, replayed};
pub use plan::Plan;

use judging::{Seen, judge_life};
use minimise::minimised;
use points::Pointed;
use tally::Tally;

/// Rounds in which points that have more states get what others left over.
const ROUNDS: usize = 4;

/// Who is told of each state, and says whether to go on.
pub type Progress<'a> = &'a (dyn Fn() -> ControlFlow<()> + Sync);

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
    let recording = subject.live(scratch)?;
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
    let points = recording.points(&subject.before()).into_iter();
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
    let next = AtomicUsize::new(0);
    let work = |number: usize| {
        let own = scratch.join(format!("thread-{number}"));
        std::fs::create_dir_all(&own).map_err(Error::io("creating", &own))?;
        let mut tally = Tally::default();
        while let Some(pointed) = pointed.get(next.fetch_add(1, Ordering::Relaxed)) {
            let mut pointed = lock(pointed);
            pointed.judge(subject, each, &own, &mut |seen| {
                tally.see(seen);
                match seen {
                    Seen::First(_) => progress(),
                    Seen::Again(..) => ControlFlow::Continue(()),
                }
            })?;
        }
        Ok(tally)
    };
    let tallies: Vec<Result<Tally, Error>> = thread::scope(|scope| {
        let threads: Vec<_> =
            (0..plan.threads.get()).map(|number| scope.spawn(move || work(number))).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a thread of a campaign panicked"))
            .collect()
    });
    let mut all = Tally::default();
    for tally in tallies {
        all.add(tally?);
    }
    Ok(all)
}

fn lock(pointed: &Mutex<Pointed>) -> MutexGuard<'_, Pointed> {
    pointed.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Lives again and makes the state of a witness again.
///
/// # Errors
/// [`Error::Witness`] if it is of another life; else as [`examine`].
pub fn replay(subject: &dyn Subject, witness: &Witness, scratch: &Path) -> Result<Replay, Error> {
    let recording = subject.live(scratch)?;
    replayed(subject, &recording, witness, scratch)
}
