//! The columns of cases: what each is called, and what a case has there.

use measure::attribution::Cause;
use measure::record::Column;
use measure::stats::Coefficient;

use crate::model::{Cost, Row, Verified};
use crate::quantity;
use crate::table::{Cell, Field, Heading, Missing};

const RATES: &str = "acked, drained: records/s, drained including what the path owes at the end";
const TIME: &str = "time: of a packet, query or checkpoint as disk and processor mostly were in this run, made of a writes \
    with a sync (floors) and b batches of work in memory (CPU references)";
const LATENCY: &str = "p50 to longest: hand-in to ack";
const POWER_CUT: &str = "power cut: what it takes at worst, in packets";
const VERIFIED: &str = "verified: what was acked, found on reopening";
const WAITED: &str =
    "slowest waited for: what most of the slowest hundredth of the acks waited for";
const READER: &str = "reads/s, read p99: of a concurrent reader";
const DEVICE: &str = "dev B/B: bytes that reached the device for each byte of acked payload";
const SYNCS: &str = "syncs: per commit, counted";
const WRITTEN: &str = "B/rec: bytes handed to write calls per record";
const CHECKPOINTS: &str = "ckpt: checkpoints";
const IN_FLOORS: &str = "in floors: an ack's time over that of a write with a sync alone";
const SPREAD: &str = "spread: half of the time's 95 % interval over blocks";
const OVER_FLOOR: &str = "over floor: an ack's time less that of a write with a sync alone";

type Of = fn(&Row) -> Cell;

const fn figure(key: &'static str, text: &'static str, cell: Of) -> Field<Row> {
    Field::figure(key, text, cell)
}

const fn words(key: &'static str, text: &'static str, cell: Of) -> Field<Row> {
    Field::words(key, text, cell)
}

/// A column. Of the common ones those that matter least give way first, both coefficients together.
pub(crate) fn field(column: Column) -> Field<Row> {
    match column {
        Column::Case => Field::ids("case", "case", case),
        Column::Acked => figure("acked_records_per_second", "acked", |row| {
            Cell::Rate(row.acked_per_second.median)
        })
        .noted(RATES),
        // Its length depends on the other rows.
        Column::Bar => Field::new(Heading::bars("acked_over_highest"), |_| Cell::Bar(0.0)),
        Column::Drained => figure("drained_records_per_second", "drained", |row| {
            Cell::Rate(row.drained_per_second)
        })
        .gives_way(3)
        .noted(RATES),
        Column::Time => figure("nominal_time_ns", "time", |row| {
            Cell::known(row.cost, |cost| Cell::Nanoseconds(cost.time_ns))
        })
        .gives_way(6)
        .noted(TIME),
        Column::A => {
            figure("floors_per_packet", "a", |row| coefficient(row, |it| it.floors)).gives_way(4)
        }
        Column::B => {
            figure("references_per_packet", "b", |row| coefficient(row, |it| it.references))
                .gives_way(4)
        }
        Column::P50 => {
            figure("ack_latency_ns_p50", "p50", |row| Cell::quantile(row.latency.p50_ns))
                .gives_way(1)
                .noted(LATENCY)
        }
        Column::P99 => {
            figure("ack_latency_ns_p99", "p99", |row| Cell::quantile(row.latency.p99_ns))
                .gives_way(2)
                .noted(LATENCY)
        }
        Column::P999 => {
            figure("ack_latency_ns_p999", "p99.9", |row| Cell::quantile(row.latency.p999_ns))
                .noted(LATENCY)
        }
        Column::Longest => figure("ack_latency_ns_longest", "longest", |row| {
            Cell::quantile(row.latency.longest_ns)
        })
        .gives_way(5)
        .noted(LATENCY),
        Column::PowerCut => words("power_cut", "power cut", |row| {
            Cell::of(row.power_cut, |it| Cell::text(it.words()), Missing::NotExamined)
        })
        .gives_way(7)
        .noted(POWER_CUT),
        Column::Verified => words("verified", "verified", verified).noted(VERIFIED),
        own => own_field(own),
    }
}

