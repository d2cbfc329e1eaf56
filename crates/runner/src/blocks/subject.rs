//! What is measured in blocks.

use crate::case::Case;
use crate::error::RunnerError;
use crate::volumes::{Volume, Volumes};

/// A case that is measured in blocks.
#[derive(Debug, Clone, Copy)]
pub struct Subject<'question> {
    /// Its id, which progress and failures name.
    pub id: &'question str,
    /// The case.
    pub case: &'question Case,
    /// Cases with the same group stand close together in each block.
    pub group: &'question str,
    /// The case that those of the group are compared with: an open loop that offers a share of the saturation offers
    /// that of this one, so that all of them meet one load.
    pub base: &'question Case,
}

/// Where a case writes.
///
/// # Errors
/// [`RunnerError::Unfit`] where this machine has no such place.
pub fn volume_of<'volumes>(
    case: &Case,
    volumes: &'volumes mut Volumes,
) -> Result<&'volumes mut Volume, RunnerError> {
    let place = case.load.place;
    volumes.at(place).map_err(|_| {
        RunnerError::Unfit(format!(
            "there is no {place:?} volume on this machine; the plan should have dropped the case"
        ))
    })
}
