//! Every case of a run with every figure, for machines: `results.csv` and `results.jsonl`.

use measure::record::{Column as C, CostRecord, RunRecord, Standing};
use measure::stats::Coefficient;

use super::columns::field as of;
use crate::evidence::Evidence;
use crate::power_cut::PowerCut;
use crate::table::{Cell, Field, Table};

/// A line for each case; what a case does not have is empty.
#[must_use]
pub fn results(run: &[Evidence]) -> Table {
    let records = run.iter().flat_map(|evidence| &evidence.records);
    Table::of(&[timed().as_slice(), stored().as_slice()].concat(), records)
}

/// The key is the heading too: nobody but a machine reads it.
const fn number(key: &'static str, cell: fn(&RunRecord) -> Cell) -> Field<RunRecord> {
    Field::figure(key, key, cell)
}

const fn words(key: &'static str, cell: fn(&RunRecord) -> Cell) -> Field<RunRecord> {
    Field::words(key, key, cell)
}

/// What a case is, its rates, and its times at the run's nominal yardsticks with what these are.
fn timed() -> [Field<RunRecord>; 26] {
    [
        words("question", |it| Cell::text(&it.question)),
        words("case", |it| Cell::text(&it.case.id)),
        words("label", |it| Cell::text(&it.case.label)),
        number("parameter", |it| Cell::known(it.case.parameter, Cell::Short)),
        words("standing", |it| Cell::text(standing(it.case.standing))),
        words("engine", |it| Cell::text(&it.case.engine)),
        words("repeats_case", |it| Cell::known(it.case.repeats_case.clone(), Cell::Text)),
        number("records_per_packet", |it| Cell::Count(it.case.records_per_packet)),
        number("record_bytes", |it| Cell::Bytes(it.case.record_bytes)),
        of(C::Acked),
        number("acked_records_per_second_low", |it| Cell::Rate(it.records_per_second.low)),
        number("acked_records_per_second_high", |it| Cell::Rate(it.records_per_second.high)),
        of(C::Drained),
        of(C::Time),
        of(C::Spread),
        number("nominal_floor_ns", |it| {
            nominal(it, |cost| cost.floors().map(|_| cost.nominal.floor_ns))
        }),
        number("nominal_reference_ns", |it| nominal(it, |cost| Some(cost.nominal.reference_ns))),
        of(C::A),
        number("floors_per_packet_low", |it| end(it, CostRecord::floors, |it| it.interval.low)),
        number("floors_per_packet_high", |it| end(it, CostRecord::floors, |it| it.interval.high)),
        of(C::B),
        number("references_per_packet_low", |it| {
            end(it, CostRecord::references, |it| it.interval.low)
        }),
        number("references_per_packet_high", |it| {
            end(it, CostRecord::references, |it| it.interval.high)
        }),
        of(C::FloorsPerAck),
        of(C::BeyondFloor),
        number("blocks", |it| count(it.block_count().map(|blocks| blocks as u64))),
    ]
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Vanilla => "vanilla",
        Standing::Tuned => "tuned",
        Standing::Reference => "reference",
    }
}

/// Its latencies, what it stored, and what was checked. A time that was counted in whole ns stays a whole number.
fn stored() -> [Field<RunRecord>; 27] {
    [
        number("ack_latency_ns_p50", |it| count(it.ack_latency_ns.p50)),
        number("ack_latency_ns_p99", |it| count(it.ack_latency_ns.p99)),
        number("ack_latency_ns_p999", |it| count(it.ack_latency_ns.p999)),
        number("ack_latency_ns_longest", |it| count(it.ack_latency_ns.max)),
        number("acks", |it| Cell::Count(it.ack_latency_ns.count)),
        of(C::SlowestWaitedFor),
        of(C::Checkpoints),
        number("floor_ns_p50", |it| {
            count(it.floor.as_ref().and_then(|floor| floor.summary.p50_ns))
        }),
        of(C::SyncsPerCommit),
        number("writes_per_commit", |it| {
            let audit = it.sync_audit.as_ref();
            Cell::known(audit.map(|audit| audit.writes_per_commit), Cell::Short)
        }),
        number("bytes_per_record", |it| {
            let audit = it.sync_audit.as_ref();
            Cell::known(audit.map(|audit| audit.bytes_per_record), Cell::Short)
        }),
        of(C::DeviceBytesPerAckedByte),
        of(C::DatabaseSize),
        of(C::FreePages),
        of(C::WalMax),
        number("checkpoint_ns_p50", |it| count(it.checkpoints.as_ref().map(|it| it.p50_ns))),
        number("checkpoint_ns_longest", |it| {
            count(it.checkpoints.as_ref().map(|it| it.longest_ns))
        }),
        of(C::ReadsPerSecond),
        number("reader_ns_p50", |it| Cell::known(it.extra("reader_ns_p50"), Cell::Short)),
        of(C::ReaderP99),
        number("reader_ns_longest", |it| Cell::known(it.extra("reader_ns_longest"), Cell::Short)),
        number("records_acked", |it| Cell::Count(it.verify.acked_records)),
        number("records_found", |it| Cell::Count(it.verify.found_records)),
        words("power_cut", |it| power_cut(it, |cut| Some(cut.class.clone()))),
        number("power_cut_packets_lost_max", |it| {
            count(PowerCut::of(it).map(|cut| cut.lost_packets_max))
        }),
        words("power_cut_witness", |it| power_cut(it, PowerCut::witness)),
        words("digest_ok", |it| Cell::Flag(it.verify.digest_ok)),
    ]
}

fn power_cut(record: &RunRecord, words: fn(&PowerCut) -> Option<String>) -> Cell {
    let cut = PowerCut::of(record);
    Cell::applying(cut.map_or(Some("not_examined".to_owned()), words), Cell::Text)
}

fn count(count: Option<u64>) -> Cell {
    Cell::known(count, Cell::Count)
}

fn nominal(record: &RunRecord, figure: fn(&CostRecord) -> Option<f64>) -> Cell {
    Cell::known(record.cost.as_ref().and_then(figure), Cell::Nanoseconds)
}

/// An end of the interval of a coefficient.
fn end(
    record: &RunRecord,
    of: fn(&CostRecord) -> Option<Coefficient>,
    end: fn(Coefficient) -> f64,
) -> Cell {
    Cell::known(record.cost.as_ref().and_then(of).map(end), Cell::Factor)
}
