//! What a power cut takes under each setting.

use crate::power_cut::PowerCut;
use crate::table::{Cell, Field, Heading, Missing, Table};

const FIELDS: [Field<PowerCut>; 6] = [
    Field::ids("setting", "setting", |cut| Cell::id(&cut.case)),
    Field::words("power_cut", "worst of all states", |cut| Cell::text(in_words(&cut.class))),
    Field::new(
        Heading::figure("power_cut_packets_lost_max", "lost")
            .noted("lost: acknowledged packets that were gone at worst"),
        |cut| Cell::Count(cut.lost_packets_max),
    ),
    Field::new(
        Heading::words("power_cut_ordered", "on ext4, ordered")
            .noted("on ext4, ordered: the worst of the states that a file system leaves which keeps the order of metadata"),
        |cut| Cell::text(in_words(&cut.class_ordered)),
    ),
    Field::figure("states", "states", |cut| Cell::Count(cut.states())),
    Field::words("why", "what the worst shows", |cut| {
        let why = (!cut.why.is_empty()).then_some(cut.why.as_str());
        Cell::of(why, Cell::text, Missing::DoesNotApply)
    }),
];

/// A row for each setting that was examined; empty without any.
#[must_use]
pub fn power_cuts(verdicts: &[PowerCut]) -> Table {
    Table::of(&FIELDS, verdicts)
}

fn in_words(class: &str) -> String {
    class.replace('_', " ")
}
