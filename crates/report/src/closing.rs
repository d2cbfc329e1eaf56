//! What the terminal shows when a question ends: its table, what it says, and where everything lies.

use std::fmt::Write as _;
use std::path::Path;

use measure::floor::SyncCall;

use crate::claims::Claim;
use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::load_curve;
use crate::locations::{CriterionPages, FINDINGS_FILE, SUMMARY_FILE, from_here};
use crate::model::{Conclusion, FloorLine, QuestionModel, WhyLeftOut};
use crate::nominal;
use crate::quantity;
use crate::table;
use crate::terminal::Terminal;
use crate::wrap::hanging;

/// The width of the names before lines.
const NAME_COLUMNS: usize = 12;

/// What standard output shows when a question of this run ends, with a line feed at its end.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::NoSuchQuestion`] when it has no such
/// question.
pub fn closing_text(run: &Path, question: &str) -> Result<String, ReportError> {
    closing_text_for(run, question, Terminal::of_stdout())
}

/// The same for a terminal of any kind.
///
/// # Errors
/// As [`closing_text`].
pub fn closing_text_for(
    run: &Path,
    question: &str,
    terminal: Terminal,
) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let Some(asked) = evidence.iter().find(|evidence| evidence.name == question) else {
        let names: Vec<&str> = evidence.iter().map(|evidence| evidence.name.as_str()).collect();
        let found = if names.is_empty() { "none".into() } else { names.join(", ") };
        let (run, question) = (run.to_owned(), question.to_owned());
        return Err(ReportError::NoSuchQuestion { run, question, found });
    };
    let model = QuestionModel::of(asked);
    Ok(text(&model, terminal) + &places(run, question))
}

/// The model as text: heading, table, floors, what it says, and what is left out.
#[must_use]
pub fn text(model: &QuestionModel, terminal: Terminal) -> String {
    let columns = terminal.columns;
    let asks = model.statement.as_ref().map_or("", |statement| statement.asks.as_str());
    let mut text = hanging(&format!("{}: ", model.name), asks, columns) + "\n";
    if !model.curves.is_empty() {
        text += &load_curve::text(&model.curves);
    } else if model.rows().next().is_some() {
        text += &(table::text(model, terminal) + "\n");
    }
    let readers = table::readers_text(model, columns);
    if !readers.is_empty() {
        text += &(readers + "\n");
    }
    let floors = floors(model);
    if !floors.is_empty() {
        text += &named("floor", &floors, columns);
    }
    match &model.conclusion {
        Conclusion::Judged { .. } => {
            let nominal = nominal::in_words(model);
            if !nominal.is_empty() {
                text += &named("nominal", &nominal, columns);
            }
        }
        Conclusion::ByTwins { resolution, .. } => {
            text += &named("resolution", &resolution.sentence(), columns);
        }
    }
    for warning in &model.warnings {
        text += &named("warning", warning, columns);
    }
    if !model.left_out.is_empty() {
        text += &named("left out", &left_out(model), columns);
    }
    text += &conclusion(&model.conclusion, terminal);
    if !model.claims.is_empty() {
        text += &format!("\n{}\n", terminal.heading("claims"));
    }
    for claim in &model.claims {
        text += &hanging("  - ", &claim_text(claim), columns);
    }
    text
}

/// The answer and its contrasts, or the findings.
fn conclusion(conclusion: &Conclusion, terminal: Terminal) -> String {
    let columns = terminal.columns;
    match conclusion {
        Conclusion::Judged { answer, judged } => {
            let mut text = format!("\n{}\n", terminal.heading("answer"));
            for sentence in &answer.sentences {
                text += &hanging("  - ", sentence, columns);
            }
            text += &format!("\n{}\n", terminal.heading("contrasts"));
            text + &table::contrasts_text(judged, answer, columns)
        }
        Conclusion::ByTwins { findings, .. } => {
            let mut text = format!("\n{}\n", terminal.heading("findings"));
            for finding in findings {
                let sentence = with_cases(finding.sentence.clone(), &finding.cases);
                text += &hanging("  - ", &sentence, columns);
            }
            text
        }
    }
}

/// The claim, the verdict, and what it rests on.
fn claim_text(claim: &Claim) -> String {
    let Claim { claim: words, shown, claimed, tolerance, verdict, .. } = claim;
    let verdict = verdict.in_words();
    format!("\"{words}\": {verdict}; {shown}; claimed {claimed}, accepted {tolerance}")
}

