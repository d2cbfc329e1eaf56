//! What the charts of a question share.

use report::judged::verdict_in_words;
use report::judgement::{Finding, Verdict};
use report::quantity;

use crate::chart::{Figure, Key, Panel};
use crate::subject::{Subject, slug};

/// The id of the table with a question's cases.
pub(crate) fn table_id(subject: Subject<'_>) -> String {
    format!("table-{}", slug(subject.key()))
}

/// A chart that stands alone.
pub(super) fn alone(panel: Panel) -> Vec<(String, Panel)> {
    vec![(String::new(), panel)]
}

/// A question's figure; `None` where no chart shows anything.
pub(super) fn figure(
    subject: Subject<'_>,
    kind: &str,
    (title, text): (impl Into<String>, impl Into<String>),
    panels: Vec<(String, Panel)>,
    keys: Vec<Key>,
) -> Option<Figure> {
    let is_shown = |(_, panel): &(String, Panel)| match panel {
        Panel::Plane(plane) => !plane.series.is_empty(),
        Panel::Rows(rows) => !rows.lines.is_empty(),
    };
    panels.iter().any(is_shown).then(|| Figure {
        id: format!("{kind}-{}", slug(subject.key())),
        title: title.into(),
        text: text.into(),
        panels,
        keys,
        table: table_id(subject),
    })
}

/// What a mark tells of a contrast: `4.460 times as long as wal-full/1: differs`.
pub(super) fn contrast(finding: Option<&Finding>) -> String {
    let Some(finding) = finding else { return "compared with no base".to_owned() };
    let (factor, baseline) = (quantity::ratio(finding.factor), &finding.key.baseline);
    format!("{factor} times as long as {baseline}: {}", verdict_in_words(finding))
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
