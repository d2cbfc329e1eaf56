//! What a comparison varies by from run to run, beyond what the blocks of one run show.

/// The standard deviation, from run to run, of the logarithm of the time of a case that does nothing but sync.
///
/// The floor's file and a store's files are not the same, and how much longer a sync takes on the one than on the other
/// changes between runs: of 131 contrasts on the disk in two runs 85 minutes apart (2026-11-28), 19 were further apart
/// than 2 standard errors without it, and 12 with it, which is what Student's t leads to expect.
const OF_A_SYNC: f64 = 0.02;

/// The standard deviation of the logarithm of a time from run to run, from the share that syncs take of it, 0 to 1; of the
/// factor of two cases, from how far their shares lie apart: cases that sync alike move alike.
pub(crate) fn of_syncs(share: f64) -> f64 {
    OF_A_SYNC * share
}
