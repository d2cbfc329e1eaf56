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
pub(crate) struct Answer {
    /// What the reader asks.
    pub(crate) asks: String,
    /// The answer, the plainest sentence first.
    pub(crate) sentences: Vec<String>,
    /// What stands below the sentences, where figures are many.
    pub(crate) table: Option<Table>,
    /// The question of the run that it comes from.
    pub(crate) question: String,
    /// The chart that shows it at a glance.
    pub(crate) figure: Option<Figure>,
}

/// What a reader decides, and the question of the run that tells it.
struct Topic {
    asks: &'static str,
    question: &'static str,
    /// From its question's subject, with all others of the run.
    say: fn(Subject<'_>, &[Subject<'_>]) -> Vec<String>,
}

/// The question whose figures stand in a table.
const LOG: &str = "log_vs_sqlite";

/// The caption of the table that stands there.
pub(crate) const TABLE: &str = "A commit in SQLite's WAL beside one in the native log";

const TOPICS: [Topic; ANSWERS_MAX] = [
    Topic {
        asks: "What can a power cut take, and what does preventing it cost?",
        question: "durability_price",
        say: |subject, _| durability::say(subject),
    },
    Topic {
        asks: "How far is SQLite from an append-only log, and what should I use?",
        question: LOG,
        say: log::say,
    },
    Topic {
        asks: "How many records should share a commit?",
        question: "packet_size",
        say: |subject, _| packets::say(subject),
    },
    Topic {
        asks: "Why does an ack stall, and what helps?",
        question: "checkpoint_strategy",
        say: checkpoints::say,
    },
    Topic {
        asks: "Which page size should I take?",
        question: "page_size",
        say: |subject, _| pages::say(subject),
    },
    Topic {
        asks: "Do compile flags matter, THREADSAFE=0 among them?",
        question: "compile_flags",
        say: |subject, _| flags::say(subject),
    },
];

/// The answers of a run: those of the topics that it has, else those of its first questions.
pub(crate) fn of(run: &[Subject<'_>]) -> Vec<Answer> {
    let told = TOPICS.iter().filter_map(|topic| topic.answer(run));
    let told: Vec<Answer> = told.collect();
    if !told.is_empty() {
        return told;
    }
    run.iter().filter_map(by_question).take(ANSWERS_MAX).collect()
}

impl Topic {
    fn answer(&self, run: &[Subject<'_>]) -> Option<Answer> {
        let subject = run.iter().find(|subject| subject.key() == self.question)?;
        let sentences = (self.say)(*subject, run);
        (!sentences.is_empty()).then(|| Answer {
            asks: self.asks.to_owned(),
            sentences,
            table: (self.question == LOG).then(|| log::table(*subject)),
            question: self.question.to_owned(),
            figure: charts::first(*subject),
        })
    }
}

fn by_question(subject: &Subject<'_>) -> Option<Answer> {
    let sentences: Vec<String> = subject.model.sentences.clone();
    let statement = subject.evidence.question.as_ref()?;
    (!sentences.is_empty()).then(|| Answer {
        asks: statement.asks.clone(),
        sentences,
        table: None,
        question: subject.key().to_owned(),
        figure: charts::first(*subject),
    })
}
