//! What is unlike between runs that are compared.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::RunRecord;

/// Something that is not alike in all runs of two sides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unlike {
    /// What it is: `kernel`.
    pub what: &'static str,
    /// What the runs of each side have, less what all runs have.
    pub sides: [Vec<String>; 2],
    /// Whether a difference of times may be due to that rather than to the revision. What a revision itself decides, such
    /// as flags of a build, is told and compared.
    pub spoils: bool,
}

/// What a record says of something, in parts that are compared one by one; and whether it spoils a comparison.
type Fact = (&'static str, bool, fn(&RunRecord) -> Vec<String>);

const FACTS: [Fact; 10] = [
    ("revision", true, |record| revision(record).into_iter().collect()),
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

/// All that is unlike between the records of two sides, or within a side.
pub(crate) fn unlike(sides: [&[&RunRecord]; 2]) -> Vec<Unlike> {
    FACTS.iter().filter_map(|fact| of_fact(sides, *fact)).collect()
}

/// The same of sides that are of two revisions.
pub(crate) fn unlike_beside_revisions(sides: [&[&RunRecord]; 2]) -> Vec<Unlike> {
    FACTS[1..].iter().filter_map(|fact| of_fact(sides, *fact)).collect()
}

impl Unlike {
    /// A sentence without its end, about sides of these names: `base`.
    pub(crate) fn in_words(&self, names: [&str; 2]) -> String {
        let [one, other] = self.sides.each_ref().map(|parts| match parts.as_slice() {
            [] => "nothing of it".to_owned(),
            parts => parts.join(", "),
        });
        let because = if self.spoils { "; what differs may be due to that" } else { "" };
        let ([first, second], what) = (names, self.what);
        format!("the {what} is unlike: {one} in the {first}, {other} in the {second}{because}")
    }
}

/// Cases differ in what they say of their place and build, so each is compared with itself; the first that is unlike tells
/// it for all.
fn of_fact(sides: [&[&RunRecord]; 2], (what, spoils, fact): Fact) -> Option<Unlike> {
    let mut cases: BTreeMap<(&str, &str), [Vec<BTreeSet<String>>; 2]> = BTreeMap::new();
    for (side, records) in sides.into_iter().enumerate() {
        for record in records {
            let key = (record.question.as_str(), record.case.id.as_str());
            cases.entry(key).or_default()[side].push(fact(record).into_iter().collect());
        }
    }
    cases.into_values().find_map(|sides| {
        let mut all = sides.iter().flatten();
        let first = all.next()?;
        if sides.iter().any(Vec::is_empty) || all.clone().all(|parts| parts == first) {
            return None;
        }
        let common = all.fold(first.clone(), |common, parts| &common & parts);
        // What only some runs of a side have may be in the other one too.
        let rest = |side: &Vec<BTreeSet<String>>| {
            let parts: BTreeSet<&String> = side.iter().flatten().collect();
            let own = parts.into_iter().filter(|part| !common.contains(*part));
            let told = own.map(|part| match side.iter().filter(|run| run.contains(part)).count() {
                all if all == side.len() => part.clone(),
                some => format!("{part} ({some} of {} runs)", side.len()),
            });
            told.collect()
        };
        Some(Unlike { what, sides: sides.each_ref().map(rest), spoils })
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
    // Under a load packets are as large as what waits, which is measured and no setting.
    let packet = record.load.is_none().then(|| {
        format!("packets of {} records of {} B", case.records_per_packet, case.record_bytes)
    });
    axes.chain(packet).collect()
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

/// The revision that a case was measured at, as git shortens it.
pub(crate) fn revision(record: &RunRecord) -> Option<String> {
    let git = record.git.as_ref()?;
    let changes = if git.dirty == Some(true) { " with changes" } else { "" };
    Some(format!("{}{changes}", git.revision_short))
}
