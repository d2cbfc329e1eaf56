//! A case whose store grew: the first tenth of its steps beside the last.

use measure::record::RunRecord;

use crate::ends::Ends;
use crate::evidence::Evidence;
use crate::judged;

/// Figures of the first tenth of a case's steps, and of the last.
#[derive(Clone, Debug, PartialEq)]
pub struct Grown {
    /// The case's id.
    pub case: String,
    /// The database where it begins and where it ends, in bytes.
    pub database_bytes: [u64; 2],
    /// Operations per second, the mean over steps.
    pub per_second: [f64; 2],
    /// Inserting a packet in ns, the median; `None` with too few, as for the other times.
    pub insert_ns: Option<[u64; 2]>,
    /// Committing it.
    pub commit_ns: Option<[u64; 2]>,
    /// The longest ack.
    pub ack_ns_longest: Option<[u64; 2]>,
    /// A checkpoint, the median.
    pub checkpoint_ns: Option<[u64; 2]>,
    /// The longest checkpoint.
    pub checkpoint_ns_longest: Option<[u64; 2]>,
}

impl Grown {
    /// Each case in steps; none of a question that declares contrasts, whose cases grow beside what it asks.
    pub(super) fn all(evidence: &Evidence) -> Vec<Self> {
        if judged::is_judged(evidence) {
            return Vec::new();
        }
        evidence.records.iter().filter_map(Self::of).collect()
    }

    fn of(record: &RunRecord) -> Option<Self> {
        let ends = Ends::of(record)?;
        Some(Self {
            case: record.case.id.clone(),
            database_bytes: ends.database_bytes()?,
            per_second: ends.per_second(),
            insert_ns: ends.medians_ns(|step| step.insert_ns_p50),
            commit_ns: ends.medians_ns(|step| step.commit_ns_p50),
            ack_ns_longest: ends.longest_ns(|step| step.ack_ns_max),
            checkpoint_ns: ends.medians_ns(|step| step.checkpoint_ns_p50),
            checkpoint_ns_longest: ends.longest_ns(|step| step.checkpoint_ns_max),
        })
    }
}
