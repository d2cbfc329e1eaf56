//! The headline: the answer of the first question in one small table, for the front page of the project.

use measure::floor::SyncCall;
use measure::record::{Column, RunRecord, Standing};

use crate::evidence::Evidence;
use crate::model::floors;
use crate::quantity;
use crate::table::{Cell, Field, Table};
use crate::tables::cell;

/// The question that the headline answers.
const QUESTION: &str = "log_vs_sqlite";

/// The packets that it shows: an application that commits each record, and the first document's merged
/// packet.
const RECORDS_PER_PACKET: [f64; 2] = [1.0, 400.0];

/// The same settings with both packets.
struct Line<'record> {
    single: &'record RunRecord,
    merged: &'record RunRecord,
}

fn fields<'record>() -> [Field<Line<'record>>; 10] {
    [
        Field::ids("settings", "settings", |line| Cell::Id {
            id: line.merged.case.label.clone(),
            mark: match line.merged.case.standing {
                Standing::Vanilla => "(SQLite as it comes)",
                Standing::Tuned | Standing::Reference => "",
            },
        }),
        Field::figure("single_per_second", "one record per commit", |line| {
            Cell::Rate(line.single.records_per_second.median)
        }),
        Field::figure("merged_per_second", "400 records per commit", |line| {
            Cell::Rate(line.merged.records_per_second.median)
        }),
        Field::figure("time_half_width", "spread", |line| cell(Column::Spread, line.merged)),
        Field::figure("floors_per_packet", "floors (a)", |line| cell(Column::A, line.merged)),
        Field::figure("references_per_packet", "CPU references (b)", |line| {
            cell(Column::B, line.merged)
        }),
        Field::figure("floors_per_ack", "time in floors", |line| {
            cell(Column::FloorsPerAck, line.merged)
        }),
        Field::figure("ack_ns_p99", "ack p99", |line| cell(Column::P99, line.merged)),
        Field::figure("ack_ns_longest", "longest ack", |line| cell(Column::Longest, line.merged)),
        Field::figure("syncs_per_commit", "syncs per commit", |line| {
            cell(Column::SyncsPerCommit, line.merged)
        }),
    ]
}

/// What the columns of a run in blocks mean.
const IN_YARDSTICKS: &str = " A commit takes (a) floors of the disk and (b) CPU references; its \
    time is known to within the spread.";

/// The headline of a run that lies in the folder `place`, seen from the page that shows it: Markdown, ending
/// with a line feed. `None` if the run has no settings that were measured at both packet sizes.
#[must_use]
pub fn headline(run: &[Evidence], place: &str) -> Option<String> {
    let evidence = run.iter().find(|evidence| evidence.name == QUESTION)?;
    let [single, merged] = RECORDS_PER_PACKET.map(|size| {
        let of_size = evidence.records.iter().filter(|it| it.case.parameter == Some(size));
        of_size.collect::<Vec<&RunRecord>>()
    });
    let lines: Vec<Line<'_>> =
        single.into_iter().filter_map(|single| line(single, &merged)).collect();
    let first = evidence.records.first()?;
    let in_yardsticks = lines.iter().any(|line| line.merged.cost.is_some());
    (!lines.is_empty()).then(|| {
        format!(
            "{}\n\n{}\nThe columns behind the rates are about commits of 400 records.{}{} All of it, with settings as \
             read back: [the reference run of {}]({place}/summary.md).\n",
            machine(first),
            Table::of(&fields(), &lines).without_empty_columns().markdown(),
            if in_yardsticks { IN_YARDSTICKS } else { "" },
            floor(evidence),
            first.started_utc,
        )
    })
}

/// The settings of a case that were measured with both packets.
fn line<'run>(single: &'run RunRecord, merged: &[&'run RunRecord]) -> Option<Line<'run>> {
    let merged = *merged.iter().find(|it| it.case.label == single.case.label)?;
    merged.case.repeats_case.is_none().then_some(Line { single, merged })
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
