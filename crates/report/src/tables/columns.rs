//! The columns of cases: what each is called, and what a case has there.

use std::cmp::Ordering;

use measure::attribution::Cause;
use measure::record::{CheckpointsRecord, Column, CostRecord, RunRecord, SyncAudit, VerifyRecord};
use measure::stats::Coefficient;

use crate::power_cut::PowerCut;
use crate::quantity;
use crate::table::{Cell, Field, Heading, Missing};

/// What a case has in a column.
#[must_use]
pub fn cell(column: Column, row: &RunRecord) -> Cell {
    (field(column).cell)(row)
}

/// A column.
pub(super) fn field(column: Column) -> Field<RunRecord> {
    let field = plain(column).noted(note(column));
    match column {
        // Of the common ones those that matter least give way first, both coefficients together.
        Column::P50 => field.gives_way(1),
        Column::P99 => field.gives_way(2),
        Column::Drained => field.gives_way(3),
        Column::A | Column::B => field.gives_way(4),
        Column::Longest => field.gives_way(5),
        Column::Time => field.gives_way(6),
        Column::PowerCut => field.gives_way(7),
        _ => field,
    }
}

fn plain(column: Column) -> Field<RunRecord> {
    use Column as C;
    match column {
        C::Case => Field::ids("case", "case", case),
        C::Acked => figure("acked_records_per_second", "acked", |it| {
            Cell::Rate(it.records_per_second.median)
        }),
        // Its length depends on the other rows.
        C::Bar => Field::new(Heading::bars("acked_over_highest"), |_| Cell::Bar(0.0)),
        C::Drained => figure("drained_records_per_second", "drained", |it| {
            Cell::Rate(it.drained_records_per_second.median)
        }),
        C::Time => figure("nominal_time_ns", "time", nominal_time),
        C::A => figure("floors_per_packet", "a", |it| coefficient(it, CostRecord::floors)),
        C::B => figure("references_per_packet", "b", |it| coefficient(it, CostRecord::references)),
        C::P50 => figure("ack_latency_ns_p50", "p50", |it| Cell::quantile(it.ack_latency_ns.p50)),
        C::P99 => figure("ack_latency_ns_p99", "p99", |it| Cell::quantile(it.ack_latency_ns.p99)),
        C::P999 => {
            figure("ack_latency_ns_p999", "p99.9", |it| Cell::quantile(it.ack_latency_ns.p999))
        }
        C::Longest => {
            figure("ack_latency_ns_longest", "longest", |it| Cell::quantile(it.ack_latency_ns.max))
        }
        C::PowerCut => words("power_cut", "power cut", |it| {
            Cell::of(PowerCut::of(it), |it| Cell::text(it.words()), Missing::NotExamined)
        }),
        C::Verified => words("verified", "verified", verified),
        C::WalMax => {
            figure("wal_bytes_max", "WAL max", |it| any(it.space.wal_bytes_max, Cell::Bytes))
        }
        C::DatabaseSize => {
            figure("database_bytes", "database", |it| any(it.space.database_bytes, Cell::Bytes))
        }
        C::FreePages => {
            figure("freelist_pages", "free pages", |it| any(it.space.freelist_pages, Cell::Count))
        }
        C::SlowestWaitedFor => words("slowest_waited_for", "slowest waited for", |it| {
            known(it.slowest_waited_for(), waited_for)
        }),
        C::ReadsPerSecond => figure("reader_reads_per_second", "reads/s", |it| {
            any(it.extra("reader_reads_per_second"), Cell::Rate)
        }),
        C::ReaderP99 => {
            figure("reader_ns_p99", "read p99", |it| any(it.extra("reader_ns_p99"), time))
        }
        C::DeviceBytesPerAckedByte => figure("device_bytes_per_acked_byte", "dev B/B", |it| {
            known(it.device_bytes_per_acked_byte(), Cell::Factor)
        }),
        C::SyncsPerCommit => figure("syncs_per_commit", "syncs", |it| {
            audit(it, |it| Cell::Short(it.syncs_per_commit))
        }),
        C::BytesPerRecord => figure("bytes_per_record", "B/rec", |it| {
            audit(it, |it| bytes_per_record(it.bytes_per_record))
        }),
        C::Checkpoints => {
            figure("checkpoints", "ckpts", |it| checkpoints(it, |it| Cell::Count(it.count)))
        }
        C::CheckpointP50 => {
            figure("checkpoint_ns_p50", "ckpt p50", |it| checkpoints(it, |it| whole(it.p50_ns)))
        }
        C::CheckpointLongest => figure("checkpoint_ns_longest", "ckpt max", |it| {
            checkpoints(it, |it| whole(it.longest_ns))
        }),
        C::FloorsPerAck => {
            figure("floors_per_ack", "in floors", |it| any(it.floors_per_ack(), Cell::Factor))
        }
        C::Spread => {
            figure("time_half_width", "spread", |it| known(it.time_half_width(), Cell::Share))
        }
        C::BeyondFloor => {
            figure("beyond_floor_ns", "over floor", |it| any(it.beyond_floor_ns(), time))
        }
    }
}

