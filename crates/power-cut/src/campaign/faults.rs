//! Lives in which one write or sync goes wrong, and what power cuts after that may leave.

use std::ops::ControlFlow;
use std::path::Path;

use serde::{Deserialize, Serialize};

use super::judging::{Judged, Seen};
use super::minimise::minimised;
use super::plan::{Plan, Progress};
use super::points::Pointed;
use super::tally::Tally;
use super::threads::on_threads;
use crate::error::Error;
use crate::fault::{Fault, FaultKind, Operation};
use crate::oracle::Class;
use crate::point::Point;
use crate::recording::Recording;
use crate::subject::Subject;

/// What faults of one kind showed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FaultVerdict {
    /// Whose, as its id.
    pub case: String,
    /// What went wrong.
    pub fault: FaultKind,
    /// In so many lives, each with another write or sync that went wrong.
    pub lives: u64,
    /// States that were tried after it went wrong.
    pub states: u64,
    /// The worst of them.
    pub class: Class,
    /// The most acknowledged packets that one of them had lost.
    pub lost_packets_max: u64,
    /// A state that shows the worst, as FAULT@WITNESS; none if nothing is wrong.
    pub witness: Option<String>,
    /// What is wrong in it, in words.
    pub why: String,
}

/// What a thread has come upon.
#[derive(Default)]
struct Found {
    lives: u64,
    tally: Tally,
    worst: Option<(Fault, Recording, Judged)>,
}

/// Lives once for each write or sync that may go wrong so, and examines up to `plan.states` states after each.
///
/// # Errors
/// As [`examine`](super::examine).
pub fn examine_faults(
    subject: &dyn Subject,
    kind: FaultKind,
    plan: &Plan,
    scratch: &Path,
    progress: Progress<'_>,
) -> Result<FaultVerdict, Error> {
    let tried = subject.live(scratch, None)?.tried;
    let operations = match kind.operation() {
        Operation::Write => tried.writes,
        Operation::Sync => tried.syncs,
    };
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
    let states = tally.states();
    let verdict = tally.verdict(subject.key(), shown.as_ref().map(|(_, judged)| judged.clone()));
    Ok(FaultVerdict {
        case: verdict.case,
        fault: kind,
        lives,
        states,
        class: verdict.class,
        lost_packets_max: verdict.lost_packets_max,
        witness: shown.map(|(fault, judged)| format!("{fault}@{}", judged.witness)),
        why: verdict.why,
    })
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
        let recording = subject.live(scratch, Some(fault))?;
        // Threads may have done less this time.
        let Some(struck_at) = recording.struck_at else { return Ok(()) };
        self.lives += 1;
        let points = recording.points(&subject.before());
        let after: Vec<Point> = points.into_iter().filter(|point| point.at >= struck_at).collect();
        let most = usize::try_from(plan.states).unwrap_or(usize::MAX);
        let step = after.len().div_ceil(most).max(1);
        let each = plan.states.div_ceil(after.len().div_ceil(step).max(1) as u64);
        let mut tally = Tally::default();
        for point in after.into_iter().step_by(step) {
            Pointed::new(point, plan).judge(subject, each, scratch, &mut |seen| {
                tally.see(seen);
                match seen {
                    Seen::First(_) => progress(),
                    Seen::Again(..) => ControlFlow::Continue(()),
                }
            })?;
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
