//! The table as a reader sees it.

use measure::record::Standing;
use report::model::{QuestionModel, Row};
use report::table::{markdown, text};
use report::terminal::{Marking, Terminal};

use crate::made_up::{Made, evidence};

fn plain(columns: usize) -> Terminal {
    Terminal { columns, marking: Marking::Plain }
}

fn made(label: &str, packet_ns: f64) -> Made {
    Made::sqlite("made_up", label, 400, packet_ns)
}

/// One case of each kind: vanilla, a twin, without a sync, with too few acks and with too few pieces. The
/// question lists the log first.
fn small() -> QuestionModel {
    let vanilla = Made { standing: Standing::Vanilla, ..made("delete-full", 610_000.0).syncs(4.0) };
    let tuned = made("wal-full", 300_000.0);
    let again = tuned.again(1.01);
    let few_acks = Made { acks: 800, ..made("off-off", 15_000.0).syncs(0.0) };
    let few_pieces = Made { pieces_kept: 3, ..Made::log("made_up", 400, 152_000.0) };
    QuestionModel::of(&evidence(&[few_pieces, vanilla, tuned, few_acks, again]))
}

/// A table whose every column is as wide as it can be, with ids of 24 characters.
fn wide() -> QuestionModel {
    let id_of_24 = "wal-full-fdatasync-x/400".strip_suffix("/400").unwrap();
    let case = Made { noise: 20.0, ..made(id_of_24, 999_000.0) };
    let few_pieces = Made { pieces_kept: 5, ..made("off-off-fdatasync-xx", 400e6) };
    let no_sync = Made { acks: 9_998, ..made("wal-normal-fdatasync", 123_000.0).syncs(0.0) };
    QuestionModel::of(&evidence(&[case, few_pieces, no_sync]))
}

fn width(text: &str) -> usize {
    text.lines().map(|line| line.chars().count()).max().unwrap()
}

#[test]
fn a_small_table_reads_as_the_golden_one() {
    assert_eq!(text(&small(), plain(140)), include_str!("golden/small_table.txt"));
}

#[test]
fn a_small_table_in_markdown_reads_as_the_golden_one() {
    assert_eq!(markdown(&small()), include_str!("golden/small_table.md"));
}

#[test]
fn a_table_with_ids_of_24_characters_fits_120_columns_whole() {
    let model = wide();
    assert_eq!(model.rows().map(|row| row.id.len()).max(), Some(24));
    let table = text(&model, plain(120));
    assert!(width(&table) <= 120, "{table}");
    for heading in ["acked", "low-high", "p99.9", "longest", "acks", "floor", "B/rec", "kept"] {
        assert!(table.lines().next().unwrap().contains(heading), "{heading}\n{table}");
    }
    assert!(!table.contains("no room"), "{table}");
}

#[test]
fn a_narrow_table_leaves_out_the_least_important_columns_and_says_so() {
    let table = text(&wide(), plain(100));
    assert!(width(&table) <= 100, "{table}");
    let headings = table.lines().next().unwrap();
    assert!(!headings.contains("B/rec") && headings.contains("p99.9"), "{table}");
    let legend: Vec<&str> = table.lines().skip(5).collect();
    assert!(legend.join(" ").contains("no room for B/rec"), "{table}");
}

#[test]
fn headings_are_bold_only_on_a_terminal() {
    assert!(!text(&small(), plain(120)).contains('\x1b'));
    let bold = text(&small(), Terminal { columns: 120, marking: Marking::Bold });
    assert!(bold.contains("\x1b[1mas it comes\x1b[0m\n"), "{bold}");
}

#[test]
fn what_was_not_kept_shows() {
    let mut question = evidence(&[made("a", 1e6), made("b", 1e6), made("c", 1e6), made("d", 1e6)]);
    question.records[0].verify.found_records -= 3;
    question.records[1].verify.found_records += 20_000;
    question.records[2].verify.digest_ok = false;
    let table = text(&QuestionModel::of(&question), plain(120));
    let kept: Vec<&str> =
        table.lines().skip(2).filter_map(|line| line.split_whitespace().last()).collect();
    assert_eq!(kept[..4], ["-3", "k", "changed", "all"], "{table}");
    assert!(table.contains("+20 k"), "{table}");
}

#[test]
fn rows_keep_the_order_of_the_question_within_their_group() {
    let cases = [made("z", 1e6), made("m", 3e6), made("a", 2e6)];
    let mut question = evidence(&cases);
    question.records.reverse();
    let shuffled = question.records.clone();
    let gathered = report::evidence::Evidence::gather(vec![question.question.unwrap()], shuffled);
    let model = QuestionModel::of(&gathered[0]);
    let ids: Vec<&str> = model.rows().map(|row: &Row| row.id.as_str()).collect();
    assert_eq!(ids, ["z/400", "m/400", "a/400"]);
}
