//! Every case of a run with every figure, for machines: `results.csv` and `results.jsonl`.

use measure::record::{Column, RunRecord, Standing};
use measure::stats::Coefficient;

use super::columns::cell;
use crate::evidence::Evidence;
use crate::extra::{READER_NS_LONGEST, READER_NS_P50, figure};
use crate::model::{Cost, Own, Row};
use crate::power_cut::PowerCut;
use crate::table::{Cell, Field, Table};

/// A case with its record and its row.
struct Case<'record> {
    record: &'record RunRecord,
    row: Row,
}

/// A line for each case; what a case does not have is empty.
#[must_use]
pub fn results(run: &[Evidence]) -> Table {
    let records = run.iter().flat_map(|evidence| &evidence.records);
    let cases: Vec<Case<'_>> =
        records.map(|record| Case { record, row: Row::of(record) }).collect();
    let fields = [timed().as_slice(), stored().as_slice()].concat();
    Table::of(&fields, &cases)
}

/// The key is the heading too: nobody but a machine reads it.
const fn number<'a>(key: &'static str, cell: fn(&Case<'a>) -> Cell) -> Field<Case<'a>> {
    Field::figure(key, key, cell)
}

const fn words<'a>(key: &'static str, cell: fn(&Case<'a>) -> Cell) -> Field<Case<'a>> {
    Field::words(key, key, cell)
}

/// What a case is, its rates, and its times at the run's nominal yardsticks with what these are.
fn timed<'a>() -> [Field<Case<'a>>; 26] {
    [
        words("question", |it| Cell::text(&it.record.question)),
        words("case", |it| Cell::text(&it.record.case.id)),
        words("label", |it| Cell::text(&it.record.case.label)),
        number("parameter", |it| Cell::known(it.record.case.parameter, Cell::Short)),
        words("standing", |it| Cell::text(standing(it.record.case.standing))),
        words("engine", |it| Cell::text(&it.record.case.engine)),
        words("repeats_case", |it| Cell::known(it.record.case.repeats_case.clone(), Cell::Text)),
        number("records_per_packet", |it| Cell::Count(it.record.case.records_per_packet)),
        number("record_bytes", |it| Cell::Bytes(it.record.case.record_bytes)),
        number("acked_records_per_second", |it| Cell::Rate(it.row.acked_per_second.median)),
        number("acked_records_per_second_low", |it| Cell::Rate(it.row.acked_per_second.low)),
        number("acked_records_per_second_high", |it| Cell::Rate(it.row.acked_per_second.high)),
        number("drained_records_per_second", |it| Cell::Rate(it.row.drained_per_second)),
        number("nominal_time_ns", |it| time(it, |cost| Some(cost.time_ns))),
        number("time_half_width", |it| own(it, |own| own.half_width)),
        number("nominal_floor_ns", |it| {
            time(it, |cost| cost.floors.map(|_| cost.nominal.floor_ns))
        }),
        number("nominal_reference_ns", |it| time(it, |cost| Some(cost.nominal.reference_ns))),
        number("floors_per_packet", |it| of_floors(it, |floors| floors.estimate)),
        number("floors_per_packet_low", |it| of_floors(it, |floors| floors.interval.low)),
        number("floors_per_packet_high", |it| of_floors(it, |floors| floors.interval.high)),
        number("references_per_packet", |it| of_references(it, |it| it.estimate)),
        number("references_per_packet_low", |it| of_references(it, |it| it.interval.low)),
        number("references_per_packet_high", |it| of_references(it, |it| it.interval.high)),
        number("floors_per_ack", |it| own(it, |own| own.floors_per_ack)),
        number("beyond_floor_ns", |it| own(it, |own| own.beyond_floor_ns)),
        number("blocks", |it| {
            let blocks = it.record.blocks.as_ref();
            count(blocks.map(|blocks| blocks.replicates.len() as u64))
        }),
    ]
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Vanilla => "vanilla",
        Standing::Tuned => "tuned",
        Standing::Reference => "reference",
    }
}

