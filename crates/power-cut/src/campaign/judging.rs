//! One state: made, opened and judged.

use std::path::Path;

use disk_model::{Disk, Hazards, Metadata};

use crate::error::Error;
use crate::life::{self, Left};
use crate::oracle::{Class, Judgement, judge};
use crate::point::Point;
use crate::recording::{Phase, Recording};
use crate::subject::Subject;
use crate::witness::{Cut, Volatile, Witness};

/// A state that was judged.
#[derive(Clone, Debug)]
pub(super) struct Judged {
    pub(super) phase: Phase,
    pub(super) judgement: Judgement,
    pub(super) witness: Witness,
}

/// What a campaign comes upon.
#[derive(Clone, Copy, Debug)]
pub(super) enum Seen<'a> {
    /// A state, for the first time.
    First(&'a Judged),
    /// One that was judged so before, left by a file system of this kind.
    Again(Class, Metadata),
}

/// A state that was made again from its witness.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What it shows.
    pub judgement: Judgement,
    /// The lives that were cut, in order.
    pub lives: Vec<CutLife>,
}

/// A life, and where it was cut.
#[derive(Clone, Debug)]
pub struct CutLife {
    /// Everything that happened in it.
    pub recording: Recording,
    /// The moment of the cut.
    pub point: Point,
    /// What the cut took.
    pub cut: Cut,
}

/// Opens what is left of a point, in this life.
pub(super) fn restart(
    subject: &dyn Subject,
    point: &Point,
    (disk, volatile): (&Disk, Volatile),
    (life, recorded): (u32, bool),
    scratch: &Path,
) -> Result<(Option<Recording>, Judgement), Error> {
    let stale: Vec<(&str, &[u8])> = match volatile {
        Volatile::Lost => Vec::new(),
        Volatile::Stale => point.volatile.iter().map(|(name, bytes)| (&**name, &**bytes)).collect(),
    };
    let left = Left { disk, volatile: &stale, life, recorded };
    let (found, recording) = life::restart(subject, &left, scratch)?;
    Ok((recording, judge(&found, &point.expected)))
}

/// The points of a restart that was recorded, if a second cut of it can be judged: where the first one already broke
/// something, there is nothing to expect.
pub(super) fn second_points(
    point: &Point,
    restarted: Option<&Recording>,
    judgement: &Judgement,
) -> Vec<Point> {
    match restarted {
        Some(recording) if judgement.class <= Class::LosesAcked => {
            recording.points(&point.expected.of_second_life(judgement.prefix))
        }
        _ => Vec::new(),
    }
}

/// Without a crash everything must be there.
pub(super) fn judge_life(
    subject: &dyn Subject,
    recording: &Recording,
    scratch: &Path,
) -> Result<(), Error> {
    let points = recording.points(&subject.course().expected());
    let Some(end) = points.last() else { return Ok(()) };
    let (hazards, volatile) = (Hazards::STRICT, Volatile::Lost);
    let whole = Cut { at: end.at, hazards, volatile, fates: Vec::new() }.of(&end.disk);
    let (_, judgement) = restart(subject, end, (&whole, volatile), (1, false), scratch)?;
    match judgement.class {
        Class::Durable => Ok(()),
        _ => Err(Error::Failed(format!("{}: without a crash, {}", subject.key(), judgement.why))),
    }
}

/// Makes the state of a witness of this recording again.
///
/// # Errors
/// [`Error::Witness`] if it is of another life.
pub(super) fn replayed(
    subject: &dyn Subject,
    recording: &Recording,
    witness: &Witness,
    scratch: &Path,
) -> Result<Replay, Error> {
    let mut points = recording.points(&subject.course().expected());
    let mut recording = recording.clone();
    let (mut lives, mut shown) = (Vec::new(), None);
    for (cut, life) in witness.cuts.iter().zip(1..) {
        let point = point_of(points, cut)?;
        let disk = cut.of(&point.disk);
        let is_cut_again = witness.cuts.len() > life as usize;
        let (restarted, judgement) =
            restart(subject, &point, (&disk, cut.volatile), (life, is_cut_again), scratch)?;
        points = second_points(&point, restarted.as_ref(), &judgement);
        shown = Some(judgement);
        lives.push(CutLife { recording, point, cut: cut.clone() });
        recording = restarted.unwrap_or_default();
    }
    Ok(Replay { judgement: shown.expect("a witness has a cut"), lives })
}

fn point_of(points: Vec<Point>, cut: &Cut) -> Result<Point, Error> {
    let there = points.into_iter().find(|point| point.at == cut.at);
    there.ok_or_else(|| Error::Witness {
        text: cut.to_string(),
        expected: "a moment of this case's life".to_owned(),
    })
}
