//! Making a witness small: what it takes away without need is given back.

use std::path::Path;

use disk_model::Fate;

use super::judging::{Judged, replayed};
use crate::error::Error;
use crate::oracle::Judgement;
use crate::recording::Recording;
use crate::subject::Subject;
use crate::witness::Witness;

/// The smallest witness that delta debugging finds (Zeller, Hildebrandt 2002) which shows no less.
pub(super) fn minimised(
    subject: &dyn Subject,
    recording: &Recording,
    worst: &Judged,
    scratch: &Path,
) -> Result<Judged, Error> {
    let mut smallest = worst.clone();
    for number in (0..worst.witness.cuts.len()).rev() {
        let mut size = smallest.witness.cuts[number].taken();
        while size > 0 {
            let mut from = 0;
            while let Some(witness) = given_back(&smallest.witness, number, from, size) {
                // Giving back what the restart stands on may lead to another restart, without that moment.
                let shown = replayed(subject, recording, &witness, scratch);
                match shown {
                    Ok(replay) if shows_no_less(&replay.judgement, &smallest.judgement) => {
                        smallest.judgement = replay.judgement;
                        smallest.witness = witness;
                    }
                    Ok(_) | Err(Error::Witness { .. }) => from += size,
                    Err(error) => return Err(error),
                }
            }
            size /= 2;
        }
    }
    Ok(smallest)
}

fn shows_no_less(shown: &Judgement, before: &Judgement) -> bool {
    shown.class == before.class && shown.lost >= before.lost
}

/// The witness with `size` of what a cut took given back, from the `from`-th on; none if there is nothing left.
fn given_back(witness: &Witness, number: usize, from: usize, size: usize) -> Option<Witness> {
    let mut smaller = witness.clone();
    let cut = &mut smaller.cuts[number];
    let taken: Vec<usize> = cut.with(Fate::Dropped).chain(cut.with(Fate::Garbage)).collect();
    let back = taken.get(from..taken.len().min(from + size)).filter(|back| !back.is_empty())?;
    back.iter().for_each(|unit| cut.fates[*unit] = Fate::Kept);
    Some(smaller)
}
