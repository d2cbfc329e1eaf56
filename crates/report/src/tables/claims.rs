//! Claims, and whether they hold here.

use crate::claims::Claim;
use crate::table::{Cell, Field, Table};

const FIELDS: [Field<Claim>; 7] = [
    Field::words("claim", "claim", |claim| Cell::text(&claim.spec.says)),
    Field::words("by", "by", |claim| Cell::text(&claim.spec.source)),
    Field::words("claimed", "claimed", |claim| Cell::text(claim.spec.standard.claimed_in_words())),
    Field::words("shown", "this run shows", |claim| Cell::text(&claim.shown)),
    Field::words("accepted", "accepted", |claim| {
        Cell::text(claim.spec.standard.tolerance_in_words())
    }),
    Field::words("verdict", "verdict", |claim| Cell::text(claim.verdict.in_words())),
    Field::words("question", "question", |claim| Cell::text(&claim.spec.question)),
];

/// What a verdict means.
const LEGEND: &str = "each figure has its interval at 99 %; a verdict needs all of it on one side of what is accepted, which \
    is the claimed figure with its tolerance; not at this scale: it shows, but less than claimed, or another machine's or a \
    larger store's figure was claimed; undecided: the interval lies on both sides";

/// The claims; empty without any.
#[must_use]
pub fn claims(claims: &[Claim]) -> Table {
    Table::of(&FIELDS, claims).with_note(LEGEND)
}
