//! What is measured in blocks.

use crate::case::Case;
use crate::error::RunnerError;
use crate::grounds::{Ground, Grounds};

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
pub(super) fn ground_of<'grounds>(
    case: &Case,
    grounds: &'grounds mut Grounds,
) -> Result<&'grounds mut Ground, RunnerError> {
    let place = case.load.place;
    grounds.at(place).map_err(|_| RunnerError::NoGround { place })
}
