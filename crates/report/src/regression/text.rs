//! What a person reads of two compared sides.

use super::case_runs::LeftOut;
use super::row::{Cause, Change, Row, Time};
use super::two_sides::{Outcome, TwoSides, WhyNotChecked};
use crate::listing::{counted, most_important};
use crate::quantity;
use crate::table::{Cell, Field, Heading, Missing, Table};
use crate::terminal::{Marking, Terminal};
use crate::wrap::hanging;

/// A row beside a limit.
struct Told<'row> {
    row: &'row Row,
    limit: f64,
}

/// What stands below the table of coefficients.
const COEFFICIENTS: &str = "a: floors, b: CPU references per packet, query or checkpoint";

fn fields<'row>() -> [Field<Told<'row>>; 17] {
    [
        file_only("question", |told| Cell::text(&told.row.question)),
        Field::ids("case", "case", |told| Cell::id(&told.row.case)),
        Field::words("time", "time", |told| Cell::text(time(told.row.time))),
        Field::figure("base_records_per_second", "base rate", |told| {
            Cell::Rate(told.row.base.records_per_second)
        }),
        Field::figure("new_records_per_second", "new rate", |told| {
            Cell::Rate(told.row.new.records_per_second)
        }),
        Field::figure("factor", "time, new over base", |told| Cell::Ratio(told.row.factor)),
        Field::figure("beyond_noise", "noise up to", |told| Cell::Ratio(told.row.beyond_noise)),
        coefficient("base_floors", "a base", |told| yardsticks(told.row.base.floors)),
        coefficient("new_floors", "a new", |told| yardsticks(told.row.new.floors)),
        coefficient("base_references", "b base", |told| yardsticks(told.row.base.references)),
        coefficient("new_references", "b new", |told| yardsticks(told.row.new.references)),
        Field::words("change", "change", |told| Cell::text(change(told))),
        Field::words("longer", "longer are", causes),
        file_only("could_have_seen", |told| Cell::Ratio(told.row.could_have_seen(told.limit))),
        file_only("standard_error", |told| Cell::Number {
            value: told.row.standard_error,
            decimals: 4,
        }),
        file_only("degrees", |told| Cell::Number { value: told.row.degrees, decimals: 1 }),
        file_only("runs", |told| Cell::Count((told.row.base.runs + told.row.new.runs) as u64)),
    ]
}

const fn coefficient<'row>(
    key: &'static str,
    text: &'static str,
    cell: fn(&Told<'row>) -> Cell,
) -> Field<Told<'row>> {
    Field::new(Heading::figure(key, text).gives_way(1).noted(COEFFICIENTS), cell)
}

const fn file_only<'row>(key: &'static str, cell: fn(&Told<'row>) -> Cell) -> Field<Told<'row>> {
    Field::new(Heading::figure(key, key).file_only(), cell)
}

fn yardsticks(coefficient: Option<f64>) -> Cell {
    Cell::applying(coefficient, Cell::Short)
}

fn time(time: Time) -> &'static str {
    match time {
        Time::Acked => "acked",
        Time::Drained => "drained",
        Time::AckedAsMeasured => "acked, as measured",
        Time::DrainedAsMeasured => "drained, as measured",
    }
}

fn change(told: &Told<'_>) -> &'static str {
    match told.row.change(told.limit) {
        Change::Slower => "slower",
        Change::Faster => "faster",
        Change::Within => "within",
        Change::Unseen => "cannot be told",
    }
}

fn causes(told: &Told<'_>) -> Cell {
    if told.row.change(told.limit) != Change::Slower {
        return Cell::Missing(Missing::DoesNotApply);
    }
    let word = |cause: &Cause| match cause {
        Cause::Floors => "floors",
        Cause::References => "references",
        Cause::Owed => "what it owes",
    };
    let words: Vec<&str> = told.row.causes.iter().map(word).collect();
    Cell::text(if words.is_empty() { "not told".to_owned() } else { words.join(" and ") })
}

/// Every compared time beside a limit, a factor above 1.
#[must_use]
pub fn table(sides: &TwoSides, limit: f64) -> Table {
    Table::of(&fields(), &told(&sides.rows, limit))
}

fn told<'row>(rows: impl IntoIterator<Item = &'row Row>, limit: f64) -> Vec<Told<'row>> {
    rows.into_iter().map(|row| Told { row, limit }).collect()
}

/// What is compared and how, what is unlike, the times that are not within the limit, a line each, and what all say
/// together.
#[must_use]
pub fn text(sides: &TwoSides, limit: f64, outcome: Outcome, columns: usize) -> String {
    let mut text = hanging("", &heading(sides), columns);
    for unlike in &sides.unlike {
        text += &hanging("warning: ", &unlike.in_words(["base", "new"]), columns);
    }
    for (why, _) in counted(sides.left_out.iter().map(|left_out| &left_out.why)) {
        let cases = sides.left_out.iter().filter(|left_out| left_out.why == *why);
        text += &hanging("left out: ", &format!("{}: {why}", first_ones(cases)), columns);
    }
    let table = telling(sides, limit);
    if !table.is_empty() {
        text += &format!("\n{}\n", table.text(Terminal { columns, marking: Marking::Plain }));
    }
    text += &hanging("", &counts(sides, limit), columns);
    text + &hanging("", &said(sides, limit, outcome), columns)
}

