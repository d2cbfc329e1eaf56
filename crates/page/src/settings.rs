//! What it takes to have a case at home: its settings to copy, and the command that measures it again.

use maud::{Markup, html};
use measure::record::RunRecord;
use report::power_cut::PowerCut;
use report::summary::once_more;

use crate::copied::copied;
use crate::durability::cut_id;
use crate::links::Beside;
use crate::subject::{Subject, slug};

/// Settings that `SQLite` takes as a pragma, in an order in which each takes effect.
const PRAGMAS: [&str; 13] = [
    "page_size",
    "auto_vacuum",
    "journal_mode",
    "synchronous",
    "locking_mode",
    "wal_autocheckpoint",
    "journal_size_limit",
    "cache_size",
    "mmap_size",
    "temp_store",
    "secure_delete",
    "foreign_keys",
    "recursive_triggers",
];

/// The id of what is told of a case.
pub(crate) fn case_id(subject: Subject<'_>, id: &str) -> Option<String> {
    let place = subject.evidence.records.iter().position(|record| record.case.id == id)?;
    Some(format!("case-{}-{place}", slug(subject.key())))
}

/// Each case of a question with its settings, its command, and what lies beside its run.
pub(crate) fn settings(subject: Subject<'_>, beside: Option<&Beside>) -> Markup {
    html! {
        details.settings {
            summary { "Each case: settings to copy, its command, and where more is" }
            @for record in &subject.evidence.records {
                details id=[case_id(subject, &record.case.id)] {
                    summary { code { (record.case.id) } " " (subject.name(&record.case)) }
                    (one(record, beside))
                }
            }
        }
    }
}

fn one(record: &RunRecord, beside: Option<&Beside>) -> Markup {
    let others: Vec<String> = record
        .settings
        .iter()
        .filter(|(name, _)| !is_pragma(record, name))
        .map(|(name, value)| format!("{name} = {value}"))
        .collect();
    let pragmas = pragmas(record);
    let links = beside.map(|beside| beside.links(&record.question, &record.case.id));
    html! {
        @if !pragmas.is_empty() { (copied("SQL", &pragmas)) }
        @if let Some(lines) = at_home(record) { (copied("build", &lines)) }
        @if !others.is_empty() { p.facts { "read back: " (others.join("; ")) } }
        (copied("measure it again", &command(record)))
        @if !record.notes.is_empty() { p.facts { (record.notes.join("; ")) } }
        p.facts {
            "verified: " (record.verify.found_records) " of " (record.verify.acked_records)
            " records found, " (record.verify.note)
        }
        @if let Some(cut) = PowerCut::of(record) {
            p.facts { "after a power cut: " a href={ "#" (cut_id(cut)) } { (cut.words()) } }
        }
        @for link in links.iter().flatten() { p.facts { a href=(link.address) { (link.to) } } }
    }
}

fn is_pragma(record: &RunRecord, name: &str) -> bool {
    record.sqlite.is_some() && PRAGMAS.contains(&name)
}

fn pragmas(record: &RunRecord) -> String {
    let in_order = PRAGMAS.iter().filter(|name| is_pragma(record, name));
    let line =
        |name: &&str| record.settings.get(*name).map(|value| format!("PRAGMA {name}={value};\n"));
    in_order.filter_map(line).collect()
}

/// What to set for the build, where that is more than nothing.
fn at_home(record: &RunRecord) -> Option<String> {
    let home = record.sqlite.as_ref()?.compiled.as_ref()?.at_home.as_ref()?;
    (!home.settings.is_empty()).then(|| home.settings.join("\n"))
}

/// A bench is asked by its filter; the program `durabench` by its own words.
fn command(record: &RunRecord) -> String {
    match record.command_line.split_first() {
        Some((program, words)) if program == "durabench" => {
            format!("cargo run --release -- {}", words.join(" "))
        }
        _ => once_more(&record.question, &record.case.id),
    }
}
