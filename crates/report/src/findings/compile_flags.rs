//! `compile_flags`: what each build is against the one that took turns with it, and whether thread safety matters
//! beside a sync.

use measure::record::RunRecord;

use super::Finding;
use super::choice::listed;
use super::deviations::Deviations;
use super::inquiry::{Inquiry, acked, axis_value};
use super::log_beside_sqlite::{self, is_native_log, is_sqlite};
use super::sentence::{Names, difference, finding};
use crate::compare::{Compared, Outcome, ack_syncs};
use crate::model::{BuildLine, Work};
use crate::quantity;

/// The axis that tells the build.
const BUILD: &str = "build";

/// The build without mutexes that differs from the base's in nothing else.
const WITHOUT_MUTEXES: &str = "single-thread";

/// The axes that tell what the log and `SQLite` are handed alike.
const LOAD: [&str; 3] = ["workload", "records_per_packet", "place"];

/// The cases that do one work in one place.
struct AtWork<'evidence> {
    work: Work,
    cases: Vec<&'evidence RunRecord>,
    /// The base's build.
    reference: &'evidence RunRecord,
}

pub(super) fn findings(inquiry: &Inquiry<'_>) -> Vec<Finding> {
    let works = works(inquiry);
    let mut findings: Vec<Finding> = threads(inquiry, &works).into_iter().collect();
    findings.extend(works.iter().filter_map(|work| builds(inquiry, work)));
    findings.extend(sizes(inquiry));
    findings.extend(instructions(inquiry));
    findings.extend(works.iter().filter_map(|work| log_in_memory(inquiry, work)));
    let beside_log = log_beside_sqlite::compared(inquiry);
    findings.extend(beside_log.iter().map(|pair| finding(&pair.sentence(), pair.cases())));
    findings
}

/// `SQLite`'s cases by work, in the question's order; without a case of the reference a work says nothing.
fn works<'evidence>(inquiry: &Inquiry<'evidence>) -> Vec<AtWork<'evidence>> {
    let mut groups: Vec<(Work, Vec<&RunRecord>)> = Vec::new();
    for case in inquiry.cases().filter(|case| is_sqlite(case)) {
        let work = Work::of(case);
        match groups.iter_mut().find(|(known, _)| *known == work) {
            Some((_, cases)) => cases.push(case),
            None => groups.push((work, vec![case])),
        }
    }
    let reference = inquiry.base_value("sqlite", BUILD);
    let with_reference = |(work, cases): (Work, Vec<&'evidence RunRecord>)| {
        let is_reference = |case: &&RunRecord| axis_value(case, BUILD) == reference;
        let reference = cases.iter().copied().find(is_reference)?;
        Some(AtWork { work, cases, reference })
    };
    groups.into_iter().filter_map(with_reference).collect()
}

impl<'evidence> AtWork<'evidence> {
    fn case_on(&self, build: &str) -> Option<&'evidence RunRecord> {
        self.cases.iter().copied().find(|case| axis_value(case, BUILD) == Some(build))
    }

    /// Compares by what the A/A pair of this work can resolve.
    fn judge(
        &self,
        inquiry: &Inquiry<'_>,
        case: &'evidence RunRecord,
        other: &'evidence RunRecord,
    ) -> Compared<'evidence> {
        inquiry.resolution_among(|record| Work::of(record) == self.work).judge(case, other)
    }

    fn syncs(&self) -> bool {
        ack_syncs(self.reference)
    }

    fn heading(&self) -> String {
        format!("{}, {}", self.place_in_words(), self.work.in_words())
    }

    fn place_in_words(&self) -> &'static str {
        if self.syncs() { "on the disk with a sync in each ack" } else { "in memory" }
    }
}