/// Its latencies, what it stored, and what was checked.
fn stored<'a>() -> [Field<Case<'a>>; 27] {
    [
        number("ack_latency_ns_p50", |it| count(it.row.latency.p50_ns)),
        number("ack_latency_ns_p99", |it| count(it.row.latency.p99_ns)),
        number("ack_latency_ns_p999", |it| count(it.row.latency.p999_ns)),
        number("ack_latency_ns_longest", |it| count(it.row.latency.longest_ns)),
        number("acks", |it| Cell::Count(it.row.latency.acks)),
        words("slowest_waited_for", |it| cell(Column::SlowestWaitedFor, &it.row)),
        number("checkpoints", |it| count(it.row.own.checkpoints)),
        number("floor_ns_p50", |it| {
            count(it.record.floor.as_ref().and_then(|floor| floor.summary.p50_ns))
        }),
        number("syncs_per_commit", |it| own(it, |own| own.syncs_per_commit)),
        number("writes_per_commit", |it| {
            let audit = it.record.sync_audit.as_ref();
            Cell::known(audit.map(|audit| audit.writes_per_commit), Cell::Short)
        }),
        number("bytes_per_record", |it| own(it, |own| own.bytes_per_record)),
        number("device_bytes_per_acked_byte", |it| own(it, |own| own.device_bytes_per_acked_byte)),
        number("database_bytes", |it| count(it.row.own.database_bytes)),
        number("freelist_pages", |it| count(it.row.own.free_pages)),
        number("wal_bytes_max", |it| count(it.row.own.wal_bytes_max)),
        number("checkpoint_ns_p50", |it| count(it.row.own.checkpoint_ns_p50)),
        number("checkpoint_ns_longest", |it| count(it.row.own.checkpoint_ns_longest)),
        number("reader_reads_per_second", |it| own(it, |own| own.reads_per_second)),
        number("reader_ns_p50", |it| Cell::known(figure(it.record, READER_NS_P50), Cell::Short)),
        number("reader_ns_p99", |it| own(it, |own| own.reader_ns_p99)),
        number("reader_ns_longest", |it| {
            Cell::known(figure(it.record, READER_NS_LONGEST), Cell::Short)
        }),
        number("records_acked", |it| Cell::Count(it.record.verify.acked_records)),
        number("records_found", |it| Cell::Count(it.record.verify.found_records)),
        words("power_cut", |it| power_cut(it, |cut| Some(cut.class.clone()))),
        number("power_cut_packets_lost_max", |it| {
            count(it.row.power_cut.map(|cut| cut.lost_packets_max))
        }),
        words("power_cut_witness", |it| power_cut(it, PowerCut::witness)),
        words("digest_ok", |it| Cell::Flag(it.record.verify.digest_ok)),
    ]
}

fn power_cut(case: &Case<'_>, words: fn(&PowerCut) -> Option<String>) -> Cell {
    let cut = case.row.power_cut;
    Cell::applying(cut.map_or(Some("not_examined".to_owned()), words), Cell::Text)
}

fn count(count: Option<u64>) -> Cell {
    Cell::known(count, Cell::Count)
}

fn own(case: &Case<'_>, figure: fn(&Own) -> Option<f64>) -> Cell {
    Cell::known(figure(&case.row.own), Cell::Short)
}

fn time(case: &Case<'_>, figure: fn(Cost) -> Option<f64>) -> Cell {
    Cell::known(case.row.cost.and_then(figure), Cell::Nanoseconds)
}

fn of_floors(case: &Case<'_>, figure: fn(Coefficient) -> f64) -> Cell {
    Cell::known(case.row.cost.and_then(|cost| cost.floors).map(figure), Cell::Factor)
}

fn of_references(case: &Case<'_>, figure: fn(Coefficient) -> f64) -> Cell {
    Cell::known(case.row.cost.and_then(|cost| cost.references).map(figure), Cell::Factor)
}
