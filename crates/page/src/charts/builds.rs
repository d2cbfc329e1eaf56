//! `SQLite` builds as intervals around 1, the resolution shaded; time and instructions.

use report::judged::verdict_in_words;
use report::listing::distinct;
use report::model::BuildLine;
use report::quantity;

use super::shared::{alone, beside, figure};
use crate::chart::{
    Axis, Figure, Key, Level, Line, Look, Mark, Panel, Rows, Spacing, Symbol, Unit,
};
use crate::subject::Subject;

const TIME: Look = Look(1);
const INSTRUCTIONS: Look = Look(2);

pub(super) fn draw(subject: Subject<'_>) -> Option<Figure> {
    let builds = &subject.model.builds;
    let mut lines = Vec::new();
    for work in distinct(builds.iter().map(|line| line.work.as_str())) {
        lines.push(Line::heading(work));
        lines.extend(builds.iter().filter(|line| line.work == work).map(row));
    }
    let mut seen: Vec<f64> = builds
        .iter()
        .filter_map(|line| line.finding.as_ref())
        .map(|finding| finding.could_have_seen)
        .collect();
    seen.sort_unstable_by(f64::total_cmp);
    let resolution = *seen.get(seen.len() / 2)?;
    let axis = Axis::new("times as long as the reference build", Unit::Plain, Spacing::LinearNear);
    let rows = Rows {
        levels: vec![Level { value: 1.0, label: "the reference build".into() }],
        shaded: Some((1.0 / resolution, resolution)),
        ..Rows::new(axis, lines)
    };
    let mut keys = vec![Key::new(TIME, Symbol::Mark, "time")];
    let mut instructions = "";
    if builds.iter().any(|line| line.instructions.is_some()) {
        keys.push(Key::new(INSTRUCTIONS, Symbol::Mark, "instructions"));
        instructions = "Triangles: counted instructions over the reference's.";
    }
    let reference = &builds.first()?.reference;
    let title = format!("Each build beside {reference}, in turns within the same second.");
    let text = format!(
        "Left of 1 is faster. Lines are 95 % intervals. Shaded: differences under {}, too small for half of these comparisons \
         to detect. A difference below 3 % counts only where instructions differ in the same direction. {instructions}",
        quantity::percent(resolution - 1.0)
    );
    figure(subject, "builds", (title, text), alone(Panel::Rows(rows)), keys)
}

fn row(line: &BuildLine) -> Line {
    let BuildLine { build, work, finding, instructions, .. } = line;
    let mut marks = Vec::new();
    if let Some(finding) = finding {
        let interval = (finding.interval_95.low, finding.interval_95.high);
        let title = format!(
            "{build}, {work}: {} times as long ({} to {}): {}",
            quantity::ratio(finding.factor),
            quantity::ratio(interval.0),
            quantity::ratio(interval.1),
            verdict_in_words(finding),
        );
        let mark = Mark { interval: Some(interval), ..Mark::at(finding.factor, 0.0, title) };
        marks.push((TIME, mark));
    }
    if let Some(counted) = instructions {
        let factor = quantity::ratio(counted.factor);
        let title = format!("{build}, {work}: {factor} times as many instructions");
        marks.push((INSTRUCTIONS, Mark::at(counted.factor, 0.0, title)));
    }
    Line { label: build.clone(), marks, value: beside(finding.as_ref()), ..Line::default() }
}
