//! A row: one case in figures.

use measure::pairs::FINDING_PIECES_MIN;
use measure::record::{CostRecord, LatencyRecord, RunRecord, VerifyRecord};
use measure::spread::Spread;
use measure::stats::{Coefficient, Nominal, Yardsticks};

use crate::compare::is_counted_without_sync;
use crate::evidence::is_in_memory;
use crate::mood::{FloorBeside, SessionMood};

/// One case in figures.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The case's id.
    pub id: String,
    /// The case that this one repeats: it is the second half of an A/A pair.
    pub twin_of: Option<String>,
    /// The acked rate in records per second, with its spread over the rounds.
    pub acked_per_second: Spread,
    /// The drained rate in records per second: the debt is charged.
    pub drained_per_second: f64,
    /// The ack latency.
    pub latency: Latency,
    /// What a packet costs in yardsticks; `None` where that was not measured or cannot be told.
    pub cost: Option<Cost>,
    /// The floor's share of an ack.
    pub floor_share: FloorShare,
    /// The floor beside the case in ns, where the disk was certainly of another mood than when the session began.
    pub other_mood_floor_ns: Option<f64>,
    /// Syncs per commit; `None` where nobody counted.
    pub syncs_per_commit: Option<f64>,
    /// Bytes handed to write calls per record; `None` where nobody counted.
    pub bytes_per_record: Option<f64>,
    /// What closing, reopening and comparing found.
    pub verified: Verified,
}

/// Hand-in to ack, in ns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Latency {
    /// The median; `None` with too few acks, as for the other quantiles.
    pub p50_ns: Option<u64>,
    /// The 99th percentile.
    pub p99_ns: Option<u64>,
    /// The 99.9th percentile.
    pub p999_ns: Option<u64>,
    /// The longest; `None` only without acks.
    pub longest_ns: Option<u64>,
    /// How many acks there were.
    pub acks: u64,
}

/// What a packet, a query or a checkpoint costs in yardsticks.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Cost {
    /// Its time at the run's nominal yardsticks, in ns: the geometric mean over blocks.
    pub time_ns: f64,
    /// How many floors it takes; `None` where it does not wait for the disk.
    pub floors: Option<Coefficient>,
    /// How many CPU references it takes; `None` where the fit leaves them out.
    pub references: Option<Coefficient>,
    /// The yardsticks that the time is told at. The floor is of no meaning where it takes none.
    pub nominal: Nominal,
    /// The bytes of the floor's payload, where it waits for the disk.
    pub floor_payload_bytes: Option<u64>,
}

/// How much of an ack the floor takes up.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FloorShare {
    /// Acks wait for no sync: there is nothing to compare with the floor.
    NoSync,
    /// Floor time over ack time.
    Share {
        /// The paired median, 1 being the floor itself.
        share: f64,
        /// The lower end of its 95 % interval.
        low: f64,
        /// The upper end of its 95 % interval.
        high: f64,
        /// The same for as many floors as a commit has syncs; `None` where nobody counted.
        of_syncs: Option<f64>,
    },
    /// Too few pieces had comparable floors on both sides.
    TooFewPieces {
        /// How many could be compared.
        kept: usize,
        /// How many were measured.
        of: usize,
    },
    /// No floor was measured beside the case.
    NotMeasured,
}

/// What closing, reopening and comparing found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verified {
    /// Exactly what was acked.
    All {
        /// How many records that is.
        records: u64,
    },
    /// Another number of records.
    Miscounted {
        /// How many were acked.
        acked: u64,
        /// How many were there.
        found: u64,
    },
    /// As many records, but other ones.
    Changed {
        /// How many records were acked, and found.
        records: u64,
    },
}

impl Row {
    /// The row of a case, in a session that began in this mood, if anybody knows it.
    pub(crate) fn of(record: &RunRecord, session: Option<&SessionMood>) -> Self {
        let audit = record.sync_audit.as_ref();
        Self {
            id: record.case.id.clone(),
            twin_of: record.case.repeats_case.clone(),
            acked_per_second: record.records_per_second.clone(),
            drained_per_second: record.drained_records_per_second.median,
            latency: Latency::of(&record.ack_latency_ns),
            cost: record.cost.as_ref().map(Cost::of),
            floor_share: FloorShare::of(record),
            other_mood_floor_ns: session.and_then(|session| other_mood_floor_ns(record, session)),
            syncs_per_commit: audit.map(|audit| audit.syncs_per_commit),
            bytes_per_record: audit.map(|audit| audit.bytes_per_record),
            verified: Verified::of(&record.verify),
        }
    }
}

/// A case in memory has floors of its own, of which the first look at the disk tells nothing.
fn other_mood_floor_ns(record: &RunRecord, session: &SessionMood) -> Option<f64> {
    let floor = FloorBeside::of(record).filter(|_| !is_in_memory(record))?;
    session.is_left_by(&floor).then_some(floor.median_ns)
}

impl Latency {
    fn of(record: &LatencyRecord) -> Self {
        Self {
            p50_ns: record.p50,
            p99_ns: record.p99,
            p999_ns: record.p999,
            longest_ns: record.encoded.max,
            acks: record.encoded.count,
        }
    }
}

impl Cost {
    pub(crate) fn of(record: &CostRecord) -> Self {
        let fit = &record.fit;
        let (floors, references) = match fit.yardsticks {
            Yardsticks::Both => (Some(fit.floors), Some(fit.references)),
            Yardsticks::FloorOnly => (Some(fit.floors), None),
            Yardsticks::ReferenceOnly => (None, Some(fit.references)),
        };
        Self {
            time_ns: record.time.geometric_mean_ns(),
            floors,
            references,
            nominal: record.nominal,
            floor_payload_bytes: record.floor_payload_bytes,
        }
    }
}

impl FloorShare {
    /// The floor's share of a case's acks.
    #[must_use]
    pub fn of(record: &RunRecord) -> Self {
        if is_counted_without_sync(record) {
            return Self::NoSync;
        }
        let (Some(floor), Some(pairs)) = (&record.floor, &record.pairs) else {
            return Self::NotMeasured;
        };
        match (floor.share, floor.share_low, floor.share_high) {
            (Some(share), Some(low), Some(high)) if pairs.kept >= FINDING_PIECES_MIN => {
                Self::Share { share, low, high, of_syncs: floor.share_of_syncs }
            }
            _ => Self::TooFewPieces { kept: pairs.kept, of: pairs.of },
        }
    }
}

impl Verified {
    fn of(record: &VerifyRecord) -> Self {
        let (acked, found) = (record.acked_records, record.found_records);
        match (acked == found, record.digest_ok) {
            (true, true) => Self::All { records: acked },
            (true, false) => Self::Changed { records: acked },
            (false, _) => Self::Miscounted { acked, found },
        }
    }
}
