//! Times of one case: latencies, stages, floors and pairs.

use serde::{Deserialize, Serialize};

use crate::floor::{FloorSummary, SyncCall};
use crate::latency::{HistogramError, LatencyRecord, Stages};
use crate::pairs::{PairedRatio, Pairs};
use crate::spread::Spread;

/// The parts of the ack latency, all in ns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StagesRecord {
    /// Putting the operations into the engine, up to the commit; null when it was not timed.
    pub insert: Option<LatencyRecord>,
    /// The commit; null when it was not timed.
    pub commit: Option<LatencyRecord>,
    /// Work after the ack that the next packet waits for; null when there was none.
    pub deferred: Option<LatencyRecord>,
}

/// The floor measured in the same minutes as the case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FloorRecord {
    /// The call that made each write durable.
    pub sync_call: SyncCall,
    /// The size of each write in bytes.
    pub payload_bytes: u64,
    /// Median, 99th percentile and longest in ns, and the count.
    #[serde(flatten)]
    pub summary: FloorSummary,
    /// Floor time over ack time: the median of the pairs; null when none could be compared.
    pub share: Option<f64>,
    /// The lower end of the share's 95 % interval.
    pub share_low: Option<f64>,
    /// The upper end of the share's 95 % interval.
    pub share_high: Option<f64>,
    /// As many floors as a commit has syncs, over ack time; null when the syncs were not counted.
    pub share_of_syncs: Option<f64>,
}

/// The case beside its reference, piece by piece.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PairsRecord {
    /// What stood on both sides of each piece: `floor` or the id of a case.
    pub reference: String,
    /// How many pieces were compared.
    pub kept: usize,
    /// How many pieces were measured.
    pub of: usize,
    /// The kept pieces' ratios, case over reference in ns per packet, in the order of measuring.
    pub ratios: Vec<f64>,
    /// The kept pieces' references in ns: the regime in which the case was compared. Null when no
    /// piece was kept, and in records from before it was stored.
    pub reference_ns: Option<Spread>,
    /// The median ratio and its interval; null when no piece was kept.
    pub ratio: Option<PairedRatio>,
    /// Case minus reference in ns per packet; null when no piece was kept.
    pub overhead_ns: Option<Spread>,
    /// The median ack minus the median floor in ns, piece by piece, so that no single pause of the
    /// machine moves it. Null where packets share a commit, where a piece has too few acks for a median
    /// or no floor beside it, and in records from before it was stored.
    pub median_overhead_ns: Option<Spread>,
}

impl StagesRecord {
    /// The record of stages; a stage that never occurred is null.
    ///
    /// # Errors
    /// [`HistogramError::Encode`] when the buckets cannot be encoded.
    pub fn of(stages: &Stages) -> Result<Self, HistogramError> {
        Ok(Self {
            insert: LatencyRecord::if_any(&stages.insert)?,
            commit: LatencyRecord::if_any(&stages.commit)?,
            deferred: LatencyRecord::if_any(&stages.deferred)?,
        })
    }
}

impl FloorRecord {
    /// The record of a floor's timings and of the case's pairs with it.
    ///
    /// `syncs_per_commit` is the counted number, for a case whose commits sync more than once.
    #[must_use]
    pub fn of(
        sync_call: SyncCall,
        payload_bytes: u64,
        summary: FloorSummary,
        pairs: &Pairs,
        syncs_per_commit: Option<f64>,
    ) -> Self {
        let share = pairs.share(1.0);
        Self {
            sync_call,
            payload_bytes,
            summary,
            share: share.map(|share| share.median),
            share_low: share.map(|share| share.low),
            share_high: share.map(|share| share.high),
            share_of_syncs: syncs_per_commit
                .and_then(|syncs| pairs.share(syncs))
                .map(|share| share.median),
        }
    }
}

impl PairsRecord {
    /// The record of pairs with the named reference.
    #[must_use]
    pub fn of(reference: &str, pairs: &Pairs) -> Self {
        Self {
            reference: reference.to_owned(),
            kept: pairs.kept.len(),
            of: pairs.of,
            ratios: pairs.ratios(),
            reference_ns: pairs.reference_ns(),
            ratio: pairs.ratio(),
            overhead_ns: pairs.overhead_ns(),
            median_overhead_ns: None,
        }
    }
}
