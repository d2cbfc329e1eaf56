//! Many states of one subject, judged on all cores; the worst is minimised.

mod faults;
mod judging;
mod minimise;
mod plan;
mod points;
mod rounds;
mod tally;

use std::path::Path;

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
use rounds::judged;

/// Lives once and examines what crashes in that life may leave.
///
/// # Errors
/// [`Error::Stopped`] if `progress` says so.
/// If something is missing even without a crash; else what is the machinery's fault.
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
    let points = recording.points(&subject.course().expected());
    let tally = judged(subject, points, plan, scratch, progress)?;
    let worst = tally.worst();
    let witness = worst.map(|worst| minimised(subject, recording, worst, scratch)).transpose()?;
    Ok(tally.verdict(subject.key(), witness))
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
