//! The states of one point, and those of the restarts after them.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::ops::ControlFlow;
use std::path::Path;

use disk_model::{Dice, Disk};

use super::judging::{Judged, Seen, restart, second_points};
use super::plan::Plan;
use crate::choice::{Choices, Interrupted};
use crate::directory::filled_chunks;
use crate::error::Error;
use crate::oracle::Class;
use crate::point::Point;
use crate::subject::Subject;
use crate::witness::{Cut, Volatile, Witness};

/// One in so many states has its restart cut as well.
const SECOND_CUT_EVERY: u64 = 12;
/// At so many moments of the restart, in two states each.
const SECOND_POINTS: usize = 3;
const SECOND_STATES: usize = 2;
/// So many states in succession that were seen already mean that there are no others.
const SEEN_MAX: u32 = 60;

/// Who is told of each state, and says whether to go on.
pub(super) type Tell<'a> = &'a mut dyn FnMut(Seen<'_>) -> ControlFlow<()>;

/// A point and what was tried of it.
#[derive(Debug)]
pub(super) struct Pointed {
    point: Point,
    choices: Choices,
    dice: Dice,
    interrupted: Interrupted,
    /// What each state showed, by its fingerprint.
    seen: HashMap<u64, Class>,
    judged: u64,
    has_more: bool,
}

impl Pointed {
    pub(super) fn new(point: Point, plan: &Plan) -> Self {
        let mut dice = Dice::new(plan.seed ^ (point.at as u64) << 20);
        let own = Dice::new(dice.throw());
        let has_volatile = !point.volatile.is_empty();
        Self {
            choices: Choices::at(&point, plan.interrupted, has_volatile, own),
            point,
            dice,
            interrupted: plan.interrupted,
            seen: HashMap::new(),
            judged: 0,
            has_more: true,
        }
    }

    pub(super) fn has_more(&self) -> bool {
        self.has_more
    }

    /// Judges up to `most` states that were not judged before.
    pub(super) fn judge(
        &mut self,
        subject: &dyn Subject,
        most: u64,
        scratch: &Path,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        let end = self.judged + most;
        while self.judged < end {
            let Some((cut, disk, fingerprint)) = self.next_state(tell) else {
                self.has_more = false;
                break;
            };
            self.judged += 1;
            let recorded = self.dice.below(SECOND_CUT_EVERY) == 0;
            let state = (&disk, cut.volatile);
            let (first, judgement) = restart(subject, &self.point, state, (1, recorded), scratch)?;
            self.seen.insert(fingerprint, judgement.class);
            let witness = Witness { cuts: vec![cut.clone()] };
            let points = second_points(&self.point, first.as_ref(), &judgement);
            go_on(tell(Seen::First(&Judged { phase: self.point.phase, judgement, witness })))?;
            self.judge_second(subject, (&cut, &points), scratch, tell)?;
        }
        Ok(())
    }

    fn judge_second(
        &mut self,
        subject: &dyn Subject,
        (cut, points): (&Cut, &[Point]),
        scratch: &Path,
        tell: Tell<'_>,
    ) -> Result<(), Error> {
        for _ in 0..SECOND_POINTS.min(points.len()) {
            let point = &points[self.dice.below(points.len() as u64) as usize];
            let dice = Dice::new(self.dice.throw());
            // The first states of a point are the plainest: nothing is kept, or everything.
            let plain = Choices::at(point, self.interrupted, false, dice.clone()).next();
            let skipped = self.dice.below(24) as usize;
            let other = Choices::at(point, self.interrupted, false, dice).nth(skipped);
            for second in plain.into_iter().chain(other).take(SECOND_STATES) {
                let disk = second.of(&point.disk);
                let state = (&disk, second.volatile);
                let (_, judgement) = restart(subject, point, state, (2, false), scratch)?;
                let witness = Witness { cuts: vec![cut.clone(), second] };
                self.judged += 1;
                go_on(tell(Seen::First(&Judged { phase: point.phase, judgement, witness })))?;
            }
        }
        Ok(())
    }

    /// The next state whose files differ from all before, and its fingerprint.
    fn next_state(&mut self, tell: Tell<'_>) -> Option<(Cut, Disk, u64)> {
        for _ in 0..SEEN_MAX {
            let cut = self.choices.next()?;
            let disk = cut.of(&self.point.disk);
            let fingerprint = fingerprint(&disk, cut.volatile);
            match self.seen.get(&fingerprint) {
                // Whoever wants to stop is asked again at the next state.
                Some(&class) => {
                    let _ = tell(Seen::Again(class, cut.hazards.metadata));
                }
                None => return Some((cut, disk, fingerprint)),
            }
        }
        None
    }
}

fn go_on(told: ControlFlow<()>) -> Result<(), Error> {
    if told.is_break() { Err(Error::Stopped) } else { Ok(()) }
}

/// Two states of one fingerprint are taken for one; of a million states at a point, two differing ones share it
/// with a chance of one in 36 million.
fn fingerprint(disk: &Disk, volatile: Volatile) -> u64 {
    let mut hasher = DefaultHasher::new();
    volatile.hash(&mut hasher);
    for (name, bytes) in disk.files() {
        (name, bytes.len()).hash(&mut hasher);
        // Space that was made beforehand is zeros for the most part.
        filled_chunks(bytes).for_each(|chunk| chunk.hash(&mut hasher));
    }
    hasher.finish()
}