/// Where Criterion's page, the records and the summary lie, a line each.
fn places(run: &Path, question: &str) -> String {
    let mut places = String::from("\n");
    let mut place = |name: &str, path: &Path| {
        // Writing to a string cannot fail.
        let _ = writeln!(places, "{name:<NAME_COLUMNS$}{}", from_here(path));
    };
    if let Some(page) = CriterionPages::beside(run).and_then(|pages| pages.page(question)) {
        place("criterion", &page);
    }
    place("records", &run.join(question));
    place("summary", &run.join(SUMMARY_FILE));
    let findings = run.join(FINDINGS_FILE);
    if findings.is_file() {
        place("judged", &findings);
    }
    places
}

fn named(name: &str, text: &str, columns: usize) -> String {
    hanging(&format!("{name:<NAME_COLUMNS$}"), text, columns)
}

/// Names the cases that the sentence does not.
fn with_cases(sentence: String, cases: &[String]) -> String {
    let unnamed: Vec<&str> =
        cases.iter().map(String::as_str).filter(|case| !is_named(&sentence, case)).collect();
    if unnamed.is_empty() { sentence } else { format!("{sentence} [{}]", unnamed.join(", ")) }
}

/// Whether a sentence names a case, and not only one whose id is longer.
fn is_named(sentence: &str, case: &str) -> bool {
    let is_of_id = |letter: char| letter.is_alphanumeric() || "-/".contains(letter);
    sentence.match_indices(case).any(|(begin, _)| {
        let before = sentence[..begin].chars().next_back();
        let after = sentence[begin + case.len()..].chars().next();
        !before.is_some_and(is_of_id) && !after.is_some_and(is_of_id)
    })
}

/// The floors' medians, call by call: `fdatasync p50: 16 B 100 us, 6.4 kB 120 us`.
fn floors(model: &QuestionModel) -> String {
    let of_call = |call: SyncCall| {
        let lines: Vec<String> =
            model.floors.iter().filter(|line| line.sync_call == call).map(floor).collect();
        (!lines.is_empty()).then(|| format!("{} p50: {}", call.name(), lines.join(", ")))
    };
    let calls = [SyncCall::Fdatasync, SyncCall::DataSyncWrite, SyncCall::Fsync];
    calls.into_iter().filter_map(of_call).collect::<Vec<_>>().join("; ")
}

fn floor(line: &FloorLine) -> String {
    format!("{} {}", quantity::bytes(line.payload_bytes), quantity::duration_ns(line.p50_ns.median))
}

/// Failed cases by name, the others by number.
fn left_out(model: &QuestionModel) -> String {
    let of = |is_kind: fn(&WhyLeftOut) -> bool| {
        model.left_out.iter().filter(move |left_out| is_kind(&left_out.why))
    };
    let failed: Vec<&str> =
        of(|why| matches!(why, WhyLeftOut::Failed(_))).map(|failed| failed.id.as_str()).collect();
    let numbers = [
        ("dropped", of(|why| matches!(why, WhyLeftOut::Dropped(_))).count()),
        ("skipped", of(|why| matches!(why, WhyLeftOut::Skipped(_))).count()),
        ("not run", of(|why| matches!(why, WhyLeftOut::NotRun)).count()),
    ];
    let numbers = numbers
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| format!("{number} {kind}"));
    let failed = (!failed.is_empty()).then(|| format!("failed: {}", failed.join(", ")));
    let parts: Vec<String> = failed.into_iter().chain(numbers).collect();
    format!("{}; the summary has the reasons", parts.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_cases_that_a_sentence_does_not_name_stand_behind_it() {
        let cases = ["read/1000", "read/10000", "wal-read/1"].map(str::to_owned);
        let told = |sentence: &str| with_cases(sentence.to_owned(), &cases);
        assert_eq!(told("read/10000 wins."), "read/10000 wins. [read/1000, wal-read/1]");
        assert_eq!(
            told("wal-read/1, read/1000 (read/10000)."),
            "wal-read/1, read/1000 (read/10000)."
        );
        assert_eq!(told("x-read/1000."), "x-read/1000. [read/1000, read/10000, wal-read/1]");
    }
}
