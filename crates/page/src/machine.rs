//! The machine, its floor, and whether that is slow.

use maud::{Markup, html};
use measure::record::RunRecord;
use report::machine_facts;
use report::model::{FloorLine, floors};
use report::quantity;
use report::tables;

use crate::run::Run;
use crate::table::table;

/// One turn of a disk of 7,200 turns a minute, in ns: the least between two writes of one sector of it.
const TURN_NS: f64 = 60.0 / 7_200.0 * 1e9;

/// A floor below this share of a turn is fast, one beyond a turn slow.
const FAST_TURNS: f64 = 10.0;

/// Whether the disk is slow: what it takes for the least that a commit needs, beside one turn of a disk that turns.
pub(crate) fn disk(run: &Run) -> Option<String> {
    let records: Vec<&RunRecord> = run.records().collect();
    let lines = floors(&records);
    let least = lines.iter().min_by(|a, b| a.p50_ns.median.total_cmp(&b.p50_ns.median))?;
    let floor = least.p50_ns.median;
    let longest = lines.iter().map(|line| line.longest_ns).max()? as f64;
    let turns = TURN_NS / floor;
    let (answer, compared) = if turns >= FAST_TURNS {
        ("No", format!("{} times as fast as", quantity::factor(turns)))
    } else if turns >= 1.0 {
        ("Middling", format!("{} times as fast as", quantity::factor(turns)))
    } else {
        ("Yes", format!("{} times as slow as", quantity::factor(1.0 / turns)))
    };
    Some(format!(
        "{answer}: it takes {} for one write of {} and one sync ({}; the median, {} at the longest), so one writer that waits \
         for each commit gets at most {}. That is {compared} one turn of a disk of 7,200 turns a minute ({}).{}",
        quantity::duration_ns(floor),
        quantity::bytes(least.payload_bytes),
        least.sync_call.name(),
        quantity::duration_ns(longest),
        quantity::rate(1e9 / floor),
        quantity::duration_ns(TURN_NS),
        beware(run),
    ))
}

/// What makes syncs here unlike those elsewhere.
fn beware(run: &Run) -> String {
    let Some(record) = run.first() else { return String::new() };
    let environment = &record.environment;
    let mut remarks = Vec::new();
    if environment.virtualisation.hypervisor_flag == Some(true) {
        remarks.push(
            "The machine is virtual: whether its host's disk is reached at each sync cannot be seen from inside.",
        );
    }
    if environment.filesystem.ext4_journal == Some(false) {
        remarks.push("The ext4 has no journal, which makes a sync cheaper than on most machines.");
    }
    if remarks.is_empty() { String::new() } else { format!(" {}", remarks.join(" ")) }
}

/// The machines of a run, each in a list of facts, and the floors.
pub(crate) fn machine(run: &Run) -> Markup {
    let records: Vec<&RunRecord> = run.records().collect();
    let mut machines: Vec<Vec<(&str, String)>> = Vec::new();
    for record in &records {
        let facts = machine_facts(&record.environment);
        if !machines.contains(&facts) {
            machines.push(facts);
        }
    }
    let lines: Vec<FloorLine> = floors(&records);
    html! {
        section id="machine" {
            h2 { "The machine and its floor" }
            @if let Some(disk) = disk(run) { p { b { "Is this disk slow?" } " " (disk) } }
            @for facts in &machines {
                dl.machine { @for (name, fact) in facts { dt { (name) } dd { (fact) } } }
            }
            details {
                summary { "The floors beside the cases, " (lines.len()) }
                (table("floors-of-run", "The floors", &tables::floors(&lines, usize::MAX), &|_| None))
            }
        }
    }
}
