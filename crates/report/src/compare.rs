//! Two cases side by side: how many times as many records one acks, and whether the run can tell.

use measure::pairs::{RatioEstimate, Resolution, Verdict, compare};
use measure::record::RunRecord;

/// The seed of every interval: the same records give the same report.
const SEED: u64 = 0x5eed;

/// Floors of payloads that differ by less than this are the same floor: random records make the packets of
/// two cases differ by a little.
const SAME_PAYLOAD: f64 = 0.02;

/// What a comparison is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The cases' times, each over the floor that was measured beside it.
    FloorPairs,
    /// The acked rates of the rounds, which carry the machine's mood.
    Rates,
}

/// What a comparison says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Outcome {
    /// The case acks more records per second than the other.
    More,
    /// The case acks fewer records per second than the other.
    Fewer,
    /// The difference is not beyond what the run can resolve.
    NotResolved(Resolution),
    /// Nobody knows what the run can resolve: it has no A/A pair.
    NotJudged,
}

/// A case compared with another one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison<'evidence> {
    /// The case.
    pub case: &'evidence RunRecord,
    /// What it is compared with.
    pub other: &'evidence RunRecord,
    /// How many times as many records per second the case acks as the other, with a 95 % interval.
    pub factor: RatioEstimate,
    /// What the factor comes from.
    pub basis: Basis,
    /// What it says.
    pub outcome: Outcome,
}

impl Outcome {
    /// Judges a factor of rates by what the run can resolve.
    #[must_use]
    pub fn of(factor: &RatioEstimate, resolution: Option<Resolution>) -> Self {
        let Some(resolution) = resolution else { return Self::NotJudged };
        // The verdict is about times, of which the slower case has more.
        match Verdict::of(&inverse(factor), &resolution) {
            Verdict::Faster => Self::More,
            Verdict::Slower => Self::Fewer,
            Verdict::NotResolved => Self::NotResolved(resolution),
        }
    }
}

/// How many times as many records per second `case` acks as `other`; `None` when either has too few samples.
///
/// Their times over the floors beside them are compared when both waited for the same floor: then the
/// disk's mood falls out. Without a sync in the ack the disk's mood is not the case's, and with several packets
/// in one commit a time is not that of a packet: then the rates are compared.
#[must_use]
pub fn rate_factor(case: &RunRecord, other: &RunRecord) -> Option<(RatioEstimate, Basis)> {
    by_floor_pairs(case, other)
        .map(|factor| (factor, Basis::FloorPairs))
        .or_else(|| by_rates(case, other).map(|factor| (factor, Basis::Rates)))
}

/// The factor from the rates of the rounds alone.
#[must_use]
pub fn by_rates(case: &RunRecord, other: &RunRecord) -> Option<RatioEstimate> {
    compare(&case.records_per_second.samples, &other.records_per_second.samples, SEED)
}

/// One over the ratio, with its interval.
#[must_use]
pub fn inverse(estimate: &RatioEstimate) -> RatioEstimate {
    RatioEstimate {
        ratio: 1.0 / estimate.ratio,
        low: 1.0 / estimate.high,
        high: 1.0 / estimate.low,
    }
}

/// Whether acks wait for a sync: counted, not promised.
#[must_use]
pub fn ack_syncs(record: &RunRecord) -> bool {
    record.sync_audit.as_ref().is_some_and(|audit| audit.syncs_per_commit >= 1.0)
}

/// Whether acks wait for no sync, as far as somebody counted.
#[must_use]
pub fn is_counted_without_sync(record: &RunRecord) -> bool {
    record.sync_audit.is_some() && !ack_syncs(record)
}

fn by_floor_pairs(case: &RunRecord, other: &RunRecord) -> Option<RatioEstimate> {
    let same_packets = case.case.records_per_packet == other.case.records_per_packet;
    let same_floor = is_near(floor_payload_bytes(case)?, floor_payload_bytes(other)?);
    if !same_packets || !same_floor {
        return None;
    }
    // Ratios are times over floors: the other's over the case's is the factor of rates.
    compare(floor_ratios(other)?, floor_ratios(case)?, SEED)
}

/// The payload of the floor beside a case, if the case waits for syncs and commits packets one by one.
fn floor_payload_bytes(record: &RunRecord) -> Option<f64> {
    let floor = record.floor.as_ref().filter(|_| ack_syncs(record))?;
    let packet_bytes = record.case.records_per_packet * record.case.record_bytes;
    let floor_bytes = floor.payload_bytes as f64;
    // The size of a record is a rounded mean, so that of a packet may be a byte short for each record.
    let is_one_packet = floor.payload_bytes.abs_diff(packet_bytes)
        <= record.case.records_per_packet
        || is_near(floor_bytes, packet_bytes as f64);
    is_one_packet.then_some(floor_bytes)
}

fn floor_ratios(record: &RunRecord) -> Option<&[f64]> {
    let pairs = record.pairs.as_ref().filter(|pairs| pairs.reference == "floor")?;
    Some(&pairs.ratios)
}

fn is_near(a: f64, b: f64) -> bool {
    (a - b).abs() <= SAME_PAYLOAD * a.max(b)
}
