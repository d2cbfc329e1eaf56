//! The machine in a paragraph.

use measure::environment::Environment;
use measure::record::RunRecord;

use super::heading::distinct;
use crate::machine::facts;

/// A paragraph for each environment that the records name; more than one when a question also ran elsewhere.
pub(super) fn environment(records: &[&RunRecord]) -> String {
    let paragraphs = distinct(records.iter().map(|record| paragraph(&record.environment)));
    if paragraphs.is_empty() {
        return String::new();
    }
    format!(
        "## The machine\n\n{}\n\n{}\n",
        paragraphs.join("\n\n"),
        load(records) + &stolen(records)
    )
}

fn paragraph(environment: &Environment) -> String {
    let facts = facts(environment).into_iter().map(|(name, fact)| format!("{name} {fact}"));
    facts.collect::<Vec<_>>().join("; ") + "."
}

/// Processor seconds that the hypervisor gave to others between the first and the last case; nothing where it took none.
fn stolen(records: &[&RunRecord]) -> String {
    let seconds = records.iter().filter_map(|record| record.environment.confinement.stolen_seconds);
    let (least, largest) = seconds
        .fold((f64::INFINITY, 0.0_f64), |(least, largest), it| (least.min(it), largest.max(it)));
    let stolen = largest - least;
    if stolen > 0.0 {
        format!(" The hypervisor took {stolen:.1} processor seconds between them.")
    } else {
        String::new()
    }
}

/// The load when the cases ended, which moves from case to case.
fn load(records: &[&RunRecord]) -> String {
    let loads = records.iter().filter_map(|record| record.environment.load_average);
    let mut loads: Vec<f64> = loads.map(|[of_one_minute, ..]| of_one_minute).collect();
    loads.sort_unstable_by(f64::total_cmp);
    match (loads.first(), loads.last()) {
        (Some(least), Some(largest)) => {
            format!("Load average of one minute, over the cases: {least} to {largest}.")
        }
        _ => "The load is unknown.".into(),
    }
}
