//! Readers beside the packets, as a table: what they were answered, and the packets with and without them.

use crate::model::{Acks, QuestionModel, ReaderLine};
use crate::quantity;
use crate::wrap;

/// The headings; what stands in brackets is the same case without the reader.
const HEADINGS: [&str; 8] = [
    "beside a reader",
    "reads/s",
    "read p50",
    "p99",
    "longest",
    "acked (alone)",
    "ack longest (alone)",
    "WAL (alone)",
];

const LEGEND: &str = "A reader with a thread and a connection of its own asks how many votes an article has, \
    and again as soon as it is answered; each answer was checked. It takes a processor from the rest. In brackets: \
    the same case without it.";

/// The table with its legend for a terminal; empty where nobody read.
#[must_use]
pub fn readers_text(model: &QuestionModel, columns: usize) -> String {
    let rows = rows(model);
    if rows.is_empty() {
        return String::new();
    }
    let all: Vec<[String; HEADINGS.len()]> =
        [HEADINGS.map(str::to_owned)].into_iter().chain(rows).collect();
    let width =
        |column: usize| all.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let line = |row: &[String; HEADINGS.len()]| {
        let cells = row.iter().enumerate().map(|(column, cell)| match (column, width(column)) {
            (0, width) => format!("{cell:<width$}"),
            (_, width) => format!("{cell:>width$}"),
        });
        format!("  {}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    all.iter().map(line).collect::<String>() + &wrap::hanging("", LEGEND, columns)
}

/// The same in Markdown.
#[must_use]
pub fn readers_markdown(model: &QuestionModel) -> String {
    let rows = rows(model);
    if rows.is_empty() {
        return String::new();
    }
    let line = |row: &[String; HEADINGS.len()]| format!("| {} |\n", row.join(" | "));
    let rules = "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n";
    let body: String = rows.iter().map(line).collect();
    format!(
        "**Readers beside the packets**\n\n{}{rules}{body}\n{LEGEND}\n",
        line(&HEADINGS.map(str::to_owned))
    )
}

fn rows(model: &QuestionModel) -> Vec<[String; HEADINGS.len()]> {
    model.readers.iter().map(row).collect()
}

fn row(line: &ReaderLine) -> [String; HEADINGS.len()] {
    let duration = |ns: Option<f64>| ns.map_or("-".to_owned(), quantity::duration_ns);
    let both = |cell: &dyn Fn(&Acks) -> String| {
        let alone = line.acks_alone.as_ref().map_or("-".to_owned(), cell);
        format!("{} ({alone})", cell(&line.acks))
    };
    [
        line.case.clone(),
        quantity::rate(line.reads_per_second),
        duration(line.read_ns_p50),
        duration(line.read_ns_p99),
        duration(line.read_ns_longest),
        both(&|acks| quantity::rate(acks.acked_per_second)),
        both(&|acks| duration(acks.longest_ns.map(|ns| ns as f64))),
        both(&|acks| acks.wal_bytes_max.map_or("-".to_owned(), quantity::bytes)),
    ]
}
