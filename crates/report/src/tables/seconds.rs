//! How long each question of a run took.

use crate::evidence::Evidence;
use crate::table::{Cell, Field, Table};

const FIELDS: [Field<Evidence>; 4] = [
    Field::ids("question", "question", |it| Cell::id(&it.name)),
    Field::figure("cases", "cases", |it| Cell::Count(it.records.len() as u64)),
    Field::figure("blocks", "blocks", |it| {
        let blocks = it.records.iter().filter_map(|record| record.blocks.as_ref());
        let most = blocks.map(|blocks| blocks.replicates.len() as u64).max();
        Cell::applying(most, Cell::Count)
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
    Table::of(&FIELDS, run).with_note(format!("{all:.0} seconds together, without compiling"))
}
