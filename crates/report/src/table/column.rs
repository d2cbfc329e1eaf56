//! The columns: heading, place, and how a row fills them.

use measure::stats::Coefficient;

use crate::model::{Conclusion, FloorShare, QuestionModel, Row, Verified};
use crate::quantity;

/// What stands where a figure does not exist.
const NONE: &str = "-";

/// A column of the table.
pub(super) struct Column {
    /// The heading.
    pub(super) heading: &'static str,
    /// Where the cells stand.
    pub(super) align: Align,
    /// Whether it is shown where there is little room.
    pub(super) room: Room,
    /// What a row has there.
    pub(super) cell: fn(&Row) -> String,
}

/// Where cells stand in their column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    /// Words.
    Left,
    /// Numbers.
    Right,
}

/// Whether a column is shown where there is little room.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Room {
    /// It goes when the table is too wide; the lowest number goes first.
    Dispensable(u8),
    /// It stays.
    Essential,
}

/// The columns of a question, in their order, and what they mean.
pub(super) struct Columns {
    pub(super) columns: &'static [Column],
    /// Without those whose heading says it.
    pub(super) legend: &'static str,
}

impl Columns {
    pub(super) fn of(model: &QuestionModel) -> Self {
        match model.conclusion {
            Conclusion::Judged { .. } => Self { columns: &JUDGED, legend: JUDGED_LEGEND },
            Conclusion::ByTwins { .. } => Self { columns: &BY_TWINS, legend: BY_TWINS_LEGEND },
        }
    }
}

/// Those of a question whose cases stand beside a floor each.
const BY_TWINS: [Column; 13] = [
    CASE,
    essential("acked", |row| quantity::rate(row.acked_per_second.median)),
    dispensable(2, "low-high", |row| quantity::rate_range(&row.acked_per_second)),
    essential("drained", |row| quantity::rate(row.drained_per_second)),
    essential("p50", |row| latency(row.latency.p50_ns)),
    essential("p99", |row| latency(row.latency.p99_ns)),
    essential("p99.9", |row| latency(row.latency.p999_ns)),
    essential("longest", |row| latency(row.latency.longest_ns)),
    dispensable(3, "acks", |row| quantity::count(row.latency.acks)),
    essential("floor", |row| floor_share(row.floor_share)),
    essential("syncs", |row| row.syncs_per_commit.map_or(NONE.into(), quantity::short)),
    dispensable(1, "B/rec", |row| row.bytes_per_record.map_or(NONE.into(), bytes_per_record)),
    essential("kept", |row| verified(row.verified)),
];

const BY_TWINS_LEGEND: &str = "records/s acked, drained; hand-in to ack p50 to longest; floor: its share of an ack; \
                               kept: found on reopening";

/// Those of a question that is measured in blocks and judged by its contrasts.
const JUDGED: [Column; 12] = [
    CASE,
    essential("acked", |row| quantity::rate(row.acked_per_second.median)),
    essential("drained", |row| quantity::rate(row.drained_per_second)),
    essential("time", |row| {
        row.cost.map_or(NONE.into(), |cost| quantity::duration_ns(cost.time_ns))
    }),
    essential("a", |row| yardsticks(row.cost.and_then(|cost| cost.floors))),
    essential("b", |row| yardsticks(row.cost.and_then(|cost| cost.references))),
    essential("p50", |row| latency(row.latency.p50_ns)),
    essential("p99", |row| latency(row.latency.p99_ns)),
    essential("longest", |row| latency(row.latency.longest_ns)),
    essential("syncs", |row| row.syncs_per_commit.map_or(NONE.into(), quantity::short)),
    dispensable(1, "B/rec", |row| row.bytes_per_record.map_or(NONE.into(), bytes_per_record)),
    essential("kept", |row| verified(row.verified)),
];

const JUDGED_LEGEND: &str = "records/s acked, drained; time per packet at the run's nominal yardsticks = a floors + b \
                             CPU references; hand-in to ack p50 to longest; kept: found on reopening";

const CASE: Column = Column { align: Align::Left, ..essential("case", |row| row.id.clone()) };

const fn essential(heading: &'static str, cell: fn(&Row) -> String) -> Column {
    Column { heading, align: Align::Right, room: Room::Essential, cell }
}

const fn dispensable(rank: u8, heading: &'static str, cell: fn(&Row) -> String) -> Column {
    Column { heading, align: Align::Right, room: Room::Dispensable(rank), cell }
}

fn latency(nanoseconds: Option<u64>) -> String {
    nanoseconds.map_or(NONE.into(), |nanoseconds| quantity::duration_ns(nanoseconds as f64))
}

fn yardsticks(coefficient: Option<Coefficient>) -> String {
    coefficient.map_or(NONE.into(), |coefficient| quantity::factor(coefficient.estimate))
}

fn floor_share(share: FloorShare) -> String {
    match share {
        FloorShare::NoSync => "no sync".into(),
        FloorShare::Share { share, .. } => quantity::percent(share),
        FloorShare::TooFewPieces { kept, of } => format!("{kept} of {of}"),
        FloorShare::NotMeasured => NONE.into(),
    }
}

fn bytes_per_record(bytes: f64) -> String {
    if bytes < 100.0 { format!("{bytes:.1}") } else { quantity::count(bytes.round() as u64) }
}

fn verified(verified: Verified) -> String {
    match verified {
        Verified::All { .. } => "all".into(),
        Verified::Miscounted { acked, found } if found < acked => {
            format!("-{}", quantity::count(acked - found))
        }
        Verified::Miscounted { acked, found } => format!("+{}", quantity::count(found - acked)),
        Verified::Changed { .. } => "changed".into(),
    }
}
