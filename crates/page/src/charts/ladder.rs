//! The ladder of durability: how many floors an ack takes under each setting.

use report::power_cut::PowerCut;
use report::quantity;

use super::price::{beside, in_words};
use crate::chart::{
    Axis, Figure, Key, Level, Line, Look, Mark, Rows, Spacing, Symbol, Unit, alone,
};
use crate::subject::{Case, Subject, floor_ns};

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let axis = Axis::new("time of a commit, in floors", Unit::Factor, Spacing::Log);
    let mut rows = Rows::new(axis);
    for (at, mut cases) in subject.by_parameter() {
        let Some(floor) = floor_ns(&cases) else { continue };
        cases.sort_by(|a, b| a.time_ns().total_cmp(&b.time_ns()));
        rows.lines.push(Line::heading(&at));
        rows.lines.extend(cases.iter().map(|case| line(subject, case, floor)));
    }
    rows.levels.push(Level { value: 1.0, label: "one floor: one write and one sync".into() });
    let broken: Vec<Case<'_>> = subject.cases().filter(breaks).collect();
    rows.keys = vec![
        Key::new(SYNCS, Symbol::Mark, "waits for a sync"),
        Key::new(NO_SYNC, Symbol::Hollow, "waits for none"),
    ];
    if !broken.is_empty() {
        let name = "a power cut may leave no store that can be used";
        rows.keys.push(Key::new(BREAKS, Symbol::Mark, name));
    }
    subject.figure(
        "ladder",
        "What each setting makes a commit wait.",
        format!(
            "The dashed line is one floor, the disk's time for one write and one sync. Filled marks wait for a sync \
             before they acknowledge; hollow ones wait for none, and a power cut takes what they acknowledged last.{} \
             Lines through marks are 95 % intervals. At the right: the time over the base's, and the verdict.",
            crosses(subject, &broken)
        ),
        alone(rows),
    )
}

const SYNCS: Look = Look(1);
const NO_SYNC: Look = Look(0);
const BREAKS: Look = Look(5);

/// Whether a power cut may leave a store of which not even a beginning can be used.
fn breaks(case: &Case<'_>) -> bool {
    case.row.power_cut.is_some_and(PowerCut::breaks)
}

/// What the crosses stand for, and which of them wait for a sync all the same.
fn crosses(subject: Subject<'_>, broken: &[Case<'_>]) -> String {
    if broken.is_empty() {
        return String::new();
    }
    let mut names: Vec<String> = Vec::new();
    for case in broken.iter().filter(|case| case.syncs()) {
        let Some(cut) = case.row.power_cut else { continue };
        let name = format!("{} ({})", subject.name(&case.record.case), cut.words());
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let even =
        if names.is_empty() { String::new() } else { format!(", also {}", names.join(", ")) };
    format!(
        " Crosses may be corrupt or impossible to open after a power cut{even}: their place tells the time alone."
    )
}

fn line(subject: Subject<'_>, case: &Case<'_>, floor_ns: f64) -> Line {
    let name = subject.name(&case.record.case);
    let floors = case.time_ns() / floor_ns;
    let finding = subject.against_base(&case.record.case.id);
    let cut = case.row.power_cut;
    let cut = cut.map_or_else(String::new, |cut| format!("; after a power cut: {}", cut.words()));
    let title = format!(
        "{name}: {} floors, {}; {}{cut}",
        Unit::Factor.figure(floors),
        Unit::Nanoseconds.figure(case.time_ns()),
        in_words(finding),
    );
    let mark =
        Mark::at(floors, 0.0, title).with_interval(case.interval(floors)).hollow_if(!case.syncs());
    let look = match (breaks(case), case.syncs()) {
        (true, _) => BREAKS,
        (false, true) => SYNCS,
        (false, false) => NO_SYNC,
    };
    let is_base = subject.is_base(&case.record.case.id);
    let value = match (finding, case.row.power_cut.filter(|cut| cut.breaks())) {
        _ if is_base => "the base".to_owned(),
        (Some(finding), Some(cut)) => {
            format!("{}x {}", quantity::factor(finding.factor), cut.words())
        }
        (None, Some(cut)) => cut.words(),
        (finding, None) => beside(finding),
    };
    Line::mark(subject.row_name(&case.record.case), look, mark, value)
}
