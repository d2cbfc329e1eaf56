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

/// Whether the disk is slow: the write and sync that stood beside most cases, against one turn of a disk that turns.
pub(crate) fn disk(run: &Run<'_>) -> Option<String> {
    let records: Vec<&RunRecord> = run.records().collect();
    let lines = floors(&records);
    let usual = lines.iter().rev().max_by_key(|line| line.p50_ns.samples.len())?;
    let floor = usual.p50_ns.median;
    let turns = TURN_NS / floor;
    let (answer, compared) = if turns >= FAST_TURNS {
        ("No", format!("{} times as fast as", quantity::factor(turns)))
    } else if turns >= 1.0 {
        ("Middling", format!("{} times as fast as", quantity::factor(turns)))
    } else {
        ("Yes", format!("{} times as slow as", quantity::factor(1.0 / turns)))
    };
    let environment = run.first().map(|record| &record.environment);
    let is_virtual = environment.is_some_and(|it| it.virtualisation.hypervisor_flag == Some(true));
    let answer = if is_virtual {
        format!(
            "{answer}, as far as a virtual machine can tell, for whether a sync reaches the host's disk cannot be seen from \
             inside"
        )
    } else {
        answer.to_owned()
    };
    let no_journal = environment.is_some_and(|it| it.filesystem.ext4_journal == Some(false));
    let journal = if no_journal {
        " The ext4 has no journal, which makes a sync cheaper than on most machines."
    } else {
        ""
    };
    Some(format!(
        "{answer}. One write of {} and one sync ({}) take {} in the median and {} at the longest (beside {} cases). So one \
         writer that waits for each commit gets at most {}. That is {compared} one turn of a disk of 7,200 turns a minute \
         ({}).{journal}",
        quantity::bytes(usual.payload_bytes),
        usual.sync_call.name(),
        quantity::duration_ns(floor),
        quantity::duration_ns(usual.longest_ns as f64),
        usual.p50_ns.samples.len(),
        quantity::rate(1e9 / floor),
        quantity::duration_ns(TURN_NS),
    ))
}

/// The machines of a run, each in a list of facts, and the floors.
pub(crate) fn machine(run: &Run<'_>) -> Markup {
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
