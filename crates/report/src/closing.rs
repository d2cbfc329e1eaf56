//! What the terminal shows when a question ends: its answer, its table, its contrasts, and where the rest lies.

use std::fmt::Write as _;
use std::path::Path;

use measure::floor::SyncCall;

use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::judged::{Answer, Judged};
use crate::locations::{
    CriterionPages, FINDINGS_FILE, SUMMARY_FILE, from_here, index_file, page_file,
};
use crate::model::{Conclusion, FloorLine, QuestionModel, WhyLeftOut};
use crate::nominal;
use crate::quantity;
use crate::rows_that_fit::rows_that_fit;
use crate::tables;
use crate::terminal::Terminal;
use crate::wrap::hanging;

/// The whole text has so many lines at most, however many cases there are.
const LINES_MAX: usize = 60;

/// A terminal wider than this is not filled: longer lines are not read.
const COLUMNS_MAX: usize = 120;

/// So many warnings stand below a table.
const WARNINGS_MAX: usize = 3;

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
    let places = places(run, question);
    let lines_max = LINES_MAX - places.lines().count();
    Ok(fitting(&QuestionModel::of(asked), terminal, lines_max) + &places)
}

/// The model as text: what it asks, what it answers, its table and its contrasts.
#[must_use]
pub fn text(model: &QuestionModel, terminal: Terminal) -> String {
    fitting(model, terminal, LINES_MAX)
}

fn fitting(model: &QuestionModel, terminal: Terminal, lines_max: usize) -> String {
    let terminal = Terminal { columns: terminal.columns.min(COLUMNS_MAX), ..terminal };
    rows_that_fit(lines_max, |rows_max| with_rows(model, terminal, rows_max))
}

fn with_rows(model: &QuestionModel, terminal: Terminal, rows_max: usize) -> String {
    let columns = terminal.columns;
    let asks = model.statement.as_ref().map_or("", |statement| statement.asks.as_str());
    let mut text = hanging(&format!("{}: ", model.name), asks, columns);
    for sentence in model.conclusion.sentences() {
        text += &hanging("  - ", sentence, columns);
    }
    let table = if model.curves.is_empty() {
        tables::cases(model, rows_max)
    } else {
        tables::curves(&model.curves, rows_max)
    };
    if !table.is_empty() {
        text += &format!("\n{}", table.text(terminal));
    }
    for table in [tables::highest_rates(&model.curves), tables::growth(&model.grown)] {
        if !table.is_empty() {
            text += &format!("\n{}", table.text(terminal));
        }
    }
    text += &remarks(model, columns);
    let Conclusion { answer, judged } = &model.conclusion;
    text + &contrasts(judged, answer, terminal, rows_max.div_ceil(2))
}

/// What a reader must know beside the rows, a line each.
fn remarks(model: &QuestionModel, columns: usize) -> String {
    let mut text = String::new();
    let mut remark = |name: &str, remark: &str| {
        if !remark.is_empty() {
            text += &hanging(&format!("{name:<NAME_COLUMNS$}"), remark, columns);
        }
    };
    match nominal::in_words(model) {
        nominal if nominal.is_empty() => remark("floor", &floors(model)),
        nominal => remark("nominal", &nominal),
    }
    for warning in model.warnings.iter().take(WARNINGS_MAX) {
        remark("warning", warning);
    }
    let further = model.warnings.len().saturating_sub(WARNINGS_MAX);
    if further > 0 {
        remark("warning", &format!("{further} more in the summary"));
    }
    remark("left out", &left_out(model));
    remark("claims", &claims(model));
    text
}

/// The contrasts under a heading, how many were not judged, with the first reason, and what else is compared.
fn contrasts(judged: &Judged, answer: &Answer, terminal: Terminal, rows_max: usize) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let table = tables::contrasts(judged, answer, rows_max);
    let mut text = format!("\n{}\n{}", terminal.heading("contrasts"), table.text(terminal));
    let mut not_judged = judged.not_judged();
    if let Some((_, first)) = not_judged.next() {
        let further = match not_judged.count() {
            0 => String::new(),
            further => format!("; {further} more in the files"),
        };
        text += &hanging("not judged: ", &format!("{first}{further}"), terminal.columns);
    }
    let comparisons = tables::comparisons(judged);
    for line in comparisons.iter().take(rows_max) {
        text += &hanging("  ", line, terminal.columns);
    }
    let further = comparisons.len().saturating_sub(rows_max);
    if further > 0 {
        text += &hanging("  ", &format!("{further} more in the files"), terminal.columns);
    }
    text
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
    let page = run.join(page_file(question));
    if page.is_file() {
        place("all of it", &page);
    }
    place("summary", &run.join(SUMMARY_FILE));
    let findings = run.join(FINDINGS_FILE);
    if findings.is_file() {
        place("judged", &findings);
    }
    let index = index_file(run);
    if index.is_file() {
        place("page", &index);
    }
    places
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

/// How many claims have which verdict; empty where the question tests none.
fn claims(model: &QuestionModel) -> String {
    let mut verdicts: Vec<(&str, usize)> = Vec::new();
    for claim in &model.claims {
        let verdict = claim.verdict.in_words();
        match verdicts.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, claims)) => *claims += 1,
            None => verdicts.push((verdict, 1)),
        }
    }
    let verdicts: Vec<String> =
        verdicts.into_iter().map(|(verdict, claims)| format!("{claims} {verdict}")).collect();
    if verdicts.is_empty() {
        return String::new();
    }
    format!("{}; the summary has them", verdicts.join(", "))
}

/// How many cases have no row, kind by kind; those that failed by name where they are few.
fn left_out(model: &QuestionModel) -> String {
    let of = |is_kind: fn(&WhyLeftOut) -> bool| {
        model.left_out.iter().filter(move |left_out| is_kind(&left_out.why))
    };
    let failed: Vec<&str> =
        of(|why| matches!(why, WhyLeftOut::Failed(_))).map(|failed| failed.id.as_str()).collect();
    let failed = match failed.as_slice() {
        [] => None,
        few @ ([_] | [_, _]) => Some(format!("failed: {}", few.join(", "))),
        many => Some(format!("{} failed", many.len())),
    };
    let numbers = [
        ("dropped", of(|why| matches!(why, WhyLeftOut::Dropped(_))).count()),
        ("skipped", of(|why| matches!(why, WhyLeftOut::Skipped(_))).count()),
        ("not run", of(|why| matches!(why, WhyLeftOut::NotRun)).count()),
    ];
    let numbers = numbers
        .iter()
        .filter(|(_, number)| *number > 0)
        .map(|(kind, number)| format!("{number} {kind}"));
    let parts: Vec<String> = failed.into_iter().chain(numbers).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("{}; the files have the reasons", parts.join("; "))
}
