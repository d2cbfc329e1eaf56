//! The disk has regimes: what was measured in different ones is not compared, and a reader sees where that was.

use report::compare::{Basis, Incomparable};
use report::evidence::Evidence;
use report::model::QuestionModel;
use report::resolution::QuestionResolution;
use report::tables;
use report::terminal::{Marking, Terminal};

use crate::made_up::{Made, evidence};
use crate::questions::log_and_sqlite;
use crate::says::{assert_says, sentences};

/// The floor in the disk's slow regime, in ns.
const SLOW_NS: f64 = 3.9e6;

/// Moves a case into the slow regime: its processor time stays.
fn slowed(case: &mut Made) {
    case.packet_ns += case.syncs * (SLOW_NS - case.floor_ns);
    case.floor_ns = SLOW_NS;
}

/// The log and `SQLite` at three sizes with an A/A pair; the named cases ran in the slow regime.
fn with_slow(slow: &[&str]) -> Evidence {
    let mut cases = log_and_sqlite(
        "checkpoint_interval",
        &[1, 16, 400],
        &[110e3, 110e3, 120e3],
        &[300e3, 290e3, 250e3],
    );
    cases.iter_mut().filter(|case| slow.contains(&case.id().as_str())).for_each(slowed);
    let twin = cases[0].again(1.01);
    cases.push(twin);
    evidence(&cases)
}

#[test]
fn a_case_without_a_sync_is_compared_in_any_regime_but_the_regimes_are_told() {
    let made = |label: &str, packet_ns| Made::sqlite("made_up", label, 400, packet_ns);
    let quick = made("quick", 30e3).syncs(0.0);
    let slow = made("slow", 60e3).syncs(0.0).beside(SLOW_NS);
    let evidence = evidence(&[quick.clone(), quick.again(1.01), slow]);
    assert_says(&evidence, "quick/400 (no sync) acks 2.00 times");
    assert_says(&evidence, "(the floor was 100 us beside quick/400 and 3.9 ms beside slow/400)");
}

#[test]
fn a_rate_of_several_regimes_is_not_compared() {
    let made = |label: &str, packet_ns| Made::sqlite("made_up", label, 400, packet_ns);
    let mixed = Made { pieces_kept: 4, ..made("mixed", 300e3) };
    let evidence = evidence(&[mixed, made("no-sync", 30e3).syncs(0.0)]);
    let resolution = QuestionResolution::of(&evidence);
    let why = resolution.judge(&evidence.records[1], &evidence.records[0]).unwrap_err();
    assert_eq!(why, Incomparable::MixedRegimes { case: "mixed/400".into(), kept: 4, of: 10 });
    assert_says(&evidence, "the disk changed its regime beside mixed/400 (4 of 10 pieces kept)");
}

#[test]
fn an_older_record_without_stored_floors_is_judged_by_what_follows_from_its_ratios() {
    let mut evidence = with_slow(&["wal-full-fdatasync/400"]);
    let stored = sentences(&evidence);
    for record in &mut evidence.records {
        record.pairs.as_mut().unwrap().reference_ns = None;
        // The whole case's floors may be of other regimes than the kept pieces'.
        record.floor.as_mut().unwrap().summary.p50_ns = Some(1);
    }
    assert_eq!(sentences(&evidence), stored);
    assert!(stored.contains("left out: wal-full-fdatasync/400"), "{stored}");
}

#[test]
fn an_a_a_pair_of_two_regimes_resolves_nothing_and_says_so() {
    let case = Made::sqlite("made_up", "a", 400, 300e3);
    let evidence = evidence(&[case.clone(), case.again(1.0).beside(SLOW_NS)]);
    let resolution = QuestionResolution::of(&evidence);
    assert_eq!(resolution.stated(), None);
    assert_eq!(resolution.on(Basis::Rates), None);
    assert_eq!(
        resolution.sentence(),
        "Not measured: the A/A pair a/400 and a-again/400 is not compared: the floor was 100 us beside one \
         and 3.9 ms beside the other; so no difference is judged."
    );
}

#[test]
fn rows_of_another_regime_than_the_sessions_are_marked_with_a_legend() {
    let made = |label: &str, floor_ns| Made::sqlite("made_up", label, 400, 300e3).beside(floor_ns);
    let cases = [made("quick", 100e3), made("slow", SLOW_NS), made("slower", 4.2e6)];
    let model = QuestionModel::of(&evidence(&cases));
    let table = tables::cases(&model, usize::MAX);
    let plain = table.text(Terminal { columns: 140, marking: Marking::Plain });
    assert!(plain.contains("  slow/400 *  ") && plain.contains("  slower/400 *  "), "{plain}");
    assert!(plain.contains("  quick/400   "), "{plain}");
    let legend = "* = the disk's floor had changed since the session began (first look: 4 KiB in 98 us): it was 3.9 ms \
                  to 4.2 ms";
    let one_line = plain.replace('\n', " ");
    assert!(one_line.contains(legend), "{plain}");
    let markdown = table.markdown();
    assert!(markdown.contains("| `slow/400` \\* |"), "{markdown}");
    assert!(markdown.contains(&format!("\\{legend}\n")), "{markdown}");
}

#[test]
fn no_row_is_marked_where_a_larger_payload_may_explain_the_floor() {
    let made = |records, floor_ns| {
        let made = Made::sqlite("made_up", "wal", records, 2.0 * floor_ns);
        Made { records_per_packet: records, ..made.beside(floor_ns) }
    };
    // 6.4 kB, 1 MB and 1 MB: nobody else wrote 1 MB, and it may take as long as 164 pages.
    let marked = |cases: &[Made]| -> Vec<String> {
        let model = QuestionModel::of(&evidence(cases));
        let marked = model.rows().filter(|row| row.other_regime_floor_ns.is_some());
        marked.map(|row| row.id.clone()).collect()
    };
    assert!(marked(&[made(400, 100e3), made(65_536, 3e6)]).is_empty());
    assert_eq!(marked(&[made(400, 3e6), made(65_536, 3e6)]), ["wal/400"]);
    // Beside another one of the same payload it is known.
    let slow = Made { label: "wal-slow".into(), ..made(65_536, 8e6) };
    assert_eq!(marked(&[made(400, 100e3), made(65_536, 3e6), slow]), ["wal-slow/65536"]);
    let mut in_memory = evidence(&[made(400, 3e6)]);
    in_memory.records[0].environment.filesystem.kind = Some("tmpfs".into());
    assert!(QuestionModel::of(&in_memory).rows().all(|row| row.other_regime_floor_ns.is_none()));
}
