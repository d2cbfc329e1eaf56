//! Contrasts: what a question compares, declared with it and stored with the run, as stable keys. Two runs are matched
//! by them, never by English.

use std::fmt;

use serde::{Deserialize, Serialize};

/// The id of a case, as in its run record.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CaseId(pub String);

impl fmt::Display for CaseId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl From<&str> for CaseId {
    fn from(id: &str) -> Self {
        Self(id.to_owned())
    }
}

/// Which figure of a case is compared: a time, so that a factor above 1 is the longer one, or how much there is of
/// something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// The time of a packet until its ack, at the run's nominal yardsticks.
    AckedTime,
    /// The same for each record of a packet, where the two have packets of unlike sizes.
    AckedTimePerRecord,
    /// The time of a packet with its share of all work that the path owes, the final checkpoint included: from the totals
    /// of each block, as it was measured.
    DrainedTime,
    /// The time of a read, at the run's nominal yardsticks.
    ReadTime,
    /// The longest ack of a block; its mean over blocks is the geometric one.
    LongestAck,
    /// The processor's time per record.
    CpuTime,
    /// The time of a message of a queue: what it took to store, deliver and delete all of them, over their number.
    MessageTime,
    /// The median time from a message's ack to that of its deletion.
    StoreToDeleteTime,
    /// The time in which a source hands in a message that it has.
    HandInTime,
    /// How long a message lies on its way to the sink.
    DeliveryWait,
    /// Messages that wait in a queue's store at most.
    WaitingMessages,
    /// Messages that wait in the channels around it at most.
    ChannelDepth,
    /// Bytes of the database when it is closed.
    DatabaseBytes,
}

impl Metric {
    /// Whether it is a time; else it is how much there is of something.
    #[must_use]
    pub fn is_time(self) -> bool {
        !matches!(self, Self::WaitingMessages | Self::ChannelDepth | Self::DatabaseBytes)
    }
}

/// Why two cases are compared.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContrastKind {
    /// A case beside the question's base.
    AgainstBase,
    /// Two cases that differ in one axis alone.
    OneFactorAlone {
        /// The axis's stable key.
        axis: String,
    },
    /// A case of a set beside the best of it.
    BestOfSet {
        /// The set's stable key.
        set: String,
    },
    /// A case of a set beside the worst of it.
    WorstOfSet {
        /// The set's stable key.
        set: String,
    },
    /// The native log beside SQLite at an equal promise.
    LogBesideSqlite,
    /// The largest value of a swept axis beside the least one, by the trend over all values.
    Trend {
        /// The axis's stable key.
        axis: String,
    },
    /// Two cases at one value of a swept axis, to find where the better one changes.
    Crossing {
        /// The axis's stable key.
        axis: String,
    },
    /// One case under two names, to check the judgement itself.
    NullPair,
}

/// A contrast's key: what stays the same from run to run.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ContrastKey {
    /// The question that declares it.
    pub question: String,
    /// Why the two are compared.
    #[serde(flatten)]
    pub kind: ContrastKind,
    /// The case above the line.
    pub case: CaseId,
    /// The case below the line.
    pub baseline: CaseId,
    /// Which of their times.
    pub metric: Metric,
}

impl fmt::Display for ContrastKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { question, case, baseline, metric, .. } = self;
        write!(formatter, "{question}: {case} over {baseline} ({metric:?})")
    }
}

/// A contrast as a question declares it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContrastRecord {
    /// What is compared.
    #[serde(flatten)]
    pub key: ContrastKey,
    /// Contrasts of about the same noise, which are judged together.
    pub class: Class,
}

/// Contrasts of one class have variances of one kind, and one smallest effect of interest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// Cases that sync, or write files on the disk.
    Disk,
    /// The same with an index, which dirties many pages.
    DiskWithIndex,
    /// Cases that stay in memory.
    Memory,
    /// Pairs that take turns within the same second.
    Turns,
    /// The native log.
    Log,
}

impl Class {
    /// The smallest effect of interest, a factor above 1: a smaller one is not worth acting on, and is not called a
    /// difference however surely it is seen.
    #[must_use]
    pub fn smallest_effect(self) -> f64 {
        match self {
            Self::Disk | Self::DiskWithIndex | Self::Log => 1.05,
            Self::Memory => 1.02,
            Self::Turns => 1.01,
        }
    }
}
