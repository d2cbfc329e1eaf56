//! Claims, and whether they hold here.

use crate::claims::Claim;
use crate::model::QuestionModel;
use crate::table::{Cell, Field, Table};

fn fields<'model>() -> [Field<(&'model str, &'model Claim)>; 5] {
    [
        Field::words("question", "question", |row| Cell::text(row.0)),
        Field::words("claimed", "claimed", |row| Cell::text(row.1.claim)),
        Field::words("by", "by", |row| Cell::text(row.1.source)),
        Field::words("shown", "this run shows", |row| Cell::text(&row.1.shown)),
        Field::words("verdict", "verdict", |row| Cell::text(row.1.verdict.in_words())),
    ]
}

/// The claims that some questions test; empty where they test none.
pub fn claims<'model>(models: impl IntoIterator<Item = &'model QuestionModel>) -> Table {
    let of = |model: &'model QuestionModel| {
        model.claims.iter().map(move |claim| (model.name.as_str(), claim))
    };
    let claims: Vec<(&str, &Claim)> = models.into_iter().flat_map(of).collect();
    Table::of(&fields(), &claims)
}
