//! Every case of a run as a line of CSV.

use std::borrow::Cow;

use measure::record::{RunRecord, Standing};
use serde::Serialize;

use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::findings::extra::{READER_NS_LONGEST, READER_NS_P99, READER_READS_PER_SECOND, figure};
use crate::model::{Cost, FloorShare};
use crate::mood::FloorBeside;

/// One line; the fields' names are the columns' headings. What a case does not have is empty.
#[derive(Serialize)]
struct Line<'record> {
    question: Cow<'record, str>,
    case: Cow<'record, str>,
    label: Cow<'record, str>,
    parameter: Option<f64>,
    standing: Standing,
    engine: Cow<'record, str>,
    repeats_case: Option<Cow<'record, str>>,
    records_per_packet: u64,
    record_bytes: u64,
    acked_records_per_second: f64,
    acked_records_per_second_low: f64,
    acked_records_per_second_high: f64,
    drained_records_per_second: f64,
    /// The time of a packet, query or checkpoint at the nominal yardsticks, with what these are.
    nominal_time_ns: Option<f64>,
    nominal_floor_ns: Option<f64>,
    nominal_reference_ns: Option<f64>,
    floors_per_packet: Option<f64>,
    floors_per_packet_low: Option<f64>,
    floors_per_packet_high: Option<f64>,
    references_per_packet: Option<f64>,
    references_per_packet_low: Option<f64>,
    references_per_packet_high: Option<f64>,
    blocks: Option<usize>,
    ack_latency_ns_p50: Option<u64>,
    ack_latency_ns_p99: Option<u64>,
    ack_latency_ns_p999: Option<u64>,
    ack_latency_ns_longest: Option<u64>,
    acks: u64,
    floor_share: Option<f64>,
    floor_share_low: Option<f64>,
    floor_share_high: Option<f64>,
    floor_share_of_syncs: Option<f64>,
    floor_ns_p50: Option<u64>,
    floor_beside_ns: Option<f64>,
    pieces_kept: Option<usize>,
    pieces_measured: Option<usize>,
    syncs_per_commit: Option<f64>,
    writes_per_commit: Option<f64>,
    bytes_per_record: Option<f64>,
    database_bytes: Option<u64>,
    wal_bytes_max: Option<u64>,
    checkpoints: Option<u64>,
    checkpoint_ns_p50: Option<u64>,
    checkpoint_ns_longest: Option<u64>,
    reader_reads_per_second: Option<f64>,
    reader_ns_p99: Option<f64>,
    reader_ns_longest: Option<f64>,
    records_acked: u64,
    records_found: u64,
    digest_ok: bool,
}

/// The lines of all cases, with a heading.
pub(crate) fn results_csv(run: &[Evidence]) -> Result<String, ReportError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for record in run.iter().flat_map(|evidence| &evidence.records) {
        writer
            .serialize(Line::of(record))
            .map_err(|source| ReportError::Csv { case: record.case.id.clone(), source })?;
    }
    let bytes = writer.into_inner().expect("a vector takes every byte");
    Ok(String::from_utf8(bytes).expect("every field is text or a number"))
}

/// A text that a spreadsheet would take for a formula, with the sign that makes it a text there.
fn no_formula(text: &str) -> Cow<'_, str> {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        Cow::Owned(format!("'{text}"))
    } else {
        Cow::Borrowed(text)
    }
}

impl<'record> Line<'record> {
    fn of(record: &'record RunRecord) -> Self {
        let (case, latency) = (&record.case, &record.ack_latency_ns);
        let (share, low, high, of_syncs) = match FloorShare::of(record) {
            FloorShare::Share { share, low, high, of_syncs } => {
                (Some(share), Some(low), Some(high), of_syncs)
            }
            FloorShare::NoSync | FloorShare::TooFewPieces { .. } | FloorShare::NotMeasured => {
                (None, None, None, None)
            }
        };
        let cost = record.cost.as_ref().map(Cost::of);
        let floors = cost.and_then(|cost| cost.floors);
        let references = cost.and_then(|cost| cost.references);
        let audit = record.sync_audit.as_ref();
        let checkpoints = record.checkpoints.as_ref();
        Self {
            question: no_formula(&record.question),
            case: no_formula(&case.id),
            label: no_formula(&case.label),
            parameter: case.parameter,
            standing: case.standing,
            engine: no_formula(&case.engine),
            repeats_case: case.repeats_case.as_deref().map(no_formula),
            records_per_packet: case.records_per_packet,
            record_bytes: case.record_bytes,
            acked_records_per_second: record.records_per_second.median,
            acked_records_per_second_low: record.records_per_second.low,
            acked_records_per_second_high: record.records_per_second.high,
            drained_records_per_second: record.drained_records_per_second.median,
            nominal_time_ns: cost.map(|cost| cost.time_ns),
            nominal_floor_ns: floors.and(cost).map(|cost| cost.nominal.floor_ns),
            nominal_reference_ns: cost.map(|cost| cost.nominal.reference_ns),
            floors_per_packet: floors.map(|floors| floors.estimate),
            floors_per_packet_low: floors.map(|floors| floors.interval.low),
            floors_per_packet_high: floors.map(|floors| floors.interval.high),
            references_per_packet: references.map(|references| references.estimate),
            references_per_packet_low: references.map(|references| references.interval.low),
            references_per_packet_high: references.map(|references| references.interval.high),
            blocks: record.blocks.as_ref().map(|blocks| blocks.replicates.len()),
            ack_latency_ns_p50: latency.p50,
            ack_latency_ns_p99: latency.p99,
            ack_latency_ns_p999: latency.p999,
            ack_latency_ns_longest: latency.encoded.max,
            acks: latency.encoded.count,
            floor_share: share,
            floor_share_low: low,
            floor_share_high: high,
            floor_share_of_syncs: of_syncs,
            floor_ns_p50: record.floor.as_ref().and_then(|floor| floor.summary.p50_ns),
            floor_beside_ns: FloorBeside::of(record).map(|floor| floor.median_ns),
            pieces_kept: record.pairs.as_ref().map(|pairs| pairs.kept),
            pieces_measured: record.pairs.as_ref().map(|pairs| pairs.of),
            syncs_per_commit: audit.map(|audit| audit.syncs_per_commit),
            writes_per_commit: audit.map(|audit| audit.writes_per_commit),
            bytes_per_record: audit.map(|audit| audit.bytes_per_record),
            database_bytes: record.space.database_bytes,
            wal_bytes_max: record.space.wal_bytes_max,
            checkpoints: checkpoints.map(|it| it.count),
            checkpoint_ns_p50: checkpoints.map(|it| it.p50_ns),
            checkpoint_ns_longest: checkpoints.map(|it| it.longest_ns),
            reader_reads_per_second: figure(record, READER_READS_PER_SECOND),
            reader_ns_p99: figure(record, READER_NS_P99),
            reader_ns_longest: figure(record, READER_NS_LONGEST),
            records_acked: record.verify.acked_records,
            records_found: record.verify.found_records,
            digest_ok: record.verify.digest_ok,
        }
    }
}
