//! The cases of a question: the common columns, and those that it declares.

use measure::record::Column;
use measure::stats::Coefficient;

use super::telling;
use crate::model::{QuestionModel, Row, Verified};
use crate::quantity;
use crate::table::{Cell, Heading, Kind, Missing, Table};

/// The table of a question's cases, group by group; of more than `rows_max` the most telling ones. Empty without cases.
#[must_use]
pub fn cases(model: &QuestionModel, rows_max: usize) -> Table {
    let columns = columns(model);
    let shown = telling::rows(model, rows_max);
    let rate = |row: &Row| row.acked_per_second.median;
    let highest = model.rows().map(rate).fold(0.0, f64::max);
    let cells = |row: &Row| -> Vec<Cell> {
        let cell = |column: &Column| match column {
            Column::Bar => Cell::Bar(rate(row) / highest),
            column => cell(*column, row),
        };
        columns.iter().map(cell).collect()
    };
    let mut table = Table::new(headings(&columns, &model.own_columns));
    for group in &model.groups {
        let rows = group.rows.iter().filter(|row| shown.contains(row.id.as_str()));
        table = table.with_section(Some(group.heading().to_owned()), rows.map(cells).collect());
    }
    let table = table.without_empty_columns().with_note(legend_of_marks(model));
    let all = model.rows().count();
    if shown.len() < all {
        return table.with_note(format!("{} of {all} cases, the rest in the files", shown.len()));
    }
    table
}

/// The common columns, with the question's own before the last of them.
fn columns(model: &QuestionModel) -> Vec<Column> {
    let [first @ .., last] = Column::COMMON;
    let own = model.own_columns.iter().filter(|own| !Column::COMMON.contains(own));
    first.iter().chain(own).chain([&last]).copied().collect()
}

/// What a question declares gives way after everything else, the last declared first; a common column among it too.
fn headings(columns: &[Column], own: &[Column]) -> Vec<Heading> {
    let heading = |column: &Column| {
        let heading = heading(*column);
        match own.iter().position(|own| own == column) {
            Some(place) if heading.kind != Kind::Bar => {
                heading.gives_way(u8::MAX - u8::try_from(place).unwrap_or(u8::MAX))
            }
            _ => heading,
        }
    };
    columns.iter().map(heading).collect()
}

const RATES: &str = "acked, drained: records/s, drained including what the path owes at the end";
const TIME: &str = "time: of a packet, query or checkpoint as disk and processor mostly were in this run, made of a writes \
    with a sync (floors) and b batches of work in memory (CPU references)";
const LATENCY: &str = "p50 to longest: hand-in to ack";

/// The heading of a column. Of the common ones those that matter least give way first, both coefficients together.
fn heading(column: Column) -> Heading {
    match column {
        Column::Case => Heading::ids("case", "case"),
        Column::Acked => Heading::figure("acked_records_per_second", "acked").noted(RATES),
        Column::Bar => Heading::bars("acked_over_highest"),
        Column::Drained => {
            Heading::figure("drained_records_per_second", "drained").gives_way(3).noted(RATES)
        }
        Column::Time => Heading::figure("nominal_time_ns", "time").gives_way(6).noted(TIME),
        Column::A => Heading::figure("floors_per_packet", "a").gives_way(4),
        Column::B => Heading::figure("references_per_packet", "b").gives_way(4),
        Column::P50 => Heading::figure("ack_latency_ns_p50", "p50").gives_way(1).noted(LATENCY),
        Column::P99 => Heading::figure("ack_latency_ns_p99", "p99").gives_way(2).noted(LATENCY),
        Column::P999 => Heading::figure("ack_latency_ns_p999", "p99.9").noted(LATENCY),
        Column::Longest => {
            Heading::figure("ack_latency_ns_longest", "longest").gives_way(5).noted(LATENCY)
        }
        Column::Verified => Heading::words("verified", "verified")
            .noted("verified: what was acked, found on reopening"),
        own => own_heading(own),
    }
}

