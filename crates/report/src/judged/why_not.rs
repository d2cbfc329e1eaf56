//! Why a declared contrast was not judged.

use measure::record::{CaseId, Metric};

use crate::judgement::JudgementError;

/// Why a declared contrast was not judged.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum WhyNotJudged {
    /// A case has no record.
    #[error("{case} was not measured")]
    Missing {
        /// The case.
        case: CaseId,
    },
    /// A case was not measured in blocks.
    #[error("{case} was not measured in blocks")]
    NotInBlocks {
        /// The case.
        case: CaseId,
    },
    /// A contrast of pairs in turns, whose case took turns with nobody or with another case.
    #[error("expected {case} to take turns with {expected}, got {}", got.as_deref().unwrap_or("no case"))]
    NoTurns {
        /// The case.
        case: CaseId,
        /// With which it should have.
        expected: CaseId,
        /// With which it did.
        got: Option<String>,
    },
    /// A case's pieces did not tell its cost in yardsticks.
    #[error(
        "expected pieces of {case} that tell its cost in floors and CPU references, got too few or too equal ones"
    )]
    NoCost {
        /// The case.
        case: CaseId,
    },
    /// The two were measured by different processes, whose blocks are not the same ones.
    #[error("the two were measured by different processes, which share no block")]
    MeasuredApart,
    /// The case's yardsticks are not among those of both runs.
    #[error("{case} was measured beside a floor of another payload than in the other run")]
    NoCommonYardstick {
        /// The case.
        case: CaseId,
    },
    /// The blocks of a case do not hold this time.
    #[error("the blocks of {case} do not hold {}", in_words(*metric))]
    NoSuchMetric {
        /// The case.
        case: CaseId,
        /// The metric.
        metric: Metric,
    },
    /// Too few blocks hold both.
    #[error("expected at least {expected} blocks with both cases, got {got}")]
    TooFewBlocks {
        /// How many it takes.
        expected: usize,
        /// How many there are.
        got: usize,
    },
    /// The question declares it twice; the first is judged.
    #[error("the question declares it twice")]
    DeclaredTwice,
    /// The times cannot be judged, as the judgement says.
    #[error("{0}")]
    Unusable(String),
}

impl From<JudgementError> for WhyNotJudged {
    fn from(error: JudgementError) -> Self {
        match error {
            JudgementError::TooFewBlocks { expected, got, .. } => {
                Self::TooFewBlocks { expected, got }
            }
            other => Self::Unusable(other.to_string()),
        }
    }
}

fn in_words(metric: Metric) -> &'static str {
    match metric {
        Metric::AckedTime => "the time of a packet",
        Metric::AckedTimePerRecord => "the time of a record",
        Metric::DrainedTime => "the time of a packet with what the path owes",
        Metric::ReadTime => "the time of a read",
        Metric::LongestAck => "their longest ack",
        Metric::CpuTime => "the processor's time",
        Metric::MessageTime => "the time of a message",
        Metric::StoreToDeleteTime => "the time until a message's deletion",
        Metric::HandInTime => "the time of handing in",
        Metric::DeliveryWait => "the wait for the sink",
        Metric::WaitingMessages => "messages that wait",
        Metric::ChannelDepth => "messages in channels",
        Metric::DatabaseBytes => "the database's size",
    }
}
