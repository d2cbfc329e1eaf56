//! Lives in which one write or sync goes wrong, and what power cuts after that may leave.

use std::path::Path;

use super::judging::{Judged, Seen};
use super::minimise::minimised;
use super::plan::{Plan, Progress};
use super::points::Pointed;
use super::tally::Tally;
use super::threads::on_threads;
use crate::error::Error;
use crate::fault::Fault;
use crate::life::live;
use crate::point::Point;
use crate::recording::Recording;
use crate::settings::FaultKind;
use crate::subject::Subject;
use crate::verdict::Verdict;

/// What a thread has come upon.
#[derive(Default)]
struct Found {
    lives: u64,
    tally: Tally,
    worst: Option<(Fault, Recording, Judged)>,
}

/// Lives once for each write or sync that may go wrong so, and examines up to `plan.states` states after each. Answers in
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
    let work = |piece: usize, own: &Path, found: &mut Found| {
        let fault = Fault { kind, nth: piece as u64 + 1 };
        found.live(subject, fault, plan, own, progress)
    };
    let all = on_threads(plan.threads, operations as usize, scratch, work)?;
    let (mut lives, mut tally, mut worst) = (0, Tally::default(), None);
    for found in all {
        lives += found.lives;
        tally.add(found.tally);
        worst = worse(worst, found.worst);
    }
    let shown = worst.map(|(fault, recording, judged)| {
        let smallest = minimised(subject, &recording, &judged, scratch)?;
        Ok::<_, Error>((fault, smallest))
    });
    let shown = shown.transpose()?;
    let (fault, shown) = shown.unzip();
    let verdict = tally.verdict(subject.key(), shown);
    let witness = verdict.witness.zip(fault).map(|(witness, fault)| format!("{fault}@{witness}"));
    Ok((lives, Verdict { witness, ..verdict }))
}

impl Found {
    fn live(
        &mut self,
        subject: &dyn Subject,
        fault: Fault,
        plan: &Plan,
        scratch: &Path,
        progress: Progress<'_>,
    ) -> Result<(), Error> {
        let recording = live(subject, scratch, Some(fault))?;
        // Threads may have done less this time.
        let Some(struck_at) = recording.struck_at else { return Ok(()) };
        self.lives += 1;
        let points = recording.points(&subject.course().expected());
        let after: Vec<Point> = points.into_iter().filter(|point| point.at >= struck_at).collect();
        let most = usize::try_from(plan.states).unwrap_or(usize::MAX);
        let step = after.len().div_ceil(most).max(1);
        let each = plan.states.div_ceil(after.len().div_ceil(step).max(1) as u64);
        let mut tally = Tally::default();
        for point in after.into_iter().step_by(step) {
            let tell = &mut |seen: Seen<'_>| tally.see(seen, progress);
            Pointed::new(point, plan).judge(subject, each, scratch, tell)?;
        }
        let worst = tally.worst().map(|judged| (fault, recording, judged.clone()));
        self.worst = worse(self.worst.take(), worst);
        self.tally.add(tally);
        Ok(())
    }
}

type Shown = Option<(Fault, Recording, Judged)>;

/// The one that shows more; of equals the one whose fault comes first, whoever came upon it.
fn worse(one: Shown, other: Shown) -> Shown {
    let rank = |of: &Shown| {
        let shown = of.as_ref();
        shown.map(|(fault, _, judged)| {
            let Judged { judgement, .. } = judged;
            (judgement.class, judgement.lost, std::cmp::Reverse(fault.nth))
        })
    };
    if rank(&other) > rank(&one) { other } else { one }
}
