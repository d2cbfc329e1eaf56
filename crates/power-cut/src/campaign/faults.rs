//! Lives in which one write or sync goes wrong, and what power cuts after that may leave.

use std::path::Path;

use super::minimise::minimised;
use super::plan::{Plan, Progress};
use super::rounds::judged;
use super::tally::Tally;
use crate::error::Error;
use crate::fault::Fault;
use crate::life::live;
use crate::settings::FaultKind;
use crate::subject::Subject;
use crate::verdict::Verdict;

/// Lives once for each write or sync that may go wrong so, and examines `plan.states` states after each. Answers in
/// how many lives it went wrong, and what the states after that showed; their witness is FAULT@WITNESS.
///
/// # Errors
/// As [`examine`](super::examine).
pub fn examine_faults(
    subject: &dyn Subject,
    kind: FaultKind,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<(u64, Verdict), Error> {
    let tried = live(subject, scratch, None)?.tried;
    let operations = tried.get(&kind.operation()).copied().unwrap_or(0);
    let states = usize::try_from(plan.states).unwrap_or(usize::MAX).max(1);
    let (mut lives, mut all, mut worst_life) = (0, Tally::default(), None);
    for nth in 1..=operations {
        let fault = Fault { kind, nth };
        let recording = live(subject, scratch, Some(fault))?;
        // Threads may have done less this time.
        let Some(struck_at) = recording.struck_at else { continue };
        lives += 1;
        let mut points = recording.points(&subject.course().expected());
        points.retain(|point| point.at >= struck_at);
        let step = points.len().div_ceil(states).max(1);
        let points = points.into_iter().step_by(step);
        if all.add(judged(subject, points, plan, scratch, progress)?) {
            worst_life = Some((fault, recording));
        }
    }
    let shown = worst_life.zip(all.worst()).map(|((fault, recording), worst)| {
        Ok::<_, Error>((fault, minimised(subject, &recording, worst, scratch)?))
    });
    let (fault, shown) = shown.transpose()?.unzip();
    let verdict = all.verdict(subject.key(), shown);
    let witness = verdict.witness.zip(fault).map(|(witness, fault)| format!("{fault}@{witness}"));
    Ok((lives, Verdict { witness, ..verdict }))
}