/// So many of those cases are named that share why they are left out.
const NAMED_MAX: usize = 3;

fn first_ones<'all>(cases: impl Iterator<Item = &'all LeftOut>) -> String {
    let names: Vec<&str> = cases.map(|left_out| left_out.case.as_str()).collect();
    match names.get(NAMED_MAX..) {
        None | Some([]) => names.join(", "),
        Some(further) => format!("{} and {} more", names[..NAMED_MAX].join(", "), further.len()),
    }
}

/// So many of the times are shown that cannot be told from noise, the noisiest ones.
const UNSEEN_MAX: usize = 12;

/// The times that changed, and the noisiest of those that cannot be told, question by question.
fn telling(sides: &TwoSides, limit: f64) -> Table {
    let noisiest = |one: &&Row, other: &&Row| other.beyond_noise.total_cmp(&one.beyond_noise);
    let unseen = sides.that_are(Change::Unseen, limit);
    let mut rows: Vec<&Row> = most_important(unseen, UNSEEN_MAX, noisiest);
    let further = sides.that_are(Change::Unseen, limit).count() - rows.len();
    rows.extend(sides.that_are(Change::Slower, limit).chain(sides.that_are(Change::Faster, limit)));
    rows.sort_by_key(|row| (&row.question, &row.case, row.time));
    let fields = fields();
    let mut table = Table::new(fields.iter().map(|field| field.heading).collect());
    for of_question in rows.chunk_by(|one, other| one.question == other.question) {
        let told = told(of_question.iter().copied(), limit);
        let cells = |told| fields.iter().map(|field| (field.cell)(told)).collect();
        let heading = of_question.first().map(|row| row.question.clone());
        table = table.with_section(heading, told.iter().map(cells).collect());
    }
    let note =
        format!("{further} further times that cannot be told are in the file of --csv alone");
    table.with_note(if further > 0 { note } else { String::new() })
}

fn heading(sides: &TwoSides) -> String {
    let [of_base, of_new] = sides
        .revisions
        .each_ref()
        .map(|revisions| revisions.iter().map(String::as_str).collect::<Vec<&str>>().join(", "));
    let order = if sides.took_turns() {
        "in turns"
    } else {
        "one side after the other, so that what is known to vary between sessions is charged"
    };
    let [base, new] = sides.runs;
    format!("base {of_base}, {base} runs; new {of_new}, {new} runs; {order}.")
}

fn counts(sides: &TwoSides, limit: f64) -> String {
    let [slower, faster, within, unseen] =
        [Change::Slower, Change::Faster, Change::Within, Change::Unseen]
            .map(|change| sides.that_are(change, limit).count());
    let same_case =
        |one: &Row, other: &Row| one.question == other.question && one.case == other.case;
    let (all, cases) = (sides.rows.len(), sides.rows.chunk_by(same_case).count());
    let at = quantity::percent(limit - 1.0);
    format!(
        "{all} times of {cases} cases compared, with a limit of {at}: {slower} slower, {faster} faster, {within} within, \
         {unseen} that cannot be told from noise."
    )
}

fn said(sides: &TwoSides, limit: f64, outcome: Outcome) -> String {
    let noise = sides.rows.iter().map(|row| row.beyond_noise).fold(1.0, f64::max);
    let [at, noise] = [limit, noise].map(|factor| quantity::percent(factor - 1.0));
    let all = sides.rows.len();
    match outcome {
        Outcome::Slower(times) => {
            format!("The new is slower: {times} of {all} times by more than {at}, beyond noise.")
        }
        Outcome::Holds => format!(
            "No time is longer by more than {at}. A change of {noise} of any one would have been beyond noise."
        ),
        Outcome::NotChecked(WhyNotChecked::NothingInCommon) => {
            "Not checked: expected cases with at least 3 runs a side, got none. Run the same benches on both sides."
                .to_owned()
        }
        Outcome::NotChecked(WhyNotChecked::Unlike) => {
            "Not checked: expected both sides in one place, got unlike ones (above). Measure both on one machine, best in \
             turns with --revisions, or judge them all the same with --allow-unlike."
                .to_owned()
        }
        Outcome::NotChecked(WhyNotChecked::Unseen(times)) => {
            let runs = sides.runs_expected(limit);
            let runs = runs.map_or("far more".to_owned(), |runs| format!("about {runs}"));
            format!(
                "Not checked: expected a change of {at} to be beyond noise, got {times} of {all} times where only more is, \
                 up to {noise}. Measure {runs} runs a side, compare fewer cases, or take a larger limit."
            )
        }
        Outcome::NotChecked(WhyNotChecked::Gaps(cases)) => format!(
            "Not checked: expected all cases of both sides, got {cases} that could not be compared (above)."
        ),
    }
}
