//! Builds beside the one that took turns with them, as a table in Markdown: time and counted instructions.

use crate::judged::cells;
use crate::model::{BuildLine, QuestionModel};

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
         | work | build | times as long | verdict | instructions per record | factor by instructions |\n\
         | --- | --- | ---: | --- | ---: | ---: |\n{rows}\n\
         Each build did the same packets in the same second as the reference. A difference below 3 % is undecided unless \
         counted instructions differ in the same direction: where the compiler puts a function can be worth as much. \
         {counted}\n"
    )
}

fn row(line: &BuildLine) -> String {
    let (factor, verdict) = match &line.finding {
        Some(finding) => {
            let (factor, interval) = (cells::factor(finding), cells::interval(finding));
            (format!("{factor} ({interval})"), cells::verdict(finding))
        }
        None => ("-".to_owned(), "not judged".to_owned()),
    };
    let (per_record, by_instructions) =
        line.instructions.map_or(("-".into(), "-".into()), |counted| {
            let apart = if counted.agrees == Some(false) { ", apart" } else { "" };
            let factor = cells::ratio(counted.factor);
            (format!("{:.0}", counted.per_record), format!("{factor}{apart}"))
        });
    format!(
        "| {} | `{}` over `{}` | {factor} | {verdict} | {per_record} | {by_instructions} |\n",
        line.work, line.build, line.reference,
    )
}
