//! What the question about checkpoint strategies says.

use measure::record::{Column, RunRecord};
use report::evidence::Evidence;
use report::model::QuestionModel;

use crate::made_up::{Made, question};

/// A case of one strategy on the table with the index, as fast as it acks.
fn made(label: &str, strategy: &str, pages: &str, packet_ns: f64) -> Made {
    let made = Made::sqlite("checkpoint_strategy", label, 400, packet_ns);
    made.on(&[
        ("table", "indexed"),
        ("wal_autocheckpoint", pages),
        ("journal_size_limit", "-1"),
        ("checkpoint_strategy", strategy),
        ("driver", "closed"),
    ])
}

fn automatic(packet_ns: f64) -> Made {
    made("auto1000", "automatic", "1000", packet_ns)
}

fn background(packet_ns: f64) -> Made {
    made("background-50ms", "background:ms=50:passive", "0", packet_ns)
}

/// A case, and how its record is changed.
type Changed<'test> = (Made, &'test dyn Fn(&mut RunRecord));

/// The evidence of these cases, each changed as its test wishes, with an A/A pair of the first.
fn evidence(cases: &[Changed<'_>]) -> Evidence {
    let twin = cases[0].0.again(1.01);
    let mut made: Vec<Made> = cases.iter().map(|(made, _)| made.clone()).collect();
    let mut records: Vec<RunRecord> = cases
        .iter()
        .map(|(made, change)| {
            let mut record = made.record();
            change(&mut record);
            record
        })
        .collect();
    records.push(twin.record());
    made.push(twin);
    let base = [("table", "indexed"), ("driver", "closed")];
    let question = question(&made, "records_per_packet", &base);
    Evidence::gather(vec![question], records).remove(0)
}

fn unchanged(_record: &mut RunRecord) {}

/// The same case with a reader beside its packets.
fn read_beside(case: Made, longest_ns: f64) -> Made {
    let mut axes = case.axes.clone();
    axes.push(("concurrent_reader", "reader".into()));
    let read = Made { label: format!("{}-reader", case.label), axes, ..case };
    read.with("reader_reads_per_second", 25_000.0)
        .with("reader_ns_p50", 30_000.0)
        .with("reader_ns_p99", 90_000.0)
        .with("reader_ns_longest", longest_ns)
}

#[test]
fn a_reader_is_told_beside_the_case_without_one() {
    let slower = Made { packet_ns: 3e6, ..automatic(2e6) };
    let evidence = evidence(&[
        (automatic(2e6), &unchanged),
        (background(1e6), &unchanged),
        (read_beside(slower, 4e6), &unchanged),
        (read_beside(background(1.1e6), 2e6), &unchanged),
    ]);

    let with_columns = |mut evidence: Evidence| {
        let columns = [Column::ReadsPerSecond, Column::ReaderP99];
        evidence.question.as_mut().unwrap().columns = Some(columns.into());
        report::tables::cases(&QuestionModel::of(&evidence), usize::MAX).markdown()
    };
    let table = with_columns(evidence);
    let line = |case: &str| {
        let line = table.lines().find(|line| line.starts_with(&format!("| `{case}/400`")));
        line.unwrap_or_else(|| panic!("{case} is not in\n{table}")).to_owned()
    };
    assert!(line("auto1000-reader").contains(" | 25.0 k/s | 90 us | "), "{table}");
    assert!(line("auto1000").contains(" | - | - | "), "{table}");
    assert!(table.contains("-: the case has none"), "{table}");
    let unread = with_columns(crate::made_up::evidence(&[automatic(1e6)]));
    assert!(!unread.contains("reads/s"), "a column that nobody fills: {unread}");
}
