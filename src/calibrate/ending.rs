//! How a calibration ended, as a sentence and as an exit code.

use std::process::ExitCode;

/// What is beyond the limits.
const BEYOND_LIMITS: u8 = 3;

/// Too little was measured to tell.
const NOT_RESOLVED: u8 = 4;

/// How a calibration ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ending {
    /// Everything is within its limits.
    Within,
    /// Something is beyond its limit.
    Beyond,
    /// Within, but so little was measured that a bad judgement could be as well.
    TooFew,
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
            Self::Beyond => ExitCode::from(BEYOND_LIMITS),
            Self::TooFew => ExitCode::from(NOT_RESOLVED),
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