/// The heading of a column that a question declares.
fn own_heading(column: Column) -> Heading {
    let figure = Heading::figure;
    match column {
        Column::WalMax => figure("wal_bytes_max", "WAL max"),
        Column::DatabaseSize => figure("database_bytes", "database"),
        Column::FreePages => figure("freelist_pages", "free pages"),
        Column::SlowestWaitedFor => Heading::words("slowest_waited_for", "slowest waited for")
            .noted("slowest waited for: what most of the slowest hundredth of the acks waited for"),
        Column::ReadsPerSecond => figure("reader_reads_per_second", "reads/s"),
        Column::ReaderP99 => {
            figure("reader_ns_p99", "read p99").noted("reads/s, read p99: of a concurrent reader")
        }
        Column::DeviceBytesPerAckedByte => figure("device_bytes_per_acked_byte", "dev B/B")
            .noted("dev B/B: bytes that reached the device for each byte of acked payload"),
        Column::SyncsPerCommit => {
            figure("syncs_per_commit", "syncs").noted("syncs: per commit, counted")
        }
        Column::BytesPerRecord => figure("bytes_per_record", "B/rec")
            .noted("B/rec: bytes handed to write calls per record"),
        Column::Checkpoints => figure("checkpoints", "ckpts").noted("ckpt: checkpoints"),
        Column::CheckpointP50 => figure("checkpoint_ns_p50", "ckpt p50").noted("ckpt: checkpoints"),
        Column::CheckpointLongest => {
            figure("checkpoint_ns_longest", "ckpt max").noted("ckpt: checkpoints")
        }
        Column::FloorsPerAck => figure("floors_per_ack", "in floors")
            .noted("in floors: an ack's time over that of a write with a sync alone"),
        Column::Spread => figure("time_half_width", "spread")
            .noted("spread: half of the time's 95 % interval over blocks"),
        Column::BeyondFloor => figure("beyond_floor_ns", "over floor")
            .noted("over floor: an ack's time less that of a write with a sync alone"),
        common => heading(common),
    }
}

fn cell(column: Column, row: &Row) -> Cell {
    match column {
        Column::Case => case(row),
        Column::Acked => Cell::Rate(row.acked_per_second.median),
        Column::Drained => Cell::Rate(row.drained_per_second),
        Column::Time => Cell::known(row.cost, |cost| Cell::Nanoseconds(cost.time_ns)),
        Column::A => coefficient(row, row.cost.and_then(|cost| cost.floors)),
        Column::B => coefficient(row, row.cost.and_then(|cost| cost.references)),
        Column::P50 => Cell::quantile(row.latency.p50_ns),
        Column::P99 => Cell::quantile(row.latency.p99_ns),
        Column::P999 => Cell::quantile(row.latency.p999_ns),
        Column::Longest => Cell::quantile(row.latency.longest_ns),
        Column::Verified => verified(row.verified),
        own => row.own.cell(own),
    }
}

/// A case that was fitted without one of the yardsticks takes none of it.
fn coefficient(row: &Row, coefficient: Option<Coefficient>) -> Cell {
    let missing = match row.cost {
        Some(_) => Missing::DoesNotApply,
        None => Missing::NotMeasured,
    };
    Cell::of(coefficient, |coefficient| Cell::Factor(coefficient.estimate), missing)
}

fn verified(verified: Verified) -> Cell {
    Cell::text(match verified {
        Verified::All { .. } => "all".to_owned(),
        Verified::Miscounted { acked, found } if found < acked => {
            format!("-{}", quantity::count(acked - found))
        }
        Verified::Miscounted { acked, found } => format!("+{}", quantity::count(found - acked)),
        Verified::Changed { .. } => "changed".to_owned(),
    })
}

/// A row's id, marked where it is the second half of an A/A pair.
fn case(row: &Row) -> Cell {
    let mark = if row.twin_of.is_some() { "=" } else { "" };
    Cell::Id { id: row.id.clone(), mark }
}

fn legend_of_marks(model: &QuestionModel) -> &'static str {
    if model.rows().any(|row| row.twin_of.is_some()) {
        "= the same case, measured again"
    } else {
        ""
    }
}
