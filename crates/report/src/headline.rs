//! The headline: the answer of the first question in one small table, for the front page of the project.

use measure::floor::SyncCall;
use measure::record::{RunRecord, Standing};

use crate::evidence::Evidence;
use crate::model::{FloorShare, Row, floors};
use crate::quantity;

/// The question that the headline answers.
const QUESTION: &str = "log_vs_sqlite";

/// The packets that it shows: an application that commits each record, and the first document's merged
/// packet.
const RECORDS_PER_PACKET: [f64; 2] = [1.0, 400.0];

/// The headline of a run that lies in the folder `place`, seen from the page that shows it: Markdown, ending
/// with a line feed. `None` if the run has no settings that were measured at both packet sizes.
#[must_use]
pub fn headline(run: &[Evidence], place: &str) -> Option<String> {
    let evidence = run.iter().find(|evidence| evidence.name == QUESTION)?;
    let lines: Vec<String> = evidence
        .records
        .iter()
        .filter(|record| record.case.parameter == Some(RECORDS_PER_PACKET[0]))
        .filter_map(|single| line(single, beside(evidence, single)?))
        .collect();
    let first = evidence.records.first()?;
    (!lines.is_empty()).then(|| {
        format!(
            "{}\n\n| settings | one record per commit | 400 records per commit | ack p99 | longest ack | syncs \
             per commit | share of the floor |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n{}\nThe last \
             four columns are about commits of 400 records.{} All of it, with spreads, settings as read back and \
             findings: [the reference run of {}]({place}/summary.md).\n",
            machine(first),
            lines.concat(),
            floor(evidence),
            first.started_utc,
        )
    })
}

/// The same settings with the larger packet.
fn beside<'evidence>(
    evidence: &'evidence Evidence,
    single: &RunRecord,
) -> Option<&'evidence RunRecord> {
    evidence.records.iter().find(|record| {
        record.case.label == single.case.label
            && record.case.parameter == Some(RECORDS_PER_PACKET[1])
    })
}

fn line(single: &RunRecord, merged: &RunRecord) -> Option<String> {
    if merged.case.repeats_case.is_some() {
        return None;
    }
    let (single_row, row) = (Row::of(single, None), Row::of(merged, None));
    let time = |nanoseconds: Option<u64>| {
        nanoseconds.map_or("-".into(), |value| quantity::duration_ns(value as f64))
    };
    let share = match row.floor_share {
        FloorShare::Share { share, .. } => quantity::percent(share),
        FloorShare::NoSync => "no sync".into(),
        FloorShare::TooFewPieces { .. } | FloorShare::NotMeasured => "-".into(),
    };
    let standing = match merged.case.standing {
        Standing::Vanilla => " (SQLite as it comes)",
        _ => "",
    };
    Some(format!(
        "| `{}`{standing} | {} | {} | {} | {} | {} | {share} |\n",
        merged.case.label,
        quantity::rate(single_row.acked_per_second.median),
        quantity::rate(row.acked_per_second.median),
        time(row.latency.p99_ns),
        time(row.latency.longest_ns),
        row.syncs_per_commit.map_or("-".into(), quantity::short),
    ))
}

fn machine(record: &RunRecord) -> String {
    let environment = &record.environment;
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "unknown".into());
    format!(
        "Votes acknowledged per second on {}, {} cores, Linux {}, {} on a device with its write cache {}:",
        known(&environment.processor.model),
        environment.processor.online.map_or("unknown".into(), |cores| cores.to_string()),
        known(&environment.kernel.release),
        known(&environment.filesystem.kind),
        environment.device.as_ref().map_or("unknown".into(), |device| known(&device.write_cache)),
    )
}

/// What the disk alone took beside these cases.
fn floor(evidence: &Evidence) -> String {
    let records: Vec<&RunRecord> = evidence.records.iter().collect();
    let lines = floors(&records);
    let floors: Vec<String> = lines
        .iter()
        .filter(|line| line.sync_call != SyncCall::Fsync)
        .map(|line| {
            let (bytes, time) = (line.payload_bytes, line.p50_ns.median);
            format!("{} for {}", quantity::duration_ns(time), quantity::bytes(bytes))
        })
        .collect();
    if floors.is_empty() {
        return String::new();
    }
    format!(
        " The floor, one write and one fdatasync without any engine, took {}.",
        floors.join(", ")
    )
}
