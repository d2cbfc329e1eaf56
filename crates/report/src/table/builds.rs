//! Builds beside the one that took turns with them, as a table in Markdown: time and counted instructions.

use crate::model::{BuildLine, QuestionModel};
use crate::quantity;

/// The table with its legend; empty where no builds were compared.
#[must_use]
pub fn builds(model: &QuestionModel) -> String {
    if model.builds.is_empty() {
        return String::new();
    }
    let rows: String = model.builds.iter().map(row).collect();
    let is_counted = model.builds.iter().any(|line| line.instructions.is_some());
    let counted = if is_counted {
        "Apart: the factor by instructions lies outside of what time allows."
    } else {
        "Instructions are counted by `scripts/instruction-counts`, which was not run beside this run."
    };
    format!(
        "**Builds in turns**\n\n\
         | work | build | records/s over the reference | resolved | instructions per record | factor by instructions |\n\
         | --- | --- | ---: | --- | ---: | ---: |\n{rows}\n\
         Each build did the same packets in the same second as the reference. Resolved: whether the A/A pair of \
         that work lets the difference be told. {counted}\n"
    )
}

fn row(line: &BuildLine) -> String {
    let factor = line.factor.map_or("not compared".into(), |factor| {
        let [ratio, low, high] =
            [factor.ratio, factor.low, factor.high].map(quantity::factor_of_percents);
        format!("{ratio} ({low} to {high})")
    });
    let (per_record, by_instructions) =
        line.instructions.map_or(("-".into(), "-".into()), |counted| {
            let apart = if counted.agrees { "" } else { ", apart" };
            let factor = quantity::factor_of_percents(counted.factor);
            (format!("{:.0}", counted.per_record), format!("{factor}{apart}"))
        });
    format!(
        "| {} | `{}` over `{}` | {factor} | {} | {per_record} | {by_instructions} |\n",
        line.work,
        line.build,
        line.reference,
        if line.is_resolved { "yes" } else { "no" },
    )
}