/// Whether THREADSAFE=0 helps, by how much, and whether that matters beside a sync.
fn threads(inquiry: &Inquiry<'_>, works: &[AtWork<'_>]) -> Option<Finding> {
    let on_disk = works.iter().find(|work| work.syncs() && work.case_on(WITHOUT_MUTEXES).is_some());
    let in_memory = works.iter().find(|work| {
        let is_same = on_disk.is_none_or(|disk| disk.work.is_same_elsewhere(&work.work));
        !work.syncs() && work.case_on(WITHOUT_MUTEXES).is_some() && is_same
    })?;
    let single = in_memory.case_on(WITHOUT_MUTEXES)?;
    let compared = in_memory.judge(inquiry, single, in_memory.reference);
    let mut sentence = format!(
        "{} in memory ({}): {}",
        match outcome(&compared) {
            Some(Outcome::More) => "THREADSAFE=0 helps",
            Some(Outcome::Fewer) => "THREADSAFE=0 costs",
            Some(Outcome::NotResolved(_)) => "THREADSAFE=0 does not show even",
            Some(Outcome::NotJudged) | None => "THREADSAFE=0 is not judged",
        },
        in_memory.work.in_words(),
        difference(&compared, &names(single, in_memory.reference)),
    );
    let mut cases = vec![single, in_memory.reference];
    let disk_pair = on_disk.and_then(|disk| Some((disk, disk.case_on(WITHOUT_MUTEXES)?)));
    if let Some((disk, disk_single)) = disk_pair {
        let compared = disk.judge(inquiry, disk_single, disk.reference);
        sentence += match outcome(&compared) {
            Some(Outcome::More) => "; beside a sync it still matters: ",
            Some(Outcome::Fewer) => "; beside a sync it costs: ",
            Some(Outcome::NotResolved(_)) => "; beside a sync it does not matter: ",
            Some(Outcome::NotJudged) | None => "; beside a sync: ",
        };
        sentence += &difference(&compared, &names(disk_single, disk.reference));
        sentence += &beside_a_sync(single, in_memory.reference, disk.reference);
        cases.extend([disk_single, disk.reference]);
    }
    Some(finding(&sentence, cases))
}

/// How much of a packet with a sync is what a build saves of the same packet in memory.
fn beside_a_sync(single: &RunRecord, bundled: &RunRecord, on_disk: &RunRecord) -> String {
    let packet_ns = |case: &RunRecord| case.case.records_per_packet as f64 * 1e9 / acked(case);
    let saved_ns = packet_ns(bundled) - packet_ns(single);
    let disk_ns = packet_ns(on_disk);
    let floor_ns = on_disk.floor.as_ref().and_then(|floor| floor.summary.p50_ns);
    let floor = floor_ns.map_or(String::new(), |ns| {
        format!(", of which the disk's floor is {}", quantity::duration_ns(ns as f64))
    });
    format!(
        " (what it {} in memory, {} of a packet, is {} of the {} that the packet takes there{floor})",
        if saved_ns >= 0.0 { "saves" } else { "costs" },
        quantity::duration_ns(saved_ns.abs()),
        quantity::percent(saved_ns.abs() / disk_ns),
        quantity::duration_ns(disk_ns),
    )
}

/// What each build is against the reference at one work.
fn builds(inquiry: &Inquiry<'_>, at: &AtWork<'_>) -> Option<Finding> {
    let resolution = inquiry.resolution_among(|record| Work::of(record) == at.work);
    let inquiry = inquiry.judged_by(&resolution);
    let called = |case: &RunRecord| axis_value(case, BUILD).unwrap_or_default().to_owned();
    let cases = at.cases.iter().copied();
    let deviations = Deviations::against(&inquiry, at.reference, cases, called);
    let against = called(at.reference);
    let resolved = resolution.stated().map_or(String::new(), |stated| {
        format!(" (its A/A pair resolves {})", quantity::percent(stated.relative_difference_min))
    });
    let against_reference = deviations.sentence()?;
    let sentence = format!("{}{resolved}, against {against}: {against_reference}", at.heading());
    Some(finding(&sentence, deviations.cases().iter().copied()))
}