/// What a column means, where its heading does not say it.
const fn note(column: Column) -> &'static str {
    use Column as C;
    match column {
        C::Acked | C::Drained => {
            "acked, drained: records/s, drained including what the path owes at the end"
        }
        C::Time => {
            "time: of a packet, query or checkpoint as disk and processor mostly were in this run, made of a writes with a \
             sync (floors) and b batches of work in memory (CPU references)"
        }
        C::P50 | C::P99 | C::P999 | C::Longest => "p50 to longest: hand-in to ack",
        C::PowerCut => "power cut: what it takes at worst, in packets",
        C::Verified => "verified: what was acked, found on reopening",
        C::SlowestWaitedFor => {
            "slowest waited for: what most of the slowest hundredth of the acks waited for"
        }
        C::ReaderP99 => "reads/s, read p99: of a concurrent reader",
        C::DeviceBytesPerAckedByte => {
            "dev B/B: bytes that reached the device for each byte of acked payload"
        }
        C::SyncsPerCommit => "syncs: per commit, counted",
        C::BytesPerRecord => "B/rec: bytes handed to write calls per record",
        C::Checkpoints | C::CheckpointP50 | C::CheckpointLongest => "ckpt: checkpoints",
        C::FloorsPerAck => "in floors: an ack's time over that of a write with a sync alone",
        C::Spread => "spread: half of the time's 95 % interval over blocks",
        C::BeyondFloor => "over floor: an ack's time less that of a write with a sync alone",
        C::Case | C::Bar | C::A | C::B => "",
        C::WalMax | C::DatabaseSize | C::FreePages | C::ReadsPerSecond => "",
    }
}

type Of = fn(&RunRecord) -> Cell;

const fn figure(key: &'static str, text: &'static str, cell: Of) -> Field<RunRecord> {
    Field::figure(key, text, cell)
}

const fn words(key: &'static str, text: &'static str, cell: Of) -> Field<RunRecord> {
    Field::words(key, text, cell)
}

fn known<T>(figure: Option<T>, cell: fn(T) -> Cell) -> Cell {
    Cell::known(figure, cell)
}

fn any<T>(figure: Option<T>, cell: fn(T) -> Cell) -> Cell {
    Cell::applying(figure, cell)
}

/// A case's id, marked where it is the second half of an A/A pair.
fn case(row: &RunRecord) -> Cell {
    let mark = if row.case.repeats_case.is_some() { "=" } else { "" };
    Cell::Id { id: row.case.id.clone(), mark }
}

fn nominal_time(row: &RunRecord) -> Cell {
    known(row.cost.as_ref(), |cost| time(cost.time.geometric_mean_ns()))
}

/// A case that was fitted without one of the yardsticks takes none of it.
fn coefficient(row: &RunRecord, of: fn(&CostRecord) -> Option<Coefficient>) -> Cell {
    let Some(cost) = &row.cost else { return Cell::Missing(Missing::NotMeasured) };
    any(of(cost), |coefficient| Cell::Factor(coefficient.estimate))
}

fn checkpoints(row: &RunRecord, cell: fn(&CheckpointsRecord) -> Cell) -> Cell {
    any(row.checkpoints.as_ref(), cell)
}

fn audit(row: &RunRecord, cell: fn(&SyncAudit) -> Cell) -> Cell {
    known(row.sync_audit.as_ref(), cell)
}

fn verified(row: &RunRecord) -> Cell {
    let VerifyRecord { acked_records: acked, found_records: found, digest_ok, .. } = row.verify;
    Cell::text(match found.cmp(&acked) {
        Ordering::Less => format!("-{}", quantity::count(acked - found)),
        Ordering::Greater => format!("+{}", quantity::count(found - acked)),
        Ordering::Equal if digest_ok => "all".to_owned(),
        Ordering::Equal => "changed".to_owned(),
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

fn time(ns: f64) -> Cell {
    Cell::Nanoseconds(ns)
}

fn whole(ns: u64) -> Cell {
    time(ns as f64)
}
