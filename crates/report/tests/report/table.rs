//! The table as a reader sees it.

use measure::record::{Column, Standing};
use report::evidence::Evidence;
use report::model::QuestionModel;
use report::tables::cases;
use report::terminal::{Marking, Terminal};

use crate::in_blocks::{InBlocks, Session};
use crate::judged;
use crate::made_up::{Made, evidence};

fn plain(columns: usize) -> Terminal {
    Terminal { columns, marking: Marking::Plain }
}

fn text(evidence: &Evidence, terminal: Terminal) -> String {
    cases(&QuestionModel::of(evidence), usize::MAX).text(terminal)
}

fn made(label: &str, packet_ns: f64) -> Made {
    Made::sqlite("made_up", label, 400, packet_ns)
}

/// One case of each kind: vanilla, a twin, without a sync, with too few acks and with too few pieces. The
/// question lists the log first.
fn small() -> Evidence {
    let vanilla = Made { standing: Standing::Vanilla, ..made("delete-full", 610_000.0).syncs(4.0) };
    let tuned = made("wal-full", 300_000.0);
    let again = tuned.again(1.01);
    let few_acks = Made { acks: 800, ..made("off-off", 15_000.0).syncs(0.0) };
    let few_pieces = Made { pieces_kept: 3, ..Made::log("made_up", 400, 152_000.0) };
    evidence(&[few_pieces, vanilla, tuned, few_acks, again])
}

/// A question in blocks whose every column is filled, with ids of 24 characters and more columns of its own than fit.
fn wide() -> Evidence {
    let label = "wal-full-fdatasync-x-y-z";
    let cases = [(label, InBlocks::disk(1.2, 2.0, 0.03)), ("log", InBlocks::disk(1.0, 0.1, 0.03))];
    let mut evidence = judged::evidence("made_up", &cases, Vec::new(), Session::USUAL);
    for record in &mut evidence.records {
        record.space.wal_bytes_max = Some(123_456_789);
        record.space.database_bytes = Some(123_456_789);
    }
    let own = [Column::WalMax, Column::SyncsPerCommit, Column::Spread, Column::FloorsPerAck];
    evidence.question.as_mut().unwrap().columns = Some(own.into());
    evidence
}

fn width(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

fn headings(text: &str) -> Vec<&str> {
    text.lines().next().unwrap().split_whitespace().collect()
}

#[test]
fn a_small_table_reads_as_the_golden_one() {
    assert_eq!(text(&small(), plain(140)), include_str!("golden/small_table.txt"));
}

#[test]
fn a_small_table_in_markdown_reads_as_the_golden_one() {
    assert_eq!(
        cases(&QuestionModel::of(&small()), usize::MAX).markdown(),
        include_str!("golden/small_table.md")
    );
}

#[test]
fn twelve_columns_fit_120_characters_and_a_questions_own_stay() {
    let table = text(&wide(), plain(120));
    assert!(width(&table) <= 120, "{table}");
    let expected =
        ["case", "acked", "time", "a", "b", "longest", "WAL", "syncs", "spread", "floors"];
    let got = headings(&table);
    assert!(expected.iter().all(|heading| got.contains(heading)), "{table}");
    assert_eq!(got.last(), Some(&"verified"), "{table}");
    assert!(!got.contains(&"p50") && !got.contains(&"drained"), "{table}");
    assert!(table.contains("no room for p50, p99, drained"), "{table}");
    assert!(table.contains("##########"), "the highest rate has a full bar: {table}");
}

#[test]
fn a_narrow_table_leaves_out_the_least_important_columns_first() {
    let table = text(&wide(), plain(80));
    assert!(width(&table) <= 80, "{table}");
    let got = headings(&table);
    assert!(
        got.contains(&"acked") && got.contains(&"verified") && got.contains(&"syncs"),
        "{table}"
    );
    assert!(!got.contains(&"b") && !got.contains(&"drained"), "{table}");
}

#[test]
fn a_common_column_that_a_question_declares_stays_with_its_own() {
    let mut wide = wide();
    let own = wide.question.as_mut().unwrap().columns.as_mut().unwrap();
    own.insert(0, Column::Drained);
    let table = text(&wide, plain(120));
    assert!(headings(&table).contains(&"drained"), "{table}");
    assert!(table.contains("no room for p50, p99, a, b"), "{table}");
}

#[test]
fn a_question_that_declares_no_column_has_the_common_ones_alone() {
    let mut evidence = evidence(&[made("a", 1e6)]);
    evidence.question.as_mut().unwrap().columns = Some(Vec::new());
    let table = text(&evidence, plain(120));
    assert_eq!(headings(&table), ["case", "acked", "drained", "p50", "p99", "longest", "verified"]);
}

#[test]
fn of_many_rows_the_most_telling_ones_are_shown_in_their_order() {
    let cases_made: Vec<Made> = (0..40)
        .map(|number| made(&format!("case-{number}"), 1e6 + f64::from(number % 7) * 1e4))
        .collect();
    let evidence = evidence(&cases_made);
    let table = cases(&QuestionModel::of(&evidence), 10).text(plain(120));
    let rows: Vec<&str> = table.lines().filter(|line| line.contains("  case-")).collect();
    assert_eq!(rows.len(), 10, "{table}");
    let one_line = table.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(one_line.contains("10 of 40 cases, the rest in the files"), "{table}");
    let numbers: Vec<u32> = rows
        .iter()
        .map(|row| row.trim_start()["case-".len()..].split('/').next().unwrap().parse().unwrap())
        .collect();
    assert!(numbers.is_sorted() && numbers[0] == 0, "{numbers:?}");
}

#[test]
fn headings_are_bold_only_on_a_terminal() {
    assert!(!text(&small(), plain(120)).contains('\x1b'));
    let bold = text(&small(), Terminal { columns: 120, marking: Marking::Bold });
    assert!(bold.contains("\x1b[1mas it comes\x1b[0m\n"), "{bold}");
}

#[test]
fn what_was_not_found_shows() {
    let mut question = evidence(&[made("a", 1e6), made("b", 1e6), made("c", 1e6), made("d", 1e6)]);
    question.records[0].verify.found_records -= 3;
    question.records[1].verify.found_records += 20_000;
    question.records[2].verify.digest_ok = false;
    let table = text(&question, plain(120));
    let verified: Vec<&str> =
        table.lines().skip(2).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(verified[..4], ["-3", "k", "changed", "all"], "{table}");
    assert!(table.contains("+20 k"), "{table}");
}

#[test]
fn rows_keep_the_order_of_the_question_within_their_group() {
    let cases = [made("z", 1e6), made("m", 3e6), made("a", 2e6)];
    let mut question = evidence(&cases);
    question.records.reverse();
    let shuffled = question.records.clone();
    let gathered = Evidence::gather(vec![question.question.unwrap()], shuffled);
    let model = QuestionModel::of(&gathered[0]);
    let ids: Vec<&str> = model.rows().map(|row| row.case.id.as_str()).collect();
    assert_eq!(ids, ["z/400", "m/400", "a/400"]);
}
