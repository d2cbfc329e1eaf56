//! `SQLite` builds as intervals around 1, the resolution shaded; time and instructions.

use report::judged::verdict_in_words;
use report::model::BuildLine;
use report::quantity;

use super::price;
use crate::chart::{
    Axis, Figure, Key, Level, Line, Look, Mark, Rows, Spacing, Symbol, Unit, alone,
};
use crate::subject::{Subject, grouped};

const TIME: Look = Look(1);
const INSTRUCTIONS: Look = Look(2);

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let axis = Axis::new("times as long as the reference build", Unit::Ratio, Spacing::LinearNear);
    let mut rows = Rows::new(axis);
    let builds = &subject.model.builds;
    for (work, lines) in grouped(builds, |line| &line.work) {
        rows.lines.push(Line::heading(work));
        rows.lines.extend(lines.into_iter().map(line));
    }
    let resolution = resolution(builds)?;
    rows.levels.push(Level { value: 1.0, label: "the reference build".into() });
    rows.shaded = Some((1.0 / resolution, resolution));
    let mut instructions = "";
    rows.keys.push(Key::new(TIME, Symbol::Mark, "time"));
    if builds.iter().any(|line| line.instructions.is_some()) {
        instructions = "Triangles: counted instructions over the reference's.";
        rows.keys.push(Key::new(INSTRUCTIONS, Symbol::Mark, "instructions"));
    }
    let reference = &builds.first()?.reference;
    subject.figure(
        "builds",
        format!("Each build beside {reference}, in turns within the same second."),
        format!(
            "Left of 1 is faster. Lines are 95 % intervals. Shaded: differences under {}, too small for half of \
             these comparisons to detect. A difference below 3 % counts only where instructions differ in the same direction. \
             {instructions}",
            quantity::percent(resolution - 1.0)
        ),
        alone(rows),
    )
}

fn line(line: &BuildLine) -> Line {
    let mut marks = Vec::new();
    if let Some(finding) = &line.finding {
        let interval = finding.interval_95;
        let title = format!(
            "{}, {}: {} times as long ({} to {}): {}",
            line.build,
            line.work,
            quantity::ratio(finding.factor),
            quantity::ratio(interval.low),
            quantity::ratio(interval.high),
            verdict_in_words(finding),
        );
        let mark =
            Mark::at(finding.factor, 0.0, title).with_interval(Some((interval.low, interval.high)));
        marks.push((TIME, mark));
    }
    if let Some(counted) = line.instructions {
        let title = format!(
            "{}, {}: {} times as many instructions",
            line.build,
            line.work,
            quantity::ratio(counted.factor)
        );
        marks.push((INSTRUCTIONS, Mark::at(counted.factor, 0.0, title)));
    }
    let value = price::beside(line.finding.as_ref());
    Line { label: line.build.clone(), marks, value, ..Line::default() }
}

/// The median of what the comparisons could have seen.
fn resolution(lines: &[BuildLine]) -> Option<f64> {
    let findings = lines.iter().filter_map(|line| line.finding.as_ref());
    let mut seen: Vec<f64> = findings.map(|finding| finding.could_have_seen).collect();
    seen.sort_unstable_by(f64::total_cmp);
    seen.get(seen.len() / 2).copied()
}
