//! `durabench crash`: a small campaign, its file of verdicts, and a witness that is told again.

use std::process::Output;

use power_cut::VerdictFile;
use power_cut::oracle::Class;

use super::Program;

fn crash(program: &Program, arguments: &[&str]) -> Output {
    program.command(&[&["crash"], arguments].concat()).output().unwrap()
}

#[test]
fn a_campaign_prints_and_keeps_its_verdicts_and_its_witness_is_told_again() {
    let program = Program::new();
    let file = program.target.path().join("verdicts.json");
    let case = "sqlite/normal/delete/full/fsync";
    let output = crash(&program, &[case, "--states", "150", "--verdicts", file.to_str().unwrap()]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(
        text.contains("| **DELETE** | not examined | not examined | loses acked packets: 1 |"),
        "{text}"
    );
    let verdicts = VerdictFile::read(&file).unwrap().verdicts;
    assert_eq!(verdicts.len(), 1, "{verdicts:?}");
    assert_eq!(verdicts[0].class, Class::LosesAcked);
    // The same campaign takes its verdicts from the file; another one does not touch it.
    let again = crash(&program, &[case, "--states", "150", "--verdicts", file.to_str().unwrap()]);
    assert_eq!(String::from_utf8(again.stdout).unwrap(), text);
    let other = crash(&program, &[case, "--states", "151", "--verdicts", file.to_str().unwrap()]);
    assert_eq!(other.status.code(), Some(1));
    assert_eq!(VerdictFile::read(&file).unwrap().verdicts, verdicts);
    let witness = format!("{case}@{}", verdicts[0].witness.as_ref().unwrap());
    assert!(text.contains(verdicts[0].witness.as_ref().unwrap()), "{text}");
    let told = String::from_utf8(crash(&program, &["--replay", &witness]).stdout).unwrap();
    assert!(told.contains("unlink records.db-journal: not synced, and lost"), "{told}");
}

#[test]
fn what_is_no_case_and_no_witness_is_refused_in_one_sentence() {
    let program = Program::new();
    for (arguments, expected) in [
        (["no-such-case", "--states=1"], "expected a part of a case's id, got \"no-such-case\""),
        (["--replay", "native-log"], "expected CASE@WITNESS as a campaign prints it"),
        (["--replay", "native-log/growing/fdatasync@1:2:3"], "expected MOMENT:HAZARDS"),
    ] {
        let output = crash(&program, &arguments);
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.contains(expected) && error.lines().count() == 1, "{error}");
    }
}

/// What docs/DURABILITY.md shows of a replay is what the command tells today.
#[test]
fn the_witnesses_of_the_document_are_told_as_it_says() {
    let program = Program::new();
    let document = include_str!("../../docs/DURABILITY.md");
    let mut told = 0;
    for block in document.split("```text\n$ durabench crash --replay '").skip(1) {
        let (witness, rest) = block.split_once("'\n").unwrap();
        let (expected, _) = rest.split_once("```").unwrap();
        let output = crash(&program, &["--replay", witness]);
        assert_eq!(String::from_utf8(output.stdout).unwrap(), expected, "{witness}");
        told += 1;
    }
    assert!(told >= 3, "{told}");
}

/// The page cache outlives a killed process, so that even `synchronous=OFF` passes: only the power tells the difference.
#[test]
fn what_a_killed_process_acknowledged_is_there_even_without_syncs() {
    let program = Program::new();
    for case in [
        "sqlite/normal/wal/off/fdatasync/called",
        "sqlite/normal/delete/off/fdatasync",
        "native-log/recycled/never",
    ] {
        let output = crash(&program, &[case, "--kills", "10"]);
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains(&format!("| {case} | 10 | durable | 0 |")), "{text}");
    }
}

/// One write or sync of each life goes wrong before the power fails.
#[test]
fn a_write_or_sync_that_goes_wrong_is_examined_and_its_witness_is_told_again() {
    let program = Program::new();
    let case = "native-log/growing/fdatasync";
    let output = crash(&program, &[case, "--faults", "--states", "6"]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    for fault in ["write-fails", "sync-fails", "sync-loses"] {
        let row = text.lines().find(|line| line.contains(fault)).unwrap();
        assert!(row.contains("| durable | 0 | - |"), "{row}");
    }
    let lies = text.lines().find(|line| line.contains("syncs-lie")).unwrap();
    let witness = lies.split("| ").last().unwrap().trim_end_matches(" |");
    let told = crash(&program, &["--replay", &format!("{case}@{witness}")]);
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.contains("after the restart: "), "{told}");
}

/// The tables of docs/DURABILITY.md are those of the verdicts that are kept, which are taken for cases of today.
#[test]
fn the_tables_of_the_document_are_those_of_the_kept_verdicts() {
    let program = Program::new();
    let file = program.target.path().join("verdicts.json");
    std::fs::copy(concat!(env!("CARGO_MANIFEST_DIR"), "/reports/power_cut.json"), &file).unwrap();
    let verdicts = VerdictFile::read(&file).unwrap();
    let states: u64 = verdicts.verdicts.iter().map(power_cut::Verdict::states).sum();
    assert!(states >= 1_000_000, "{states}");
    let (asked, seed) = (verdicts.states_asked.to_string(), verdicts.seed.to_string());
    let document = include_str!("../../docs/DURABILITY.md");
    let campaign =
        ["--states", asked.as_str(), "--seed", seed.as_str(), "--verdicts", file.to_str().unwrap()];
    for filter in ["sqlite/", "log"] {
        let output = crash(&program, &[&[filter], campaign.as_slice()].concat());
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        let is_shown = |line: &&str| line.starts_with("| **") || filter == "log";
        for line in text.lines().filter(is_shown) {
            assert!(document.contains(line), "{line}");
        }
    }
}
