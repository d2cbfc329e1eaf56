//! The whole page.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use report::claims::{self, Claim, Verdict};
use report::quantity;
use report::tables;

use crate::answers::{self, Answer};
use crate::chart::{CHART, DARK, LIGHT};
use crate::durability::durability;
use crate::links::Beside;
use crate::machine::{disk, machine};
use crate::run::Run;
use crate::runs::runs;
use crate::section::{section, section_id};
use crate::subject::{Subject, grouped};
use crate::table::table;

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("script.js");

/// The page of a run, with the others beside it.
pub(crate) fn document(run: &Run, others: &[Run], beside: Option<&Beside>) -> Markup {
    let subjects = run.subjects();
    let answers = answers::of(&subjects);
    let above: Vec<String> = answers
        .iter()
        .filter_map(|answer| answer.figure.as_ref().map(|figure| figure.id.clone()))
        .collect();
    html! {
        (DOCTYPE)
        html lang="en" {
            (head(run))
            body {
                (heading(run))
                main {
                    (front(run, &answers))
                    (runs(run, others))
                    section id="questions" {
                        h2 { "Question by question" }
                        (contents(&subjects))
                        @for subject in &subjects { (section(*subject, &above, beside)) }
                    }
                    (durability())
                    (claims_of(run))
                    (machine(run))
                    (method())
                }
                div #tip role="status" hidden {}
                script { (PreEscaped(SCRIPT)) }
            }
        }
    }
}

fn head(run: &Run) -> Markup {
    let of = run.first().map_or_else(String::new, |record| format!(", {}", record.started_utc));
    html! {
        head {
            meta charset="utf-8";
            meta name="viewport" content="width=device-width, initial-scale=1";
            meta name="color-scheme" content="light dark";
            meta name="generator" content="durabench report";
            title { "What an acknowledged write costs" (of) }
            style {
                (PreEscaped(format!(":root {{ color-scheme: light dark; {LIGHT}}}")))
                (PreEscaped(format!("@media (prefers-color-scheme: dark) {{ :root {{ {DARK}}} }}")))
                (PreEscaped(CHART)) (PreEscaped(STYLE))
            }
        }
    }
}

fn heading(run: &Run) -> Markup {
    let (cases, seconds) =
        (run.records().count(), run.records().map(|record| record.seconds).sum::<f64>());
    let first = run.first();
    let revision = first.and_then(|record| record.git.as_ref()).map(|git| {
        let changed = if git.dirty == Some(true) { " with changes" } else { "" };
        format!(" at revision {}{changed}", git.revision_short)
    });
    let host = first.and_then(|record| record.environment.operating_system.hostname.as_ref());
    html! {
        header {
            h1 { "What does an acknowledged write cost?" }
            p.facts {
                @if let Some(record) = first { (record.started_utc) }
                @if let Some(host) = host { " on " (host) }
                (revision.unwrap_or_default())
                ": " (cases) @if cases == 1 { " case" } @else { " cases" }
                " in " (quantity::duration_ns(seconds * 1e9))
            }
            nav aria-label="Parts of the page" {
                a href="#answers" { "Answers" } " "
                a href="#questions" { "Questions" } " "
                a href="#durability" { "Power cut" } " "
                a href="#claims" { "Claims" } " "
                a href="#machine" { "Machine" } " "
                a href="#method" { "Method" }
            }
        }
    }
}

/// The answers in sentences, then one chart for each.
fn front(run: &Run, answers: &[Answer]) -> Markup {
    html! {
        section id="answers" {
            h2 { "The answers" }
            p.facts {
                "A packet is what is handed in at once: its records share one commit and are acknowledged together. An ack is \
                 the answer that a packet is kept."
            }
            @if let Some(disk) = disk(run) { p.lead { b { "Is this disk slow?" } " " (disk) } }
            ol.answers {
                @for (place, answer) in answers.iter().enumerate() {
                    li {
                        a href={ "#answer-" (place + 1) } { b { (answer.asks) } } " "
                        (answer.sentences.first().map_or("", String::as_str))
                    }
                }
            }
            @for (place, answer) in answers.iter().enumerate() {
                article id={ "answer-" (place + 1) } {
                    h3 { (answer.asks) }
                    p { (answer.sentences.join(" ")) }
                    @if let Some(figures) = &answer.table {
                        (table(&format!("answer-{}-table", place + 1), answers::TABLE, figures, &|_| None))
                    }
                    @if let Some(figure) = &answer.figure { (figure.draw()) }
                    p.facts {
                        a href={ "#" (section_id(&answer.question)) } {
                            "All of " code { (answer.question) }
                        }
                    }
                }
            }
        }
    }
}

fn contents(subjects: &[Subject<'_>]) -> Markup {
    html! {
        ul.contents {
            @for subject in subjects {
                li {
                    a href={ "#" (section_id(subject.key())) } { code { (subject.key()) } }
                    @if let Some(statement) = &subject.model.statement { " " (statement.asks) }
                }
            }
        }
    }
}

fn claims_of(run: &Run) -> Markup {
    let is_judged = |claim: &Claim| claim.verdict != Verdict::NotMeasured;
    let (judged, others): (Vec<Claim>, Vec<Claim>) =
        claims::of_run(&run.evidence).into_iter().partition(is_judged);
    let verdicts = grouped(&judged, |claim| claim.verdict.in_words());
    html! {
        section id="claims" {
            h2 { "What was claimed, and whether it holds" }
            @if judged.is_empty() { p { "This run settles none of the documents' claims." } }
            @else {
                ul.verdicts { @for (verdict, claims) in &verdicts { li { b { (claims.len()) } " " (verdict) } } }
            }
            (table("claims-table", "The claims", &tables::claims(&judged), &|_| None))
            @if !others.is_empty() {
                details {
                    summary { "Not measured in this run, " (others.len()) }
                    (table("claims-open", "Claims that were not measured", &tables::claims(&others), &|_| None))
                }
            }
        }
    }
}

fn method() -> Markup {
    html! {
        section id="method" {
            h2 { "How a figure comes about, and what it does not tell" }
            ul {
                li { "Cases run in randomized blocks, each on a fresh store; the block is the unit of every interval. \
                      Everything acknowledged is looked for again after closing and reopening." }
                li { "Beside each timed piece stand two yardsticks: the floor (the disk: one write and one sync) and the CPU \
                      reference (a fixed batch of inserts in memory). A case's time is a floors and b references, told at the \
                      run's usual yardsticks." }
                li { "Differs: the 99 % interval lies beyond the smallest effect of interest (5 % on the disk, 2 % in memory, \
                      1 % in turns). Equal: the 90 % interval lies inside. Undecided: neither, with what could have been seen." }
                li { "Every figure here is made from the run's records and findings. What NORMAL may lose is taken from SQLite's documentation." }
            }
            h3 { "Limits" }
            ul {
                li { "It is one machine on one day. a and b predict another machine; the times themselves do not." }
                li { "Durability is the promise of each setting, which " code { "durabench crash" } " looks for in a model of \
                      disks. A drive, controller or host that lies about a sync loses data under every setting." }
                li { "Stores are small and fresh: what grows with a database over months shows in " code { "durabench growth" } "." }
            }
        }
    }
}
