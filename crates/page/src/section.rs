//! One question: what it asks, its answer, its charts, and all that stands behind them.

use maud::{Markup, html};
use report::model::{Conclusion, QuestionModel};
use report::{nominal_in_words, tables};

use crate::chart::Figure;
use crate::charts;
use crate::links::Beside;
use crate::settings::{case_id, settings};
use crate::subject::{Subject, slug};
use crate::table::{Links, table};

/// Every row is shown.
const ALL: usize = usize::MAX;

/// The id of a question's section.
pub(crate) fn section_id(question: &str) -> String {
    format!("question-{}", slug(question))
}

/// A question's section; a figure that stands above already is only pointed to.
pub(crate) fn section(subject: Subject<'_>, above: &[String], beside: Option<&Beside>) -> Markup {
    let model = subject.model;
    let (above, own): (Vec<Figure>, Vec<Figure>) =
        charts::of(subject).into_iter().partition(|figure| above.contains(&figure.id));
    html! {
        section id=(section_id(subject.key())) {
            h3 { code { (subject.key()) } }
            (statement(model))
            (answer(model))
            @for figure in &above {
                p { "Its chart stands above: " a href={ "#" (figure.id) } { (figure.title) } }
            }
            @for figure in &own { (figure.draw()) }
            (behind(subject, beside))
        }
    }
}

fn statement(model: &QuestionModel) -> Markup {
    let Some(statement) = &model.statement else {
        return html! { p.warning { "Its process ended before it wrote down what it asks." } };
    };
    html! {
        p.asks { (statement.asks) }
        p.facts { "Claimed: " (statement.claim) ". Settled by: " (statement.settled_by) "." }
    }
}

fn answer(model: &QuestionModel) -> Markup {
    let sentences: Vec<&str> = model.conclusion.sentences().collect();
    html! {
        @if !sentences.is_empty() { ul.answer { @for sentence in sentences { li { (sentence) } } } }
        @for warning in &model.warnings { p.warning { (warning) } }
    }
}

/// Tables, contrasts, settings, and what a reader must know beside them.
fn behind(subject: Subject<'_>, beside: Option<&Beside>) -> Markup {
    let model = subject.model;
    let link = |id: &str| case_id(subject, id).map(|case| format!("#{case}"));
    let links: Links<'_> = &link;
    let key = slug(subject.key());
    let id = |kind: &str| format!("{kind}-{key}");
    let nominal = nominal_in_words(model);
    let none: Links<'_> = &|_| None;
    html! {
        details {
            summary { "All cases, " (model.rows().count()) }
            (table(&subject.table_id(), "The cases", &tables::cases(model, ALL), links))
            @if !nominal.is_empty() { p.notes { "Nominal yardsticks: " (nominal) "." } }
            (table(&id("rates"), "The highest rates", &tables::highest_rates(&model.curves), none))
            (table(&id("curves"), "The load's points", &tables::curves(&model.curves, ALL), links))
            (table(&id("grown"), "While the store grew", &tables::growth(&model.grown), links))
            (table(&id("builds-table"), "The builds", &tables::builds(model), none))
        }
        (contrasts(model, &id("contrasts"), links))
        (settings(subject, beside))
        (remarks(model, &key, links))
    }
}

fn contrasts(model: &QuestionModel, id: &str, links: Links<'_>) -> Markup {
    let Conclusion { answer, judged } = &model.conclusion;
    if judged.is_empty() {
        return html! {};
    }
    let not_judged = tables::not_judged(judged);
    let others = tables::comparisons(judged);
    html! {
        details {
            summary { "What was compared, " (judged.rows.len()) }
            (table(id, "The contrasts", &tables::contrasts(judged, answer, ALL), links))
            p.notes { (tables::CONTRASTS_LEGEND) "." }
            (table(&format!("{id}-open"), "Not judged", &not_judged, links))
            @if !others.is_empty() { ul { @for line in &others { li { (line) } } } }
        }
    }
}

fn remarks(model: &QuestionModel, key: &str, links: Links<'_>) -> Markup {
    let (left_out, notes) = (tables::left_out(model), tables::notes(model));
    let floors = tables::floors(&model.floors, ALL);
    html! {
        @if !(left_out.is_empty() && notes.is_empty() && floors.is_empty()) {
            details {
                summary { "Floors, notes, and what was left out" }
                (table(&format!("floors-{key}"), "The floors beside the cases", &floors, links))
                (table(&format!("notes-{key}"), "Notes", &notes, links))
                (table(&format!("left-out-{key}"), "Left out", &left_out, links))
            }
        }
    }
}
