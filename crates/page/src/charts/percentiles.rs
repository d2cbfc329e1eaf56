//! Percentiles of acks on a logarithmic scale: from the median to the rarest that were seen often enough.

use crate::chart::{Axis, Figure, Look, Mark, Plane, Series, Spacing, Unit, alone};
use crate::subject::{Case, Subject};

/// One ack in so many takes longer than the quantile that is drawn there.
const ONE_IN: [f64; 12] = [2.0, 4.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1e3, 2e3, 5e3, 1e4];

/// More lines in one chart are not told apart.
const LINES_MAX: usize = 7;

/// The chart; `None` where no case has two quantiles.
pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let groups = subject.by_parameter();
    // Where there are several, the place with most to compare; of those alike the first.
    let most = groups.iter().map(|(_, cases)| cases.len()).max()?;
    let (at, cases) = groups.into_iter().find(|(_, cases)| cases.len() == most)?;
    let x = Axis::new("one ack in so many takes longer", Unit::Count, Spacing::Log)
        .with_ticks(vec![2.0, 10.0, 100.0, 1e3, 1e4]);
    let y = Axis::new("from hand-in to ack", Unit::Nanoseconds, Spacing::Log);
    let mut plane = Plane::new(x, y);
    let lines = cases.iter().map(|case| (subject.row_name(&case.record.case), case));
    let lines = lines.map(|(name, case)| (marks(&name, case), name));
    let lines = lines.filter(|(marks, _)| marks.len() > 1).take(LINES_MAX);
    for (place, (marks, name)) in (0..).zip(lines) {
        plane.series.push(Series { name, look: Look(place), is_joined: true, marks });
    }
    subject.figure(
        "percentiles",
        "How long the rare acks take.",
        format!(
            "Each line goes from the median of a case's acks, of which one in 2 takes longer, to the rarest of which at least ten \
             were seen. Both axes by factors of ten; all blocks together; {at}{}.",
            if cases.len() > LINES_MAX { ", the first seven cases" } else { "" }
        ),
        alone(plane),
    )
}

/// The quantiles that enough acks stand behind; none where the histogram is damaged, which the table says.
fn marks(name: &str, case: &Case<'_>) -> Vec<Mark> {
    let Ok(acks) = case.record.ack_latency_ns.histogram() else { return Vec::new() };
    let mark = |one_in: f64| {
        let value = acks.quantile(1.0 - 1.0 / one_in)? as f64;
        let (one_in_told, told) = (Unit::Count.figure(one_in), Unit::Nanoseconds.figure(value));
        let title = format!("{name}: one ack in {one_in_told} takes longer than {told}");
        Some(Mark::at(one_in, value, title))
    };
    ONE_IN.into_iter().filter_map(mark).collect()
}
