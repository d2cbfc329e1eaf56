//! The answer first: one judged sentence for each thing that a reader decides, with one chart.
//!
//! A sentence is made of findings and rows alone; where what it needs was not measured, it is left out.

mod checkpoints;
mod durability;
mod flags;
mod log;
mod packets;
mod pages;
mod told;

use report::table::Table;

use crate::chart::Figure;
use crate::charts;
use crate::subject::Subject;

/// At most so many are read.
const ANSWERS_MAX: usize = 6;

/// A question as a reader has it, answered.
pub(crate) struct Answer<'run> {
    /// What the reader asks.
    pub(crate) asks: &'run str,
    /// The answer, the plainest sentence first.
    pub(crate) sentences: Vec<String>,
    /// What stands below the sentences, where figures are many.
    pub(crate) table: Option<Table>,
    /// The question of the run that it comes from.
    pub(crate) question: &'run str,
    /// The chart that shows it at a glance.
    pub(crate) figure: Option<Figure>,
}

/// The question whose figures stand in a table.
const LOG: &str = "log_vs_sqlite";

/// The caption of the table that stands there.
pub(crate) const TABLE: &str = "A commit in SQLite's WAL beside one in the native log";

/// What answers a question, from its subject and all others of the run.
type Say = fn(Subject<'_>, &[Subject<'_>]) -> Vec<String>;

/// What a reader decides, the question of the run that tells it, and how.
const TOPICS: [(&str, &str, Say); ANSWERS_MAX] = [
    (
        "What can a power cut take, and what does preventing it cost?",
        "durability_price",
        |subject, _| durability::say(subject),
    ),
    ("How far is SQLite from an append-only log, and what should I use?", LOG, log::say),
    ("How many records should share a commit?", "packet_size", |subject, _| packets::say(subject)),
    ("Why does an ack stall, and what helps?", "checkpoint_strategy", checkpoints::say),
    ("Which page size should I take?", "page_size", |subject, _| pages::say(subject)),
    ("Do compile flags matter, THREADSAFE=0 among them?", "compile_flags", |subject, _| {
        flags::say(subject)
    }),
];

/// The answers of a run: those of the topics that it has, else those of its first questions.
pub(crate) fn of<'run>(run: &[Subject<'run>]) -> Vec<Answer<'run>> {
    let topic = |(asks, question, say): (&'static str, &str, Say)| {
        let subject = run.iter().find(|subject| subject.key() == question)?;
        let table = (question == LOG).then(|| log::table(*subject));
        answer(*subject, asks, say(*subject, run), table)
    };
    let told: Vec<Answer<'run>> = TOPICS.into_iter().filter_map(topic).collect();
    if !told.is_empty() {
        return told;
    }
    let by_question = |subject: &Subject<'run>| {
        let asks = &subject.model.statement.as_ref()?.asks;
        let sentences = subject.model.conclusion.sentences().map(str::to_owned).collect();
        answer(*subject, asks, sentences, None)
    };
    run.iter().filter_map(by_question).take(ANSWERS_MAX).collect()
}

fn answer<'run>(
    subject: Subject<'run>,
    asks: &'run str,
    sentences: Vec<String>,
    table: Option<Table>,
) -> Option<Answer<'run>> {
    let (question, figure) = (subject.key(), charts::first(subject));
    (!sentences.is_empty()).then_some(Answer { asks, sentences, table, question, figure })
}
