//! One state: made, opened and judged.

use std::path::Path;

use disk_model::{Disk, Hazards, Metadata};

use crate::error::Error;
use crate::life::{self, Left, Restart};
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
    /// The life that was cut last, and the one before it if that was cut too.
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
) -> Result<(Restart, Judgement), Error> {
    let stale: Vec<(&str, &[u8])> = match volatile {
        Volatile::Lost => Vec::new(),
        Volatile::Stale => point.volatile.iter().map(|(name, bytes)| (&**name, &**bytes)).collect(),
    };
    let left = Left { disk, volatile: &stale, life, recorded };
    let restart = life::restart(subject, &left, scratch)?;
    let judgement = judge(&restart.found, &point.expected);
    Ok((restart, judgement))
}

/// The points of a restart that was recorded, if a second cut of it can be judged: where the first one already broke
/// something, there is nothing to expect.
pub(super) fn second_points(point: &Point, restart: &Restart, judgement: &Judgement) -> Vec<Point> {
    match &restart.recording {
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
        _ => Err(Error::Unsound { case: subject.key().to_string(), why: judgement.why }),
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
    let point = point_of(recording.points(&subject.course().expected()), &witness.cut)?;
    let disk = witness.cut.of(&point.disk);
    let state = (&disk, witness.cut.volatile);
    let (first, judgement) =
        restart(subject, &point, state, (1, witness.second.is_some()), scratch)?;
    let first_life =
        CutLife { recording: recording.clone(), point: point.clone(), cut: witness.cut.clone() };
    let Some(second) = &witness.second else {
        return Ok(Replay { judgement, lives: vec![first_life] });
    };
    let again = point_of(second_points(&point, &first, &judgement), second)?;
    let disk = second.of(&again.disk);
    let (_, judgement) = restart(subject, &again, (&disk, second.volatile), (2, false), scratch)?;
    let recording = first.recording.unwrap_or_else(|| recording.clone());
    let second_life = CutLife { recording, point: again, cut: second.clone() };
    Ok(Replay { judgement, lives: vec![second_life, first_life] })
}

fn point_of(points: Vec<Point>, cut: &Cut) -> Result<Point, Error> {
    let there = points.into_iter().find(|point| point.at == cut.at);
    there.ok_or_else(|| Error::Witness {
        text: cut.to_string(),
        expected: "a moment of this case's life".to_owned(),
    })
}
