//! Cases without a row, and what a reader must know about those with one.

use crate::model::{LeftOut, Note, QuestionModel};
use crate::table::{Cell, Field, Table};

const LEFT_OUT: [Field<LeftOut>; 3] = [
    Field::ids("case", "case", |left_out| Cell::id(&left_out.id)),
    Field::words("left_out", "left out", |left_out| Cell::text(left_out.why.in_words())),
    Field::words("why", "why", |left_out| Cell::text(&left_out.reason)),
];

/// The cases without a row; empty where there is none.
#[must_use]
pub fn left_out(model: &QuestionModel) -> Table {
    Table::of(&LEFT_OUT, &model.left_out)
}

fn note_fields<'model>() -> [Field<(&'model str, &'model Note)>; 2] {
    [
        Field::ids("case", "case", |row| Cell::id(row.0)),
        Field::words("note", "note", |row| Cell::text(&row.1.text)),
    ]
}

/// Each note of each case; empty without any.
#[must_use]
pub fn notes(model: &QuestionModel) -> Table {
    let pairs: Vec<(&str, &Note)> = model
        .notes
        .iter()
        .flat_map(|note| note.cases.iter().map(move |case| (case.as_str(), note)))
        .collect();
    Table::of(&note_fields(), &pairs)
}
