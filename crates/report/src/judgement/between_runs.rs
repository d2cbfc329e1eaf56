//! What a comparison varies by from run to run, beyond what the blocks of one run show.

/// The standard deviation, from run to run, of the logarithm of the time of a case that does nothing but sync.
///
/// The floor's file and a store's files are not the same, and how much longer a sync takes on the one than on the other
/// changes between runs: of 131 contrasts on the disk in two runs 85 minutes apart (2026-11-28), 19 were further apart
/// than 2 standard errors without it, and 12 with it, which is what Student's t leads to expect.
const OF_A_SYNC: f64 = 0.02;

/// The standard deviation of the logarithm of the factor of two cases from run to run, from the shares of their times
/// that syncs take, 0 to 1: cases that sync alike move alike.
pub(super) fn standard_deviation(case_share: f64, baseline_share: f64) -> f64 {
    of_syncs((case_share - baseline_share).abs())
}

/// The standard deviation of the logarithm of one case's time from run to run, from the share that syncs take of it.
pub(crate) fn of_syncs(share: f64) -> f64 {
    OF_A_SYNC * share
}
