//! Builds beside the one that took turns with them: time, and counted instructions.

use super::of_finding;
use crate::judged::cells;
use crate::model::{BuildLine, QuestionModel};
use crate::table::{Cell, Field, Missing, Table};

const FIELDS: [Field<BuildLine>; 8] = [
    Field::words("work", "work", |line| Cell::text(&line.work)),
    Field::ids("build", "build", |line| Cell::id(&line.build)),
    Field::ids("reference", "over", |line| Cell::id(&line.reference)),
    Field::figure("times_as_long", "times as long", |line| {
        of_finding::ratio(line.finding.as_ref(), |finding| finding.factor)
    }),
    Field::figure("interval_95", "95 %", |line| of_finding::interval(line.finding.as_ref())),
    Field::words("verdict", "verdict", |line| of_finding::verdict(line.finding.as_ref())),
    Field::figure("instructions_per_record", "instructions/record", |line| {
        let instructions = line.instructions.map(|counted| counted.per_record);
        Cell::known(instructions, |value| Cell::Number { value, decimals: 0 })
    }),
    Field::words("factor_by_instructions", "factor by instructions", |line| {
        let Some(counted) = line.instructions else { return Cell::Missing(Missing::NotMeasured) };
        let is_apart = line.finding.as_ref().is_some_and(|finding| !counted.agrees(finding));
        let apart = if is_apart { ", apart" } else { "" };
        Cell::text(cells::ratio(counted.factor) + apart)
    }),
];

/// The table; empty where no builds were compared.
#[must_use]
pub fn builds(model: &QuestionModel) -> Table {
    let is_counted = model.builds.iter().any(|line| line.instructions.is_some());
    let counted = if is_counted {
        "apart: the factor by instructions lies outside of what time allows"
    } else {
        "instructions are counted by `scripts/instruction-counts`, which was not run beside this run"
    };
    Table::of(&FIELDS, &model.builds)
        .with_note("each build did the same packets in the same second as the reference")
        .with_note(
            "a difference below 3 % is undecided unless counted instructions differ in the same direction: where the \
             compiler puts a function can be worth as much",
        )
        .with_note(counted)
}
