//! How often a judgement may err before it is said to be wrong, and how a calibration ends.

use std::process::ExitCode;

use statrs::distribution::{Binomial, DiscreteCDF as _};

use crate::session::{BEYOND_LIMIT, NOT_CHECKED};

/// How a calibration ended; the worst stands last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Ending {
    /// Everything is within its limits.
    Within,
    /// Within, but so little was measured that a bad judgement could be as well.
    TooFew,
    /// Something is beyond its limit.
    Beyond,
    /// A case failed, or could not be judged.
    Failed,
    /// The user asked to stop.
    Interrupted,
}

impl Ending {
    /// What the process answers.
    pub(super) fn exit_code(self) -> ExitCode {
        match self {
            Self::Within => ExitCode::SUCCESS,
            Self::Beyond => ExitCode::from(BEYOND_LIMIT),
            Self::TooFew => ExitCode::from(NOT_CHECKED),
            Self::Failed => ExitCode::FAILURE,
            Self::Interrupted => ExitCode::from(fixture::INTERRUPTED_EXIT_CODE),
        }
    }

    /// The ending as a last line says it.
    pub(super) fn sentence(self) -> &'static str {
        match self {
            Self::Within => "within the limits",
            Self::Beyond => "beyond the limits",
            Self::TooFew => {
                "within the limits, but too few to tell: a judgement that errs much more often than it says would \
                 mostly be within them too; measure more"
            }
            Self::Failed => "a case failed or could not be judged, as told above",
            Self::Interrupted => "interrupted: what stands here was finished before",
        }
    }
}

/// A limit for one number of trials, which holds for others by the same probability.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limit {
    /// So many errors at most...
    most: u32,
    /// ...in so many trials.
    of: u32,
    /// The share of errors of a judgement that is as it says.
    expected: f64,
    /// A share that must be noticed more often than not, or too few were tried.
    bad: f64,
}

impl Limit {
    /// Misses of 95 % intervals.
    pub(super) const MISSES: Self = Self { most: 30, of: 400, expected: 0.05, bad: 0.10 };
    /// Equal cases that are called different.
    pub(super) const FALSE_DIFFERS: Self = Self { most: 8, of: 400, expected: 0.01, bad: 0.04 };
    /// Planted costs that are not found.
    pub(super) const NOT_FOUND: Self = Self { most: 3, of: 20, expected: 0.05, bad: 0.25 };
    /// Planted nothing that is found.
    pub(super) const NOTHING_FOUND: Self = Self { most: 1, of: 20, expected: 0.01, bad: 0.10 };

    /// How many errors are allowed in so many trials: the fewest that a judgement which errs as often as expected
    /// keeps to with at least the probability of the limit itself.
    pub(super) fn most_of(self, trials: u32) -> u32 {
        let confidence = at_most(self.most, self.of, self.expected);
        (0..trials)
            .find(|most| at_most(*most, trials, self.expected) >= confidence)
            .unwrap_or(trials)
    }

    /// Whether so many errors in so many trials are within it.
    pub(super) fn judge(self, errors: u32, trials: u32) -> Ending {
        let most = self.most_of(trials);
        if errors > most {
            Ending::Beyond
        } else if at_most(most, trials, self.bad) > 0.5 {
            Ending::TooFew
        } else {
            Ending::Within
        }
    }
}

/// The probability of at most so many errors in so many trials, each of which errs with this probability.
fn at_most(errors: u32, trials: u32, share: f64) -> f64 {
    Binomial::new(share, trials.into()).map_or(f64::NAN, |it| it.cdf(errors.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binomial_sums_to_one_and_is_known_where_it_is_easy() {
        for (errors, trials, share, known) in [
            (0, 2, 0.5, 0.25),
            (1, 2, 0.5, 0.75),
            (2, 2, 0.5, 1.0),
            (0, 3, 0.05, 0.857_375),
            (40_000, 40_000, 0.05, 1.0),
        ] {
            let got = at_most(errors, trials, share);
            assert!((got - known).abs() < 1e-9, "{errors} of {trials}: {got}");
        }
    }

    #[test]
    fn limits_are_exact_where_they_are_given_and_grow_with_the_trials() {
        for limit in [Limit::MISSES, Limit::FALSE_DIFFERS, Limit::NOT_FOUND, Limit::NOTHING_FOUND] {
            assert_eq!(limit.most_of(limit.of), limit.most);
            assert_eq!(limit.judge(limit.most, limit.of), Ending::Within);
            assert_eq!(limit.judge(limit.most + 1, limit.of), Ending::Beyond);
            let few = limit.most_of(limit.of / 4);
            assert!(few <= limit.most && few * 4 >= limit.most, "{limit:?}: {few}");
            let many = limit.most_of(4 * limit.of);
            assert!(limit.most < many && many <= 4 * limit.most, "{limit:?}: {many}");
        }
    }

    #[test]
    fn a_few_trials_tell_nothing_unless_they_go_wrong() {
        assert_eq!(Limit::MISSES.judge(0, 3), Ending::TooFew);
        assert_eq!(Limit::MISSES.judge(3, 3), Ending::Beyond);
        assert_eq!(Limit::MISSES.judge(0, 0), Ending::TooFew);
        assert_eq!(Limit::MISSES.judge(0, 400), Ending::Within);
        assert_eq!(Limit::NOT_FOUND.judge(0, 5), Ending::TooFew);
        assert_eq!(Limit::NOT_FOUND.judge(5, 5), Ending::Beyond);
    }

    #[test]
    fn a_failure_outweighs_what_was_counted() {
        assert_eq!(Ending::Within.max(Ending::TooFew), Ending::TooFew);
        assert_eq!(Ending::Beyond.max(Ending::TooFew), Ending::Beyond);
        assert_eq!(Ending::Beyond.max(Ending::Interrupted), Ending::Interrupted);
    }
}
