//! What differs between the runs beside the revision.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::RunRecord;

use crate::evidence::Evidence;

/// Something that is not alike in all runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// What it is: `kernel`.
    pub what: &'static str,
    /// What the base's runs have, less what all runs have.
    pub base: Vec<String>,
    /// What the new's runs have, less what all runs have.
    pub new: Vec<String>,
    /// Whether a difference of times may be due to that rather than to the revision. What a revision itself decides, such
    /// as flags of a build, is told and compared.
    pub spoils: bool,
}

/// What a record says of something, in parts that are compared one by one.
type Fact = fn(&RunRecord) -> Vec<String>;

const FACTS: [(&str, bool, Fact); 9] = [
    ("list of axes", true, axes),
    ("host", true, host),
    ("disk", true, disk),
    ("filesystem", true, filesystem),
    ("kernel", true, |record| known([&record.environment.kernel.release])),
    ("list of limits", true, limits),
    ("SQLite", false, sqlite),
    ("build of SQLite", false, build),
    ("list of settings read back", false, settings),
];

/// All that is unlike between the runs of both sides, or within a side.
pub(super) fn unlike(sides: [&[Vec<Evidence>]; 2]) -> Vec<Unlike> {
    FACTS.iter().filter_map(|(what, spoils, fact)| of_fact(sides, what, *spoils, *fact)).collect()
}

/// Cases differ in what they say of their place and build, so each is compared with itself; the first that is unlike tells
/// it for all.
fn of_fact(
    sides: [&[Vec<Evidence>]; 2],
    what: &'static str,
    spoils: bool,
    fact: Fact,
) -> Option<Unlike> {
    let mut cases: BTreeMap<(&str, &str), [Vec<BTreeSet<String>>; 2]> = BTreeMap::new();
    for (side, runs) in sides.into_iter().enumerate() {
        for record in runs.iter().flatten().flat_map(|evidence| &evidence.records) {
            let key = (record.question.as_str(), record.case.id.as_str());
            cases.entry(key).or_default()[side].push(fact(record).into_iter().collect());
        }
    }
    cases.into_values().find_map(|[base, new]| {
        let mut all = base.iter().chain(&new);
        let first = all.next()?;
        if base.is_empty() || new.is_empty() || all.clone().all(|parts| parts == first) {
            return None;
        }
        let common = all.fold(first.clone(), |common, parts| &common & parts);
        // What only some runs of a side have may be in the other one too.
        let rest = |side: &[BTreeSet<String>]| {
            let parts: BTreeSet<&String> = side.iter().flatten().collect();
            let own = parts.into_iter().filter(|part| !common.contains(*part));
            let told = own.map(|part| match side.iter().filter(|run| run.contains(part)).count() {
                all if all == side.len() => part.clone(),
                some => format!("{part} ({some} of {} runs)", side.len()),
            });
            told.collect()
        };
        Some(Unlike { what, base: rest(&base), new: rest(&new), spoils })
    })
}

fn known<'fact>(facts: impl IntoIterator<Item = &'fact Option<String>>) -> Vec<String> {
    facts.into_iter().flatten().cloned().collect()
}

fn named(name: &str, fact: Option<impl ToString>) -> Option<String> {
    fact.map(|fact| format!("{name} {}", fact.to_string()))
}

fn axes(record: &RunRecord) -> Vec<String> {
    let case = &record.case;
    let axes = case.axes.iter().map(|axis| format!("{}={}", axis.axis, axis.value));
    axes.chain([format!("{} x {} B", case.records_per_packet, case.record_bytes)]).collect()
}

fn host(record: &RunRecord) -> Vec<String> {
    let environment = &record.environment;
    let processor = &environment.processor;
    let count = named("processors", processor.usable);
    known([
        &environment.operating_system.hostname,
        &processor.model,
        &count,
        &named("governor", processor.governor.as_ref()),
    ])
}

fn disk(record: &RunRecord) -> Vec<String> {
    let Some(device) = &record.environment.device else { return Vec::new() };
    known([
        &device.name,
        &device.model,
        &device.write_cache,
        &named("scheduler", device.scheduler.as_ref()),
        &named("FUA", device.fua),
        &named("sectors of", device.physical_block_bytes),
    ])
}

fn filesystem(record: &RunRecord) -> Vec<String> {
    let filesystem = &record.environment.filesystem;
    known([
        &filesystem.kind,
        &filesystem.mount_source,
        &filesystem.mount_options,
        &filesystem.filesystem_options,
        &named("data", filesystem.ext4_data_mode.as_ref()),
        &named("barrier", filesystem.ext4_barrier),
    ])
}

fn limits(record: &RunRecord) -> Vec<String> {
    let confinement = &record.environment.confinement;
    known([
        &confinement.container,
        &named("memory", confinement.memory_bytes_max),
        &named("processors", confinement.processors_max),
        &named("io", confinement.io_max.as_ref()),
    ])
}

fn sqlite(record: &RunRecord) -> Vec<String> {
    let sqlite = record.sqlite.as_ref();
    sqlite.map_or_else(Vec::new, |sqlite| vec![sqlite.version.clone(), sqlite.build.clone()])
}

fn build(record: &RunRecord) -> Vec<String> {
    let compiled = record.sqlite.as_ref().and_then(|sqlite| sqlite.compiled.as_ref());
    let Some(compiled) = compiled else { return Vec::new() };
    let flags = compiled.compiler_flags.iter().cloned();
    let defines = compiled.defines.iter().map(|define| format!("-D{define}"));
    let compiler = compiled.compiler.clone();
    compiler
        .into_iter()
        .chain([format!("-O{}", compiled.optimize)])
        .chain(flags)
        .chain(defines)
        .collect()
}

fn settings(record: &RunRecord) -> Vec<String> {
    record.settings.iter().map(|(name, value)| format!("{name}={value}")).collect()
}
