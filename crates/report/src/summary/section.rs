//! One question in the summary, its answer, its most telling cases, and what differs; and the claims of both documents.

use std::collections::BTreeSet;

use crate::claims::{self, Claim};
use crate::evidence::Evidence;
use crate::listing::distinct;
use crate::locations::page_file;
use crate::model::QuestionModel;
use crate::table::Table;
use crate::tables;

/// The question, with a link to the page that has all of it.
pub(super) fn section(model: &QuestionModel<'_>, rows_max: usize) -> String {
    let asks = model.evidence.question.as_ref().map_or(
        "The process that measured this question ended before it described it.",
        |statement| statement.asks.as_str(),
    );
    let answer: String = model.sentences.iter().map(|it| format!("- {it}\n")).collect();
    let table = tables::shown(model, rows_max);
    let rates = tables::highest_rates(&model.curves).markdown_rows();
    let growth = tables::growth(&model.grown).markdown_rows();
    let contrasts = tables::differing(&model.judged, rows_max.div_ceil(2)).markdown_rows();
    let name = &model.evidence.name;
    let heading = format!("## {name}\n\n{asks} [All of it]({}).\n", page_file(name));
    let parts = [heading, answer, table.markdown_rows(), rates, growth, contrasts];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What the columns of the tables mean, once for all of them.
pub(super) fn legend(models: &[QuestionModel<'_>]) -> String {
    let of_cases: Vec<Table> = models.iter().map(|model| tables::cases(model, 1)).collect();
    let of_columns = of_cases.iter().flat_map(Table::headings).map(|heading| heading.note);
    let is_judged = models.iter().any(|model| !model.judged.is_empty());
    let notes = of_columns.chain(is_judged.then_some(tables::CONTRASTS_LEGEND));
    let notes = distinct(notes.filter(|note| !note.is_empty()));
    if notes.is_empty() {
        return String::new();
    }
    format!(
        "## The questions\n\nEach with its most telling cases, and the contrasts that differ most; its page has all. {}.\n",
        notes.join("; ")
    )
}

/// The claims, empty where the run has none of their questions.
pub(super) fn claims(run: &[Evidence]) -> String {
    let has = |claim: &Claim| {
        run.iter().any(|it| it.name == claim.spec.question && !it.records.is_empty())
    };
    let (judged, others): (Vec<Claim>, Vec<Claim>) = claims::of_run(run).into_iter().partition(has);
    if judged.is_empty() {
        return String::new();
    }
    let left_out: BTreeSet<&str> =
        others.iter().map(|claim| claim.spec.question.as_str()).collect();
    let names: Vec<String> = left_out.iter().map(|question| format!("`{question}`")).collect();
    let further = if names.is_empty() {
        String::new()
    } else {
        format!(
            "\n{} further claims are settled by what this run does not have: {}.\n",
            others.len(),
            names.join(", ")
        )
    };
    format!("## Claims\n\n{}{further}", tables::claims(&judged).markdown())
}