/// A column that a question declares.
fn own_field(column: Column) -> Field<Row> {
    match column {
        Column::WalMax => figure("wal_bytes_max", "WAL max", |row| {
            Cell::applying(row.own.wal_bytes_max, Cell::Bytes)
        }),
        Column::DatabaseSize => figure("database_bytes", "database", |row| {
            Cell::applying(row.own.database_bytes, Cell::Bytes)
        }),
        Column::FreePages => figure("freelist_pages", "free pages", |row| {
            Cell::applying(row.own.free_pages, Cell::Count)
        }),
        Column::SlowestWaitedFor => words("slowest_waited_for", "slowest waited for", |row| {
            Cell::known(row.own.slowest_waited_for, waited_for)
        })
        .noted(WAITED),
        Column::ReadsPerSecond => figure("reader_reads_per_second", "reads/s", |row| {
            Cell::applying(row.own.reads_per_second, Cell::Rate)
        }),
        Column::ReaderP99 => figure("reader_ns_p99", "read p99", |row| {
            Cell::applying(row.own.reader_ns_p99, Cell::Nanoseconds)
        })
        .noted(READER),
        Column::DeviceBytesPerAckedByte => {
            figure("device_bytes_per_acked_byte", "dev B/B", |row| {
                Cell::known(row.own.device_bytes_per_acked_byte, Cell::Factor)
            })
            .noted(DEVICE)
        }
        Column::SyncsPerCommit => figure("syncs_per_commit", "syncs", |row| {
            Cell::known(row.own.syncs_per_commit, Cell::Short)
        })
        .noted(SYNCS),
        Column::BytesPerRecord => figure("bytes_per_record", "B/rec", |row| {
            Cell::known(row.own.bytes_per_record, bytes_per_record)
        })
        .noted(WRITTEN),
        Column::Checkpoints => {
            figure("checkpoints", "ckpts", |row| Cell::applying(row.own.checkpoints, Cell::Count))
                .noted(CHECKPOINTS)
        }
        Column::CheckpointP50 => figure("checkpoint_ns_p50", "ckpt p50", |row| {
            Cell::applying(row.own.checkpoint_ns_p50, nanoseconds)
        })
        .noted(CHECKPOINTS),
        Column::CheckpointLongest => figure("checkpoint_ns_longest", "ckpt max", |row| {
            Cell::applying(row.own.checkpoint_ns_longest, nanoseconds)
        })
        .noted(CHECKPOINTS),
        Column::FloorsPerAck => figure("floors_per_ack", "in floors", |row| {
            Cell::applying(row.own.floors_per_ack, Cell::Factor)
        })
        .noted(IN_FLOORS),
        Column::Spread => {
            figure("time_half_width", "spread", |row| Cell::known(row.own.half_width, Cell::Share))
                .noted(SPREAD)
        }
        Column::BeyondFloor => figure("beyond_floor_ns", "over floor", |row| {
            Cell::applying(row.own.beyond_floor_ns, Cell::Nanoseconds)
        })
        .noted(OVER_FLOOR),
        common => field(common),
    }
}

/// A row's id, marked where it is the second half of an A/A pair.
fn case(row: &Row) -> Cell {
    let mark = if row.twin_of.is_some() { "=" } else { "" };
    Cell::Id { id: row.id.clone(), mark }
}

/// A case that was fitted without one of the yardsticks takes none of it.
fn coefficient(row: &Row, of: fn(Cost) -> Option<Coefficient>) -> Cell {
    let Some(cost) = row.cost else { return Cell::Missing(Missing::NotMeasured) };
    Cell::applying(of(cost), |coefficient| Cell::Factor(coefficient.estimate))
}

fn verified(row: &Row) -> Cell {
    Cell::text(match row.verified {
        Verified::All { .. } => "all".to_owned(),
        Verified::Miscounted { acked, found } if found < acked => {
            format!("-{}", quantity::count(acked - found))
        }
        Verified::Miscounted { acked, found } => format!("+{}", quantity::count(found - acked)),
        Verified::Changed { .. } => "changed".to_owned(),
    })
}

fn waited_for((cause, share): (Cause, f64)) -> Cell {
    let cause = match cause {
        Cause::OwnCheckpoint => "own checkpoint",
        Cause::BackgroundCheckpoint => "other checkpoint",
        Cause::WalReset => "WAL reset",
        Cause::OwnSync => "own commit",
        Cause::Queue => "queue",
        Cause::Driver => "driver",
        Cause::Unexplained => "unexplained",
    };
    Cell::text(format!("{} {cause}", Cell::Share(share).in_words()))
}

fn bytes_per_record(bytes: f64) -> Cell {
    if bytes < 100.0 {
        Cell::Number { value: bytes, decimals: 1 }
    } else {
        Cell::Bytes(bytes.round() as u64)
    }
}

fn nanoseconds(ns: u64) -> Cell {
    Cell::Nanoseconds(ns as f64)
}
