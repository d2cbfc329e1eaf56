//! One question in the summary.

use crate::findings::Finding;
use crate::load_curve;
use crate::locations::CriterionPages;
use crate::model::{Conclusion, LeftOut, Note, QuestionModel, Statement};
use crate::nominal;
use crate::table;

/// The question, its table, what it says, what is missing, and how to look further.
pub(super) fn section(model: &QuestionModel, pages: Option<&CriterionPages>) -> String {
    let has_rows = model.rows().next().is_some();
    let parts = [
        format!("## {}\n", model.name),
        statement(model.statement.as_ref()),
        if has_rows { table::markdown(model) } else { String::new() },
        if has_rows { legend(&model.conclusion) } else { String::new() },
        table::markdown_legend(model),
        table::builds(model),
        table::readers_markdown(model),
        load_curve::markdown(&model.curves),
        conclusion(model),
        list("Left out", model.left_out.iter().map(left_out)),
        list("Notes", model.notes.iter().map(note)),
        further(model, pages),
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
}

/// What the columns of the table mean.
const LEGEND: &str = "acked, drained: records per second, drained with the final debt charged; low-high: \
    the quartiles over the rounds, in the unit of acked; p50 to longest: hand-in to ack, a quantile only with \
    ten acks beyond it; floor: one write and fdatasync of the packet as a share of the ack, or n of m when too few pieces had a steady floor on both sides; syncs: per commit, \
    counted; B/rec: bytes handed to write calls per record; kept: what was found after closing and \
    reopening, of what was acked.\n";

/// The same of a question that is judged by its contrasts.
const JUDGED_LEGEND: &str = "acked, drained: records per second, drained with the final debt charged, the medians over \
    blocks; time: of a packet (query, checkpoint) at the run's nominal yardsticks, the geometric mean over blocks; a, b: \
    how many floors and CPU references it takes (`results.csv` has their intervals); p50 to longest: hand-in to ack, a \
    quantile only with ten acks beyond it; syncs: per commit, counted; B/rec: bytes handed to write calls per record; \
    kept: what was found after closing and reopening, of what was acked.\n";

fn statement(statement: Option<&Statement>) -> String {
    let Some(statement) = statement else {
        return "The process that measured this question ended before it described it.\n".into();
    };
    format!(
        "{}\n\n- claim: {}\n- settled by: {}\n- swept axis: {}\n",
        statement.asks,
        statement.claim,
        statement.settled_by,
        statement.swept_axis.replace('_', " "),
    )
}

/// What the columns of the table mean, as a paragraph.
fn legend(conclusion: &Conclusion) -> String {
    match conclusion {
        Conclusion::Judged { .. } => JUDGED_LEGEND.to_owned(),
        Conclusion::ByTwins { .. } => LEGEND.to_owned(),
    }
}

/// The answer and its contrasts, or the resolution and the findings.
fn conclusion(model: &QuestionModel) -> String {
    match &model.conclusion {
        Conclusion::Judged { answer, judged } => {
            let nominal = nominal::in_words(model);
            let nominal = if nominal.is_empty() {
                nominal
            } else {
                format!("**Nominal yardsticks.** {nominal}.\n\n")
            };
            let answer = list("Answer", answer.sentences.iter().cloned());
            format!("{nominal}{answer}\n{}", table::contrasts_markdown(judged))
        }
        Conclusion::ByTwins { resolution, findings } => {
            format!("**Resolution.** {}\n\n{}", resolution.sentence(), self::findings(findings))
        }
    }
}

fn findings(findings: &[Finding]) -> String {
    let lines = findings.iter().map(|finding| {
        let cases: Vec<String> = finding.cases.iter().map(|case| format!("`{case}`")).collect();
        if cases.is_empty() {
            finding.sentence.clone()
        } else {
            format!("{} Cases: {}.", finding.sentence, cases.join(", "))
        }
    });
    list("Findings", lines)
}

fn left_out(left_out: &LeftOut) -> String {
    let (kind, reason) = left_out.why.in_words();
    let reason = reason.map_or(String::new(), |reason| format!(": {reason}"));
    format!("`{}` {kind}{reason}", left_out.id)
}

fn note(note: &Note) -> String {
    let cases: Vec<String> = note.cases.iter().map(|case| format!("`{case}`")).collect();
    format!("{}: {}", cases.join(", "), note.text)
}

fn list(heading: &str, lines: impl Iterator<Item = String>) -> String {
    let lines: String = lines.map(|line| format!("- {line}\n")).collect();
    if lines.is_empty() { lines } else { format!("**{heading}**\n\n{lines}") }
}

/// Criterion's page, if it was written, and how to measure one case again.
fn further(model: &QuestionModel, pages: Option<&CriterionPages>) -> String {
    let name = &model.name;
    let page = pages.and_then(|pages| pages.link(name)).map(|link| {
        let shown = link.trim_start_matches("../");
        format!("Criterion's page: [{shown}]({link})\n")
    });
    // The group before the first slash may have another name than the question.
    let again = model.rows().next().map(|row| {
        let filter = escaped(&format!("/{}", row.id));
        format!(
            "One case again: `cargo bench --bench {name} -- '{filter}$'`; with `--profile-time 10` in \
             front of the filter it writes a flamegraph.\n"
        )
    });
    [page, again].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

/// An id as a regular expression that matches just its text: Criterion's filter is one.
fn escaped(id: &str) -> String {
    let mut escaped = String::with_capacity(id.len());
    for letter in id.chars() {
        if !letter.is_alphanumeric() && !"/_-,:=@ ".contains(letter) {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}
