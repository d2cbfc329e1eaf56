//! Two cases side by side: how many times as many records one acks, and whether the run can tell.

use std::fmt;

use measure::pairs::{FINDING_PIECES_MIN, RatioEstimate, Resolution, Verdict, compare};
use measure::record::RunRecord;
use measure::spread::Spread;

use crate::quantity;
use crate::regime::{FloorBeside, is_near};

/// The seed of every interval: the same records give the same report.
const SEED: u64 = 0x5eed;

/// The extra figure that tells how many packets shared a commit, on average.
const MERGED_PACKETS: &str = "merged_packets_per_commit";

/// Beyond this many packets in a commit, a commit is not a packet.
const MERGED_PACKETS_MAX: f64 = 1.01;

/// What a comparison is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The cases' times, each over what was measured beside it: the floor, or the same reads of a third store.
    FloorPairs,
    /// The acked rates of the rounds, which carry the machine's regime.
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
    /// The floors in ns beside the case and the other, where they were of different regimes. Only a case without a
    /// sync in its acks is compared then, which the regime concerns less.
    pub floors_apart_ns: Option<[f64; 2]>,
    /// What it says.
    pub outcome: Outcome,
}

/// Why two cases are not compared.
#[derive(Clone, Debug, PartialEq)]
pub enum Incomparable {
    /// Either has too few samples.
    TooFewSamples,
    /// Both wait for syncs, and the disk took much longer for one beside one of them.
    OtherRegime {
        /// The floor beside the case in ns.
        case_floor_ns: f64,
        /// The floor beside the other in ns.
        other_floor_ns: f64,
    },
    /// A case waits for syncs, and its rounds fell into different regimes.
    MixedRegimes {
        /// Its id.
        case: String,
        /// How many pieces are of one regime.
        kept: usize,
        /// How many were measured.
        of: usize,
    },
}

/// A comparison, or why there is none.
pub type Compared<'evidence> = Result<Comparison<'evidence>, Incomparable>;

impl fmt::Display for Incomparable {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooFewSamples => write!(formatter, "not compared, for lack of samples"),
            Self::OtherRegime { case_floor_ns, other_floor_ns } => write!(
                formatter,
                "not compared: the floor was {} beside one and {} beside the other",
                quantity::duration_ns(*case_floor_ns),
                quantity::duration_ns(*other_floor_ns)
            ),
            Self::MixedRegimes { case, kept, of } => write!(
                formatter,
                "not compared: the disk changed its regime beside {case} ({kept} of {of} pieces kept)"
            ),
        }
    }
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

/// How many times as many records per second `case` acks as `other`.
///
/// Their times over the floors beside them are compared when both waited for the same floor: then the
/// disk's regime falls out. Without a sync in the ack the disk's regime is not the case's, and with several packets
/// in one commit a time is not that of a packet: then the rates are compared.
///
/// # Errors
/// [`Incomparable`] when both wait for syncs and the disk was in different regimes, when a rate is of several
/// regimes, or when either has too few samples.
pub fn rate_factor(
    case: &RunRecord,
    other: &RunRecord,
) -> Result<(RatioEstimate, Basis), Incomparable> {
    refuse_other_regimes(case, other)?;
    if let Some(factor) = by_floor_pairs(case, other) {
        return Ok((factor, Basis::FloorPairs));
    }
    refuse_mixed_regimes(case)?;
    refuse_mixed_regimes(other)?;
    let factor = by_rates(case, other).ok_or(Incomparable::TooFewSamples)?;
    Ok((factor, Basis::Rates))
}

/// How many times as many records per second `case` acks as `other` including the final checkpoint.
///
/// # Errors
/// As [`rate_factor`].
pub fn drained_rate_factor(
    case: &RunRecord,
    other: &RunRecord,
) -> Result<RatioEstimate, Incomparable> {
    refuse_other_regimes(case, other)?;
    refuse_mixed_regimes(case)?;
    refuse_mixed_regimes(other)?;
    let rates = |record: &RunRecord| record.drained_records_per_second.samples.clone();
    compare(&rates(case), &rates(other), SEED).ok_or(Incomparable::TooFewSamples)
}

/// The floors in ns beside two cases, where they were of different regimes.
#[must_use]
pub fn floors_apart_ns(case: &RunRecord, other: &RunRecord) -> Option<[f64; 2]> {
    let (beside_case, beside_other) = (FloorBeside::of(case)?, FloorBeside::of(other)?);
    let is_apart = !beside_case.is_alike(&beside_other);
    is_apart.then_some([beside_case.median_ns, beside_other.median_ns])
}

