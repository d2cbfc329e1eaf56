//! Ladders: what a commit takes in each case, the cheapest first; in floors where the question asks what a sync costs, else
//! in time.

use report::power_cut::PowerCut;
use report::quantity;

use super::shared::{alone, beside, contrast, figure};
use crate::chart::{
    Axis, Figure, Key, Level, Line, Look, Mark, Panel, Rows, Spacing, Symbol, Unit,
};
use crate::subject::{Case, Subject, floor_ns};

const SYNCS: Look = Look(1);
const NO_SYNC: Look = Look(0);
const BREAKS: Look = Look(5);

/// What each case makes a packet take, in time.
pub(super) fn in_time(subject: Subject<'_>) -> Option<Figure> {
    let axis = Axis::new("time of a packet, query or checkpoint", Unit::Nanoseconds, Spacing::Log);
    let rows = rows(subject, axis, |case, _| {
        let (time, finding) = (case.time_ns(), subject.against_base(&case.record.case.id));
        let title = format!(
            "{}: {}, {}; {}",
            subject.name(&case.record.case),
            quantity::duration_ns(time),
            quantity::rate(case.row.acked_per_second.median),
            contrast(finding),
        );
        let look = if case.record.case.engine == "sqlite" { Look(1) } else { Look(3) };
        let mark = Mark { interval: case.interval(time), ..Mark::at(time, 0.0, title) };
        Some(line(subject, case, (look, mark), beside(finding)))
    });
    let said = (
        "What each choice costs, the cheapest first.",
        "Times at the run's nominal yardsticks, by factors of ten; lines through marks are 95 % intervals over blocks. At \
         the right: the time over that of the case it is compared with, and the verdict.",
    );
    figure(subject, "price", said, alone(Panel::Rows(rows)), Vec::new())
}

/// How many floors an ack takes under each setting, and what a power cut leaves of it.
pub(super) fn in_floors(subject: Subject<'_>) -> Option<Figure> {
    let axis = Axis::new("time of a commit, in floors", Unit::Plain, Spacing::Log);
    let mut rows = rows(subject, axis, |case, floor| Some(in_floors_of(subject, case, floor?)));
    rows.levels.push(Level { value: 1.0, label: "one floor: one write and one sync".into() });
    let broken: Vec<Case<'_>> = subject.cases().filter(breaks).collect();
    let mut keys = vec![
        Key::new(SYNCS, Symbol::Mark, "waits for a sync"),
        Key::new(NO_SYNC, Symbol::Hollow, "waits for none"),
    ];
    if !broken.is_empty() {
        let name = "a power cut may leave no store that can be used";
        keys.push(Key::new(BREAKS, Symbol::Mark, name));
    }
    let text = format!(
        "The dashed line is one floor, the disk's time for one write and one sync. Filled marks wait for a sync before they \
         acknowledge; hollow ones wait for none, and a power cut takes what they acknowledged last.{} Lines through marks are \
         95 % intervals. At the right: the time over the base's, and the verdict.",
        crosses(subject, &broken)
    );
    let title = "What each setting makes a commit wait.";
    figure(subject, "ladder", (title, text), alone(Panel::Rows(rows)), keys)
}

/// The cases by rising time, place by place on the swept axis, those in memory apart; each may be told with the floor beside
/// its place, in ns.
fn rows(
    subject: Subject<'_>,
    axis: Axis,
    line: impl Fn(&Case<'_>, Option<f64>) -> Option<Line>,
) -> Rows {
    let mut lines = Vec::new();
    for (at, cases) in subject.by_parameter() {
        let (memory, disk): (Vec<Case<'_>>, Vec<Case<'_>>) =
            cases.into_iter().partition(|case| case.axis("place") == "memory");
        for (place, mut cases) in [("", disk), (", in memory", memory)] {
            let floor = floor_ns(&cases);
            cases.sort_by(|a, b| a.time_ns().total_cmp(&b.time_ns()));
            let of_place: Vec<Line> = cases.iter().filter_map(|case| line(case, floor)).collect();
            if !of_place.is_empty() {
                lines.push(Line::heading(&format!("{at}{place}")));
                lines.extend(of_place);
            }
        }
    }
    Rows::new(axis, lines)
}

/// A case's row; at its end the base says that it is one.
fn line(subject: Subject<'_>, case: &Case<'_>, mark: (Look, Mark), value: String) -> Line {
    let is_base = subject.is_base(&case.record.case.id);
    let value = if is_base { "the base".to_owned() } else { value };
    let label = subject.row_name(&case.record.case);
    Line { label, marks: vec![mark], value, ..Line::default() }
}

fn in_floors_of(subject: Subject<'_>, case: &Case<'_>, floor_ns: f64) -> Line {
    let floors = case.time_ns() / floor_ns;
    let finding = subject.against_base(&case.record.case.id);
    let cut = case.row.power_cut;
    let title = format!(
        "{}: {} floors, {}; {}{}",
        subject.name(&case.record.case),
        quantity::factor(floors),
        quantity::duration_ns(case.time_ns()),
        contrast(finding),
        cut.map_or_else(String::new, |cut| format!("; after a power cut: {}", cut.words())),
    );
    let (interval, is_hollow) = (case.interval(floors), !case.syncs());
    let mark = Mark { interval, is_hollow, ..Mark::at(floors, 0.0, title) };
    let look = match (breaks(case), case.syncs()) {
        (true, _) => BREAKS,
        (false, true) => SYNCS,
        (false, false) => NO_SYNC,
    };
    let value = match (finding, cut.filter(|cut| cut.breaks())) {
        (Some(finding), Some(cut)) => {
            format!("{}x {}", quantity::factor(finding.factor), cut.words())
        }
        (None, Some(cut)) => cut.words(),
        (finding, None) => beside(finding),
    };
    line(subject, case, (look, mark), value)
}

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
