//! What a comparison varies by from run to run, beyond what the blocks of one run show.

use measure::record::Class;

/// The standard deviation, from run to run, of the logarithm of the time of a case that does nothing but sync.
///
/// The floor's file and a store's files are not the same, and how much longer a sync takes on the one than on the other
/// changes between runs: of 131 contrasts on the disk in two runs 85 minutes apart (2026-11-28), 19 were further apart
/// than 2 standard errors without it, and 12 with it, which is what Student's t leads to expect.
const OF_A_SYNC: f64 = 0.02;

/// The standard deviation of the logarithm of a time from run to run, from the share that syncs take of it, 0 to 1; of the
/// factor of two cases, from how far their shares lie apart: cases that sync alike move mostly alike.
pub(crate) fn of_syncs(share: f64) -> f64 {
    OF_A_SYNC * share
}

/// The standard deviation of the logarithm of the factor of two cases from run to run, from the shares of their times that
/// syncs take.
pub(super) fn of_a_factor(class: Class, case_share: f64, baseline_share: f64) -> f64 {
    of_class(class).hypot(of_syncs((case_share - baseline_share).abs()))
}

/// What cases of a class vary by whatever they do: the machine's memory and files lie elsewhere in each run.
///
/// In five pairs of runs about an hour apart (2026-11-28), of 943 contrasts on the disk, 541 with an index and 308 in turns 11,
/// 12 and 8 % were further apart than 2 standard errors without it, and 6 % with it, as Student's t leads to expect. Of 80
/// in memory 20 % were, most of them in one run that others disturbed. The log's, in turns with the floor, were not (2 of 45).
fn of_class(class: Class) -> f64 {
    match class {
        Class::Disk => 0.012,
        Class::DiskWithIndex => 0.015,
        Class::Memory => 0.010,
        Class::Turns => 0.002,
        Class::Log => 0.0,
    }
}
