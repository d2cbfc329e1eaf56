//! A ladder of prices: the time of a packet in each case.

use report::judgement::{Finding, Verdict};
use report::quantity;

use crate::chart::{Axis, Figure, Line, Look, Mark, Rows, Spacing, Unit, alone};
use crate::subject::{Case, Subject};

pub(super) fn figure(subject: Subject<'_>) -> Option<Figure> {
    let axis = Axis::new("time of a packet, query or checkpoint", Unit::Nanoseconds, Spacing::Log);
    let mut rows = Rows::new(axis);
    for (at, cases) in subject.by_parameter() {
        let (memory, disk): (Vec<Case<'_>>, Vec<Case<'_>>) =
            cases.into_iter().partition(|case| case.axis("place") == "memory");
        for (place, mut cases) in [("", disk), (", in memory", memory)] {
            if !cases.is_empty() {
                cases.sort_by(|a, b| a.time_ns().total_cmp(&b.time_ns()));
                rows.lines.push(Line::heading(&format!("{at}{place}")));
                rows.lines.extend(cases.iter().map(|case| line(subject, case)));
            }
        }
    }
    subject.figure(
        "price",
        "What each choice costs, the cheapest first.",
        "Times at the run's nominal yardsticks, by factors of ten; lines through marks are 95 % intervals over \
         blocks. At the right: the time over that of the case it is compared with, and the verdict.",
        alone(rows),
    )
}

fn line(subject: Subject<'_>, case: &Case<'_>) -> Line {
    let name = subject.name(&case.record.case);
    let (time, finding) = (case.time_ns(), subject.against_base(&case.record.case.id));
    let title = format!(
        "{name}: {}, {}; {}",
        Unit::Nanoseconds.figure(time),
        Unit::Rate.figure(case.row.acked_per_second.median),
        in_words(finding),
    );
    let look = if case.record.case.engine == "sqlite" { Look(1) } else { Look(3) };
    let mark = Mark::at(time, 0.0, title).with_interval(case.interval(time));
    let is_base = subject.is_base(&case.record.case.id);
    let value = if is_base { "the base".to_owned() } else { beside(finding) };
    Line::mark(subject.row_name(&case.record.case), look, mark, value)
}

/// A case's time against its base's.
pub(super) fn in_words(finding: Option<&Finding>) -> String {
    let Some(finding) = finding else { return "compared with no base".to_owned() };
    let (factor, baseline) = (quantity::ratio(finding.factor), &finding.key.baseline);
    format!("{factor} times as long as {baseline}: {}", report::judged::verdict_in_words(finding))
}

/// What stands at the end of a row: `4.46x differs`, `1.01x equal`, `1.03x undecided`.
pub(super) fn beside(finding: Option<&Finding>) -> String {
    let Some(finding) = finding else { return String::new() };
    let verdict = match finding.verdict {
        Verdict::Differs { .. } => "differs",
        Verdict::EqualWithin { .. } => "equal",
        Verdict::Undecided => "undecided",
    };
    format!("{}x {verdict}", quantity::factor(finding.factor))
}