/// How long a packet takes in floors, if the case can be compared by that with all of `others`: the median of its
/// kept pieces.
#[must_use]
pub fn floors_per_packet(case: &RunRecord, others: &[&RunRecord]) -> Option<f64> {
    let is_paired = others.iter().all(|other| have_same_floor(case, other));
    let ratios = floor_ratios(case).filter(|ratios| ratios.len() >= FINDING_PIECES_MIN)?;
    is_paired.then(|| Spread::of(ratios.to_vec()).map(|ratios| ratios.median)).flatten()
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
    if !have_same_floor(case, other) {
        return None;
    }
    // Ratios are times over floors: the other's over the case's is the factor of rates.
    compare(floor_ratios(other)?, floor_ratios(case)?, SEED)
}

/// Whether two cases commit equal packets one by one, each waiting for the floor of the same payload; or do the
/// same task beside the same reads.
fn have_same_floor(case: &RunRecord, other: &RunRecord) -> bool {
    if let (Some(beside_case), Some(beside_other)) = (reads_beside(case), reads_beside(other)) {
        return beside_case == beside_other;
    }
    if reference(case) != reference(other) {
        return false;
    }
    let payloads = floor_payload_bytes(case).zip(floor_payload_bytes(other));
    case.case.records_per_packet == other.case.records_per_packet
        && payloads.is_some_and(|(of_case, of_other)| is_near(of_case, of_other))
}

/// What waits for syncs is not compared with what waited for longer ones.
fn refuse_other_regimes(case: &RunRecord, other: &RunRecord) -> Result<(), Incomparable> {
    match floors_apart_ns(case, other).filter(|_| ack_syncs(case) && ack_syncs(other)) {
        Some([case_floor_ns, other_floor_ns]) => {
            Err(Incomparable::OtherRegime { case_floor_ns, other_floor_ns })
        }
        None => Ok(()),
    }
}

/// A rate is of all rounds: where most fell into other regimes than the kept ones, it is of none.
fn refuse_mixed_regimes(record: &RunRecord) -> Result<(), Incomparable> {
    match record.pairs.as_ref().filter(|_| ack_syncs(record)) {
        Some(pairs) if 2 * pairs.kept < pairs.of => Err(Incomparable::MixedRegimes {
            case: record.case.id.clone(),
            kept: pairs.kept,
            of: pairs.of,
        }),
        _ => Ok(()),
    }
}

/// The payload of the floor beside a case, if the case waits for syncs and commits packets one by one.
fn floor_payload_bytes(record: &RunRecord) -> Option<f64> {
    let floor =
        record.floor.as_ref().filter(|_| ack_syncs(record) && commits_one_by_one(record))?;
    let packet_bytes = record.case.records_per_packet * record.case.record_bytes;
    let floor_bytes = floor.payload_bytes as f64;
    // The size of a record is a rounded mean, so that of a packet may be a byte short for each record.
    let is_one_packet = floor.payload_bytes.abs_diff(packet_bytes)
        <= record.case.records_per_packet
        || is_near(floor_bytes, packet_bytes as f64);
    is_one_packet.then_some(floor_bytes)
}

/// Whether no packets shared a commit: a piece is the time of a commit, not of a packet.
fn commits_one_by_one(record: &RunRecord) -> bool {
    let merged = record.extra.get(MERGED_PACKETS);
    merged.is_none_or(|merged| *merged < MERGED_PACKETS_MAX)
}

/// The case's task, and the case whose reads stood beside it in the place of floors.
fn reads_beside(record: &RunRecord) -> Option<(&str, &str)> {
    let pairs = record.pairs.as_ref().filter(|pairs| pairs.reference != "floor")?;
    let task = record.case.axes.iter().find(|axis| axis.axis == "task")?;
    Some((&task.value, &pairs.reference))
}

/// What stood beside the case's pieces: ratios to different things say nothing of each other.
fn reference(record: &RunRecord) -> Option<&str> {
    record.pairs.as_ref().map(|pairs| pairs.reference.as_str())
}

fn floor_ratios(record: &RunRecord) -> Option<&[f64]> {
    record.pairs.as_ref().map(|pairs| pairs.ratios.as_slice())
}
