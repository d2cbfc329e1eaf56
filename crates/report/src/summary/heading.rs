//! What stands above the questions: when, which revision, the machine, its floors, and what to beware of.

use measure::environment::Environment;
use measure::record::RunRecord;

use crate::listing::{counted, distinct};
use crate::machine::facts;
use crate::model::{QuestionModel, floors as floor_lines};
use crate::quantity;
use crate::tables;

/// The title, and when, where and from which revision the run was made.
pub(super) fn heading(records: &[&RunRecord]) -> String {
    let Some(first) = records.iter().min_by_key(|record| record.started_utc) else {
        return "# Run without a measured case\n".into();
    };
    let seconds: f64 = records.iter().map(|record| record.seconds).sum();
    let host = first.environment.operating_system.hostname.as_deref();
    let host = host.map_or(String::new(), |host| format!(" on {host}"));
    format!(
        "# What an acknowledged write costs: {} at {}{host}\n\n\
         {} in {seconds:.0} s; SQLite: {}.\n",
        first.started_utc,
        distinct(records.iter().map(|record| revision(record))).join(", "),
        cases(records.len()),
        sqlite(records),
    )
}

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

/// The floors over all questions: what the disk takes for a write and a sync.
pub(super) fn floors(
    records: &[&RunRecord],
    models: &[QuestionModel<'_>],
    rows_max: usize,
) -> String {
    let floors = tables::floors(&floor_lines(records), rows_max);
    if floors.is_empty() {
        return String::new();
    }
    let quiet = models.iter().filter_map(|model| model.evidence.question.as_ref());
    let quiet: Vec<String> =
        quiet.map(|statement| quantity::duration_ns(statement.quiet_floor_ns as f64)).collect();
    let first_looks = match quiet.as_slice() {
        [] => String::new(),
        quiet => {
            format!(" First look at the disk, 4 KiB, question by question: {}.", quiet.join(", "))
        }
    };
    format!(
        "## The floor\n\nOne thread, one write and one sync on recycled space, measured between the pieces of \
         the cases.{first_looks}\n\n{}",
        floors.markdown()
    )
}

/// What a reader must beware of in all of the run.
pub(super) fn warnings(records: &[&RunRecord], models: &[QuestionModel<'_>]) -> String {
    let told = FACTS.iter().filter(|(is_so, _)| records.iter().any(|record| is_so(record)));
    let mut warnings: Vec<String> = told.map(|(_, warning)| (*warning).to_owned()).collect();
    let wrong = models.iter().flat_map(|model| {
        let is_wrong = |row: &&RunRecord| {
            row.verify.acked_records != row.verify.found_records || !row.verify.digest_ok
        };
        let wrong = model.rows().filter(is_wrong);
        wrong.map(|row| format!("{}/{} did not keep what it acked.", row.question, row.case.id))
    });
    warnings.extend(wrong);
    warnings.extend(of_sessions(models));
    if warnings.is_empty() {
        return String::new();
    }
    let further = warnings.len().saturating_sub(WARNINGS_MAX);
    warnings.truncate(WARNINGS_MAX);
    if further > 0 {
        warnings.push(format!("{further} more: the questions' pages have them."));
    }
    let lines: String = warnings.iter().map(|warning| format!("- {warning}\n")).collect();
    format!("## Beware\n\n{lines}")
}

type Fact = (fn(&RunRecord) -> bool, &'static str);

/// What is so of a record, and what that means for the run.
const FACTS: [Fact; 4] = [
    (
        RunRecord::is_in_memory,
        "Some cases had their scratch in memory (tmpfs or ramfs), where a sync costs nothing and proves nothing.",
    ),
    (
        |record| record.git.as_ref().and_then(|git| git.dirty) == Some(true),
        "The working tree differed from the revision: the figures belong to no commit.",
    ),
    (
        |record| record.environment.filesystem.ext4_journal == Some(false),
        "The ext4 has no journal: a sync writes no journal commit and is cheaper than on most machines.",
    ),
    (
        |record| record.environment.filesystem.ext4_barrier == Some(false),
        "The ext4 has no barriers: a sync does not flush the device's cache.",
    ),
];

/// So many warnings are read.
const WARNINGS_MAX: usize = 12;

/// What the questions' processes warned of: each text once, with the first question and how many more.
fn of_sessions(models: &[QuestionModel<'_>]) -> Vec<String> {
    let warned = || {
        models.iter().flat_map(|model| model.warnings().iter().map(|it| (&model.evidence.name, it)))
    };
    let told = |(text, times): (&String, usize)| {
        let first = warned().find(|(_, warning)| *warning == text);
        let first = first.map_or("", |(question, _)| question.as_str());
        match times - 1 {
            0 => format!("{first}: {text}"),
            further => format!("{first} and {further} more: {text}"),
        }
    };
    counted(warned().map(|(_, warning)| warning)).into_iter().map(told).collect()
}

fn revision(record: &RunRecord) -> String {
    let Some(git) = &record.git else { return "outside of a repository".into() };
    let state = match git.dirty {
        Some(true) => " with changes",
        Some(false) => "",
        None => ", state unknown",
    };
    format!("{}{state}", git.revision_short)
}

fn sqlite(records: &[&RunRecord]) -> String {
    let builds = distinct(records.iter().filter_map(|record| {
        let sqlite = record.sqlite.as_ref()?;
        Some(format!("{} ({})", sqlite.version, sqlite.build))
    }));
    if builds.is_empty() { "none".into() } else { builds.join(", ") }
}

fn cases(number: usize) -> String {
    if number == 1 { "1 case".into() } else { format!("{number} cases") }
}
