//! A judged question's contrasts: all, those that differ, and why others were not judged.

use std::collections::BTreeSet;

use super::of_finding;
use crate::judged::{Answer, Judged, JudgedRow};
use crate::judgement::{ContrastKey, ContrastKind, Metric, Verdict};
use crate::listing::{counted, most_important, rest};
use crate::table::{Cell, Field, Table};

const FIELDS: [Field<JudgedRow>; 6] = [
    Field::ids("case", "case", |row| Cell::id(&row.key().case.0)),
    Field::ids("baseline", "baseline", |row| Cell::Id {
        id: row.key().baseline.0.clone(),
        mark: of_time(row),
    }),
    Field::figure("times_as_long", "times as long", |row| {
        of_finding::ratio(row.finding(), |finding| finding.factor)
    }),
    Field::figure("interval_95", "95 %", |row| of_finding::interval(row.finding())),
    Field::words("verdict", "verdict", |row| match row.finding() {
        None => Cell::text("not judged"),
        finding => of_finding::verdict(finding),
    }),
    Field::figure("could_have_seen", "could have seen", |row: &JudgedRow| {
        of_finding::ratio(row.finding(), |finding| finding.could_have_seen)
    })
    .gives_way(0),
];

/// What the columns mean, for a page that has room to say it.
pub const LEGEND: &str = "times as long: the case's time over the baseline's, as disk and processor mostly were in this run, or in turns; \
    differs: the 99 % interval lies beyond the smallest effect of interest; equal: the 90 % interval lies inside; could \
    have seen: the smallest factor that 4 of 5 such runs would call a difference";

/// Every contrast; of more than `rows_max` those that the answer cites and that differ most. Empty without contrasts.
#[must_use]
pub fn contrasts(judged: &Judged, answer: &Answer, rows_max: usize) -> Table {
    let cited: BTreeSet<&ContrastKey> = answer.cited.iter().collect();
    let shown = most_important(&judged.rows, rows_max, |a, b| {
        let ((a, of_a), (b, of_b)) = (importance(a, &cited), importance(b, &cited));
        a.cmp(&b).then(of_a.total_cmp(&of_b))
    });
    let rest = rest(shown.len(), judged.rows.len(), "contrasts, the rest in the files");
    Table::of(&FIELDS, shown).with_note(rest)
}

/// The contrasts that differ, null pairs left out, at most so many: those that differ most.
#[must_use]
pub fn differing(judged: &Judged, rows_max: usize) -> Table {
    let differs = |row: &JudgedRow| importance(row, &BTreeSet::new()).0 == Importance::Differs;
    let rows = judged.rows.iter().filter(|row| differs(row)).cloned().collect();
    let differing = Judged { rows, ..Judged::default() };
    contrasts(&differing, &Answer::default(), rows_max)
}

/// Why contrasts were not judged: each reason once, with how many have it. Empty where all were.
#[must_use]
pub fn not_judged(judged: &Judged) -> Table {
    let reasons = counted(judged.not_judged().map(|(_, why)| why.to_string()));
    let fields = [
        Field::<(String, usize)>::figure("contrasts", "contrasts", |reason| {
            Cell::Count(reason.1 as u64)
        }),
        Field::words("not_judged", "not judged, because", |reason| Cell::text(&reason.0)),
    ];
    Table::of(&fields, &reasons)
}

/// What stands behind the baseline where another figure is compared than the usual time.
fn of_time(row: &JudgedRow) -> &'static str {
    match row.key().metric {
        Metric::AckedTime | Metric::ReadTime => "",
        Metric::AckedTimePerRecord => "(per record)",
        Metric::DrainedTime => "(drained)",
        Metric::LongestAck => "(longest ack)",
        Metric::CpuTime => "(processor)",
        Metric::MessageTime => "(per message)",
        Metric::StoreToDeleteTime => "(store to delete)",
        Metric::HandInTime => "(hand-in)",
        Metric::DeliveryWait => "(wait for the sink)",
        Metric::WaitingMessages => "(waiting messages)",
        Metric::ChannelDepth => "(in channels)",
        Metric::DatabaseBytes => "(file size)",
    }
}

/// How much a contrast matters to a reader, the most first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Importance {
    Cited,
    NullPairDiffers,
    Differs,
    Undecided,
    NotJudged,
    Equal,
    /// It tells of a set, which has a line of its own.
    OfSet,
}

/// The importance, and what orders those of one: the larger difference first.
fn importance(row: &JudgedRow, cited: &BTreeSet<&ContrastKey>) -> (Importance, f64) {
    let Some(finding) = row.finding() else { return (Importance::NotJudged, 0.0) };
    let importance = match finding.verdict {
        _ if cited.contains(&finding.key) => Importance::Cited,
        _ if is_of_set(&finding.key) => Importance::OfSet,
        Verdict::Differs { .. } if finding.key.kind == ContrastKind::NullPair => {
            Importance::NullPairDiffers
        }
        Verdict::Differs { .. } => Importance::Differs,
        Verdict::Undecided => Importance::Undecided,
        Verdict::EqualWithin { .. } => Importance::Equal,
    };
    (importance, -finding.log_factor().abs())
}

fn is_of_set(key: &ContrastKey) -> bool {
    matches!(key.kind, ContrastKind::BestOfSet { .. } | ContrastKind::WorstOfSet { .. })
}