/// How large the builds are.
fn sizes(inquiry: &Inquiry<'_>) -> Option<Finding> {
    let mut sizes: Vec<(u64, &str, &RunRecord)> = Vec::new();
    for case in inquiry.cases() {
        let Some(sqlite) = &case.sqlite else { continue };
        let is_known = sizes.iter().any(|(_, build, _)| *build == sqlite.build);
        if let (Some(compiled), false) = (&sqlite.compiled, is_known) {
            sizes.push((compiled.object_bytes, &sqlite.build, case));
        }
    }
    sizes.sort_by_key(|(bytes, build, _)| (*bytes, *build));
    let reference = inquiry.base_value("sqlite", BUILD)?;
    let (reference_bytes, ..) = sizes.iter().find(|(_, build, _)| *build == reference)?;
    if sizes.len() < 2 {
        return None;
    }
    let list: Vec<String> = sizes
        .iter()
        .map(|(bytes, build, _)| {
            let share = quantity::percent(*bytes as f64 / *reference_bytes as f64);
            format!("{build} {} ({share})", quantity::bytes(*bytes))
        })
        .collect();
    let list: Vec<&str> = list.iter().map(String::as_str).collect();
    let sentence =
        format!("code and data of each build, and its share of {reference}'s: {}", listed(&list));
    Some(finding(&sentence, sizes.iter().map(|(_, _, case)| *case)))
}

/// Where counted instructions say something else than time.
fn instructions(inquiry: &Inquiry<'_>) -> Option<Finding> {
    inquiry.instructions()?;
    let lines = inquiry.build_lines();
    let counted: Vec<(&BuildLine, _)> =
        lines.iter().filter_map(|line| Some((line, line.instructions?))).collect();
    if counted.is_empty() {
        return None;
    }
    let apart: Vec<String> = counted
        .iter()
        .filter(|(_, instructions)| !instructions.agrees)
        .map(|(line, instructions)| {
            let time = line.factor.map_or(f64::NAN, |factor| factor.ratio);
            format!(
                "{} ({} by time, {} by instructions)",
                line.case,
                quantity::factor(time),
                quantity::factor(instructions.factor)
            )
        })
        .collect();
    let apart: Vec<&str> = apart.iter().map(String::as_str).collect();
    let agreeing = counted.len() - apart.len();
    let apart = match apart.as_slice() {
        [] => String::new(),
        apart => format!(", and not in {}", listed(apart)),
    };
    let of = counted.len();
    let sentence =
        format!("counted instructions agree with time in {agreeing} of {of} comparisons{apart}");
    let cases = counted.iter().filter_map(|(line, _)| inquiry.case(&line.case));
    Some(finding(&sentence, cases))
}

/// The native log beside the reference, where nothing is synced.
fn log_in_memory(inquiry: &Inquiry<'_>, at: &AtWork<'_>) -> Option<Finding> {
    let load = |case: &RunRecord| LOAD.map(|axis| axis_value(case, axis).map(str::to_owned));
    let is_task = axis_value(at.reference, "task") == Some("write") && !at.syncs();
    let mut logs = inquiry.cases().filter(|case| is_native_log(case));
    let log = logs.find(|log| is_task && load(log) == load(at.reference))?;
    let called = format!("the native log ({})", log.case.id);
    let names = Names { case: &called, other: &at.reference.case.id };
    let compared = at.judge(inquiry, log, at.reference);
    let sentence = format!("{}: {}", at.heading(), difference(&compared, &names));
    Some(finding(&sentence, [log, at.reference]))
}

fn names<'names>(case: &'names RunRecord, other: &'names RunRecord) -> Names<'names> {
    Names { case: &case.case.id, other: &other.case.id }
}

fn outcome(compared: &Compared<'_>) -> Option<Outcome> {
    compared.as_ref().ok().map(|comparison| comparison.outcome)
}
