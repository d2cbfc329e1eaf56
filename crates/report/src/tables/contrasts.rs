//! A question's contrasts: all, those that differ, and why others were not judged; builds beside each other; and how wide the
//! intervals are.

use std::collections::{BTreeMap, BTreeSet};

use measure::record::ComparisonKey;
use measure::stats::median;

use crate::judged::{Judged, JudgedRow, asked, cells, sentence};
use crate::judgement::{Class, Comparisons, ContrastKey, ContrastKind, Finding, Metric, Verdict};
use crate::listing::{counted, most_important, rest};
use crate::model::{BuildLine, QuestionModel};
use crate::table::{Cell, Field, Missing, Table};

const FIELDS: [Field<JudgedRow>; 6] = [
    Field::ids("case", "case", |row| Cell::id(&row.key().case.0)),
    Field::ids("baseline", "baseline", |row| Cell::Id {
        id: row.key().baseline.0.clone(),
        mark: of_time(row),
    }),
    Field::figure("times_as_long", "times as long", |row| {
        ratio(row.finding(), |finding| finding.factor)
    }),
    Field::figure("interval_95", "95 %", |row| interval(row.finding())),
    Field::words("verdict", "verdict", |row| match row.finding() {
        None => Cell::text("not judged"),
        finding => verdict(finding),
    }),
    Field::figure("could_have_seen", "could have seen", |row: &JudgedRow| {
        ratio(row.finding(), |finding| finding.could_have_seen)
    })
    .gives_way(0),
];

/// What the columns mean, for a page that has room to say it.
pub const LEGEND: &str = "times as long: the case's time over the baseline's, as disk and processor mostly were in this run, or in turns; \
    differs: the 99 % interval lies beyond the smallest effect of interest; equal: the 90 % interval lies inside; could \
    have seen: the smallest factor that 4 of 5 such runs would call a difference";

/// Every contrast; of more than `rows_max` those that the answer cites and that differ most. Empty without contrasts.
#[must_use]
pub fn contrasts(judged: &Judged, rows_max: usize) -> Table {
    let cited: BTreeSet<&ContrastKey> = judged.cited.iter().collect();
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
    contrasts(&differing, rows_max)
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

/// A sentence for each, without a line feed; those first that answer what was asked.
#[must_use]
pub fn comparisons(judged: &Judged) -> Vec<String> {
    let Comparisons { trends, crossings, sets } = &judged.comparisons;
    let trends = trends.iter().map(|it| ComparisonKey::Contrast(it.key.clone()));
    let crossings = crossings.iter().map(|it| ComparisonKey::Crossing(it.key.clone()));
    let sets = sets.iter().map(|it| ComparisonKey::Set(it.key.clone()));
    let others = trends.chain(crossings).chain(sets).map(|key| sentence(judged, &key).0);
    asked(judged).chain(others).collect()
}

/// A class, and half of the 95 % interval of each of its contrasts, relative.
type OfClass = (Class, Vec<f64>);

const HALF_WIDTHS: [Field<OfClass>; 5] = [
    Field::words("class", "where", |line| Cell::text(cells::class(line.0))),
    Field::figure("contrasts", "contrasts", |line| Cell::Count(line.1.len() as u64)),
    Field::figure("half_width_p50", "median half-width", |line| {
        Cell::known(median(&line.1), Cell::Share)
    }),
    Field::figure("half_width_largest", "largest", |line| {
        Cell::Share(line.1.iter().copied().fold(0.0, f64::max))
    }),
    Field::figure("smallest_effect", "smallest effect of interest", |line| {
        Cell::Share(line.0.smallest_effect() - 1.0)
    }),
];

/// A line for each class that a judged contrast has; empty without any.
#[must_use]
pub fn half_widths(run: &[Judged]) -> Table {
    let mut classes: BTreeMap<Class, Vec<f64>> = BTreeMap::new();
    for finding in run.iter().flat_map(Judged::findings) {
        classes.entry(finding.class).or_default().push(finding.half_width());
    }
    Table::of(&HALF_WIDTHS, &classes.into_iter().collect::<Vec<OfClass>>())
        .with_note("half-width: half of a contrast's 95 % interval, relative")
}

const BUILDS: [Field<BuildLine>; 8] = [
    Field::words("work", "work", |line| Cell::text(&line.work)),
    Field::ids("build", "build", |line| Cell::id(&line.build)),
    Field::ids("reference", "over", |line| Cell::id(&line.reference)),
    Field::figure("times_as_long", "times as long", |line| {
        ratio(line.finding.as_ref(), |finding| finding.factor)
    }),
    Field::figure("interval_95", "95 %", |line| interval(line.finding.as_ref())),
    Field::words("verdict", "verdict", |line| verdict(line.finding.as_ref())),
    Field::figure("instructions_per_record", "instructions/record", |line| {
        let instructions = line.instructions.map(|counted| counted.per_record);
        Cell::known(instructions, |value| Cell::Number { value, decimals: 0 })
    }),
    Field::words("factor_by_instructions", "factor by instructions", |line| {
        let Some(counted) = line.instructions else { return Cell::Missing(Missing::NotMeasured) };
        let is_apart = line.finding.as_ref().is_some_and(|finding| !counted.agrees(finding));
        let apart = if is_apart { ", apart" } else { "" };
        Cell::text(cells::ratio(counted.factor) + apart)
    }),
];

/// The table; empty where no builds were compared.
#[must_use]
pub fn builds(model: &QuestionModel<'_>) -> Table {
    let is_counted = model.builds.iter().any(|line| line.instructions.is_some());
    let counted = if is_counted {
        "apart: the factor by instructions lies outside of what time allows"
    } else {
        "instructions are counted by `scripts/instruction-counts`, which was not run beside this run"
    };
    Table::of(&BUILDS, &model.builds)
        .with_note("each build did the same packets in the same second as the reference")
        .with_note(
            "a difference below 3 % is undecided unless counted instructions differ in the same direction: where the \
             compiler puts a function can be worth as much",
        )
        .with_note(counted)
}

fn ratio(finding: Option<&Finding>, of: fn(&Finding) -> f64) -> Cell {
    Cell::of(finding.map(of), Cell::Ratio, Missing::NotJudged)
}

fn interval(finding: Option<&Finding>) -> Cell {
    let Some(finding) = finding else { return Cell::Missing(Missing::NotJudged) };
    let interval = finding.interval_95;
    Cell::range(Cell::Ratio(interval.low), Cell::Ratio(interval.high))
}

fn verdict(finding: Option<&Finding>) -> Cell {
    finding.map_or(Cell::Missing(Missing::NotJudged), |finding| Cell::text(cells::verdict(finding)))
}
