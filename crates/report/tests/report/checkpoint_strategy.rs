//! What the question about checkpoint strategies says.

use measure::record::RunRecord;
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
    made("bg50ms", "background:ms=50:passive", "0", packet_ns)
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
    axes.push(("company", "reader".into()));
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

    let model = QuestionModel::of(&evidence);
    let cases: Vec<&str> = model.readers.iter().map(|line| line.case.as_str()).collect();
    assert_eq!(cases, ["auto1000-reader/400", "bg50ms-reader/400"]);
    let acks = model.readers[0].acks_alone.expect("the same case without a reader");
    assert_eq!(acks.acked_per_second.round(), 200_000.0);
    let text = report::table::readers_text(&model, 120);
    assert!(text.contains("  auto1000-reader/400  25.0 k/s     30 us  90 us   4.0 ms  "), "{text}");
    assert!(text.contains("133 k/s (200 k/s)"), "{text}");
    let markdown = report::summary::markdown(&[evidence], None);
    assert!(
        markdown.contains("**Readers beside the packets**\n\n| beside a reader |"),
        "{markdown}"
    );
    let unread = crate::made_up::evidence(&[automatic(1e6)]);
    assert_eq!(report::table::readers_text(&QuestionModel::of(&unread), 120), "");
}
