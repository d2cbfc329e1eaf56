//! Tables of a run beside its cases: floors, what each question took, claims, power cuts, and cases without a row.

use measure::record::RunRecord;

use crate::claims::Claim;
use crate::evidence::Evidence;
use crate::listing::{distinct, most_important, rest};
use crate::model::{FloorLine, LeftOut, QuestionModel};
use crate::power_cut::PowerCut;
use crate::table::{Cell, Field, Heading, Missing, Table};

const FLOORS: [Field<FloorLine>; 6] = [
    Field::figure("payload_bytes", "payload", |line| Cell::Bytes(line.payload_bytes)),
    Field::words("sync_call", "call", |line| Cell::text(line.sync_call.name())),
    Field::figure("floor_ns_p50", "p50", |line| Cell::Nanoseconds(line.p50_ns.median)),
    Field::figure("floor_ns_p50_range", "p50 beside the cases", |line| {
        Cell::range(Cell::Nanoseconds(line.p50_ns.low), Cell::Nanoseconds(line.p50_ns.high))
    }),
    Field::figure("floor_ns_longest", "longest", |line| Cell::Nanoseconds(line.longest_ns as f64)),
    Field::figure("cases", "cases", |line| Cell::Count(line.p50_ns.samples.len() as u64)),
];

/// The floors; of more than `rows_max` those that stood beside most cases.
#[must_use]
pub fn floors(lines: &[FloorLine], rows_max: usize) -> Table {
    let cases = |line: &FloorLine| line.p50_ns.samples.len();
    let shown = most_important(lines, rows_max, |a, b| cases(b).cmp(&cases(a)));
    let rest = rest(shown.len(), lines.len(), "payloads and calls, the rest beside the questions");
    Table::of(&FLOORS, shown).with_note(rest)
}

const SECONDS: [Field<Evidence>; 4] = [
    Field::ids("question", "question", |it| Cell::id(&it.name)),
    Field::figure("cases", "cases", |it| Cell::Count(it.records.len() as u64)),
    Field::figure("blocks", "blocks", |it| {
        let most = it.records.iter().filter_map(RunRecord::block_count).max();
        Cell::applying(most, |blocks| Cell::Count(blocks as u64))
    }),
    Field::figure("seconds", "seconds", |it| {
        let seconds = it.question.as_ref().map(|question| question.seconds);
        Cell::known(seconds, |value| Cell::Number { value, decimals: 0 })
    }),
];

/// The questions in the order in which they were put; empty without any.
#[must_use]
pub fn seconds(run: &[Evidence]) -> Table {
    let questions = run.iter().filter_map(|evidence| evidence.question.as_ref());
    let all: f64 = questions.map(|question| question.seconds).sum();
    Table::of(&SECONDS, run).with_note(format!("{all:.0} seconds together, without compiling"))
}

const CLAIMS: [Field<Claim>; 7] = [
    Field::words("claim", "claim", |claim| Cell::text(&claim.spec.says)),
    Field::words("by", "by", |claim| Cell::text(&claim.spec.source)),
    Field::words("claimed", "claimed", |claim| Cell::text(claim.spec.standard.claimed_in_words())),
    Field::words("shown", "this run shows", |claim| Cell::text(&claim.shown)),
    Field::words("accepted", "accepted", |claim| {
        Cell::text(claim.spec.standard.tolerance_in_words())
    }),
    Field::words("verdict", "verdict", |claim| Cell::text(claim.verdict.in_words())),
    Field::words("question", "question", |claim| Cell::text(&claim.spec.question)),
];

/// What a verdict means.
const VERDICTS: &str = "each figure has its interval at 99 %; a verdict needs all of it on one side of what is accepted, which \
    is the claimed figure with its tolerance; not at this scale: it shows, but less than claimed, or another machine's or a \
    larger store's figure was claimed; undecided: the interval lies on both sides";

/// The claims; empty without any.
#[must_use]
pub fn claims(claims: &[Claim]) -> Table {
    Table::of(&CLAIMS, claims).with_note(VERDICTS)
}

const POWER_CUTS: [Field<PowerCut>; 6] = [
    Field::ids("setting", "setting", |cut| Cell::id(&cut.case)),
    Field::words("power_cut", "worst of all states", |cut| Cell::text(class_in_words(&cut.class))),
    Field::new(
        Heading::figure("power_cut_packets_lost_max", "lost")
            .noted("lost: acknowledged packets that were gone at worst"),
        |cut| Cell::Count(cut.lost_packets_max),
    ),
    Field::new(
        Heading::words("power_cut_ordered", "on ext4, ordered")
            .noted("on ext4, ordered: the worst of the states that a file system leaves which keeps the order of metadata"),
        |cut| Cell::text(class_in_words(&cut.class_ordered)),
    ),
    Field::figure("states", "states", |cut| Cell::Count(cut.states())),
    Field::words("why", "what the worst shows", |cut| {
        let why = (!cut.why.is_empty()).then_some(cut.why.as_str());
        Cell::of(why, Cell::text, Missing::DoesNotApply)
    }),
];

/// A row for each setting that was examined; empty without any.
#[must_use]
pub fn power_cuts(verdicts: &[PowerCut]) -> Table {
    Table::of(&POWER_CUTS, verdicts)
}

fn class_in_words(class: &str) -> String {
    class.replace('_', " ")
}

const LEFT_OUT: [Field<LeftOut>; 3] = [
    Field::ids("case", "case", |left_out| Cell::id(&left_out.id)),
    Field::words("left_out", "left out", |left_out| Cell::text(left_out.why.in_words())),
    Field::words("why", "why", |left_out| Cell::text(&left_out.reason)),
];

/// The cases without a row; empty where there is none.
#[must_use]
pub fn left_out(model: &QuestionModel<'_>) -> Table {
    Table::of(&LEFT_OUT, &model.left_out())
}

/// A remark, and the id of the case that it is about.
type Note = (String, String);

const NOTES: [Field<Note>; 2] = [
    Field::ids("case", "case", |(_, case)| Cell::id(case)),
    Field::words("note", "note", |(note, _)| Cell::text(note)),
];

/// Each note of each case, those of one text together; empty without any.
#[must_use]
pub fn notes(model: &QuestionModel<'_>) -> Table {
    let of_records =
        model.evidence.records.iter().flat_map(|record| {
            record.notes.iter().map(|note| (note.clone(), record.case.id.clone()))
        });
    let of_repetition = model.evidence.repeated.iter().map(|(id, times)| {
        (format!("measured {times} times in this run; the last one is shown"), id.clone())
    });
    let mut notes: Vec<Note> = of_records.chain(of_repetition).collect();
    let texts = distinct(notes.iter().map(|(text, _)| text.clone()));
    notes.sort_by_key(|(text, _)| texts.iter().position(|known| known == text));
    Table::of(&NOTES, &notes)
}
