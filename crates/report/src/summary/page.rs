//! Everything of one question, on a page of its own.

use measure::record::QuestionRecord;

use crate::judged::Judged;
use crate::model::QuestionModel;
use crate::nominal;
use crate::table::Table;
use crate::tables;

/// More rows than any question has.
const ALL: usize = usize::MAX;

/// The question, what it answers, every row, and how to look further.
pub(super) fn page(model: &QuestionModel<'_>, criterion: Option<&str>) -> String {
    let parts = [
        format!("# {}\n", model.evidence.name),
        statement(model.evidence.question.as_ref()),
        list("Answer", &model.sentences),
        table("Cases", &tables::cases(model, ALL)),
        yardsticks(model),
        table("Highest rates", &tables::highest_rates(&model.curves)),
        table("Load curves", &tables::curves(&model.curves, ALL)),
        table("While the store grew", &tables::growth(&model.grown)),
        contrasts(&model.judged),
        table("Builds in turns", &tables::builds(model)),
        table("Claims", &tables::claims(&model.claims)),
        table("Floors", &tables::floors(&model.floors(), ALL)),
        list("Warnings", model.warnings()),
        table("Left out", &tables::left_out(model)),
        table("Notes", &tables::notes(model)),
        further(model, criterion),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn statement(statement: Option<&QuestionRecord>) -> String {
    let Some(statement) = statement else {
        return "The process that measured this question ended before it described it.\n".into();
    };
    format!(
        "{}\n\n- claim: {}\n- settled by: {}\n- swept axis: {}\n",
        statement.asks,
        statement.claim,
        statement.settled_by,
        statement.swept_axis.replace('_', " "),
    )
}

/// What the times are told at.
fn yardsticks(model: &QuestionModel<'_>) -> String {
    match nominal::in_words(model) {
        nominal if nominal.is_empty() => nominal,
        nominal => format!("**Disk and processor in this run, mostly.** {nominal}.\n"),
    }
}

fn contrasts(judged: &Judged) -> String {
    let all = tables::contrasts(judged, ALL).with_note(tables::CONTRASTS_LEGEND).with_note(
        "`findings.json` has all three intervals, the standard error and what it was shrunk towards",
    );
    let not_judged = tables::not_judged(judged).markdown();
    let comparisons = list("What that answers", &tables::comparisons(judged));
    let parts = [table("Contrasts", &all), not_judged, comparisons];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

fn table(heading: &str, table: &Table) -> String {
    if table.is_empty() { String::new() } else { format!("## {heading}\n\n{}", table.markdown()) }
}

fn list(heading: &str, lines: &[String]) -> String {
    let lines: String = lines.iter().map(|line| format!("- {line}\n")).collect();
    if lines.is_empty() { lines } else { format!("## {heading}\n\n{lines}") }
}

/// The link to Criterion's page, if it was written, and how to measure one case again.
fn further(model: &QuestionModel<'_>, criterion: Option<&str>) -> String {
    let name = &model.evidence.name;
    let page = criterion.map(|link| {
        let shown = link.trim_start_matches("../");
        format!("Criterion's page: [{shown}]({link})\n")
    });
    let again = model.rows().next().map(|row| {
        format!(
            "One case again: `{}`; with `--profile-time 10` in front of the filter it writes a flamegraph.\n",
            once_more(name, &row.case.id)
        )
    });
    [page, again].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// The command that measures one case of a bench again.
#[must_use]
pub fn once_more(question: &str, id: &str) -> String {
    // The group before the first slash may have another name than the question.
    let filter = escaped(&format!("/{id}"));
    format!("cargo bench --bench {question} -- '{filter}$'")
}

/// An id as a regular expression that matches just its text: Criterion's filter is one.
fn escaped(id: &str) -> String {
    let mut escaped = String::with_capacity(id.len());
    for letter in id.chars() {
        if !letter.is_alphanumeric() && !"/_-,:=@ ".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
