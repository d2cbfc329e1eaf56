//! What the terminal shows when a question ends: its answer, its table, its contrasts, and where the rest lies.

use std::path::{Path, PathBuf};

use measure::floor::SyncCall;

use crate::error::ReportError;
use crate::evidence::Evidence;
use crate::judged::Judged;
use crate::listing::{counted, rows_that_fit};
use crate::locations::{
    FINDINGS_FILE, SUMMARY_FILE, criterion_page, from_here, index_file, page_file,
};
use crate::model::{FloorLine, QuestionModel, WhyLeftOut};
use crate::nominal;
use crate::quantity;
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

/// What a terminal shows when a question of this run ends, with a line feed at its end.
///
/// # Errors
/// [`ReportError::Run`] when the run cannot be read, [`ReportError::Refused`] when it has no such
/// question.
pub fn closing_text(run: &Path, question: &str, terminal: Terminal) -> Result<String, ReportError> {
    let evidence = Evidence::read(run)?;
    let Some(asked) = evidence.iter().find(|evidence| evidence.name == question) else {
        let names: Vec<&str> = evidence.iter().map(|evidence| evidence.name.as_str()).collect();
        let found = if names.is_empty() { "none".into() } else { names.join(", ") };
        let what = format!("expected records of the question `{question}`, got those of {found}");
        return Err(ReportError::refused(run, what));
    };
    let places = places(run, question);
    let lines_max = LINES_MAX - places.lines().count();
    Ok(fitting(&QuestionModel::of(asked), terminal, lines_max) + &places)
}

/// The model as text: what it asks, what it answers, its table and its contrasts.
#[must_use]
pub fn text(model: &QuestionModel<'_>, terminal: Terminal) -> String {
    fitting(model, terminal, LINES_MAX)
}

fn fitting(model: &QuestionModel<'_>, terminal: Terminal, lines_max: usize) -> String {
    let terminal = Terminal { columns: terminal.columns.min(COLUMNS_MAX), ..terminal };
    rows_that_fit(lines_max, |rows_max| with_rows(model, terminal, rows_max))
}

fn with_rows(model: &QuestionModel<'_>, terminal: Terminal, rows_max: usize) -> String {
    let columns = terminal.columns;
    let asks = model.evidence.question.as_ref().map_or("", |statement| statement.asks.as_str());
    let mut text = hanging(&format!("{}: ", model.evidence.name), asks, columns);
    for sentence in &model.sentences {
        text += &hanging("  - ", sentence, columns);
    }
    let (rates, growth) = (tables::highest_rates(&model.curves), tables::growth(&model.grown));
    for table in [tables::shown(model, rows_max), rates, growth] {
        if !table.is_empty() {
            text += &format!("\n{}", table.text(terminal));
        }
    }
    text += &remarks(model, columns);
    text + &contrasts(&model.judged, terminal, rows_max.div_ceil(2))
}

/// What a reader must know beside the rows, a line each.
fn remarks(model: &QuestionModel<'_>, columns: usize) -> String {
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
    for warning in model.warnings().iter().take(WARNINGS_MAX) {
        remark("warning", warning);
    }
    let further = model.warnings().len().saturating_sub(WARNINGS_MAX);
    if further > 0 {
        remark("warning", &format!("{further} more in the summary"));
    }
    remark("left out", &left_out(model));
    remark("claims", &claims(model));
    text
}

/// The contrasts under a heading, how many were not judged, with the first reason, and what else is compared.
fn contrasts(judged: &Judged, terminal: Terminal, rows_max: usize) -> String {
    if judged.is_empty() {
        return String::new();
    }
    let table = tables::contrasts(judged, rows_max);
    let mut text = format!("\n{}\n{}", terminal.heading("contrasts"), table.text(terminal));
    let mut not_judged = judged.not_judged();
    if let Some((_, first)) = not_judged.next() {
        let further = match not_judged.count() {
            0 => String::new(),
            further => format!("; {further} more in the files"),
        };
        text += &hanging("not judged: ", &format!("{first}{further}"), terminal.columns);
    }
    let mut comparisons = tables::comparisons(judged);
    comparisons.retain(|line| !judged.sentences.contains(line));
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
    let written = |path: PathBuf| path.is_file().then_some(path);
    let places = [
        ("criterion", criterion_page(run, question).map(|(page, _)| page)),
        ("records", Some(run.join(question))),
        ("all of it", written(run.join(page_file(question)))),
        ("summary", Some(run.join(SUMMARY_FILE))),
        ("judged", written(run.join(FINDINGS_FILE))),
        ("page", written(index_file(run))),
    ];
    let line = |(name, path): (&str, Option<PathBuf>)| {
        Some(format!("{name:<NAME_COLUMNS$}{}\n", from_here(&path?)))
    };
    format!("\n{}", places.into_iter().filter_map(line).collect::<String>())
}

/// The floors' medians, call by call: `fdatasync p50: 16 B 100 us, 6.4 kB 120 us`.
fn floors(model: &QuestionModel<'_>) -> String {
    let floors = model.floors();
    let of_call = |call: SyncCall| {
        let lines: Vec<String> =
            floors.iter().filter(|line| line.sync_call == call).map(floor).collect();
        (!lines.is_empty()).then(|| format!("{} p50: {}", call.name(), lines.join(", ")))
    };
    let calls = [SyncCall::Fdatasync, SyncCall::DataSyncWrite, SyncCall::Fsync];
    calls.into_iter().filter_map(of_call).collect::<Vec<_>>().join("; ")
}

fn floor(line: &FloorLine) -> String {
    format!("{} {}", quantity::bytes(line.payload_bytes), quantity::duration_ns(line.p50_ns.median))
}

/// How many claims have which verdict; empty where the question tests none.
fn claims(model: &QuestionModel<'_>) -> String {
    let verdicts = counted(model.claims.iter().map(|claim| claim.verdict.in_words()));
    let verdicts: Vec<String> =
        verdicts.into_iter().map(|(verdict, claims)| format!("{claims} {verdict}")).collect();
    if verdicts.is_empty() {
        return String::new();
    }
    format!("{}; the summary has them", verdicts.join(", "))
}

/// How many cases have no row, kind by kind; those that failed by name where they are few.
fn left_out(model: &QuestionModel<'_>) -> String {
    let cases = model.left_out();
    let part = |why: WhyLeftOut| {
        let of_kind = cases.iter().filter(|left_out| left_out.why == why);
        let ids: Vec<&str> = of_kind.map(|left_out| left_out.id.as_str()).collect();
        match (why, ids.as_slice()) {
            (_, []) => None,
            (WhyLeftOut::Failed, few @ ([_] | [_, _])) => {
                Some(format!("failed: {}", few.join(", ")))
            }
            (why, many) => Some(format!("{} {}", many.len(), why.in_words())),
        }
    };
    let parts: Vec<String> = WhyLeftOut::ALL.into_iter().filter_map(part).collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("{}; the files have the reasons", parts.join("; "))
}
