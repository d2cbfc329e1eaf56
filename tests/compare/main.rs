//! `durabench compare` as a program, on made-up runs: what it says, and its exit codes.

#![expect(clippy::unwrap_used, reason = "a helper that fails fails its test")]

#[path = "../../crates/report/tests/report/in_blocks.rs"]
mod in_blocks;
mod revisions;
mod sides;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use measure::record::{
    CaseRecord, Class, ComparisonsRecord, ContrastKind, QuestionRecord, RunRecord, SCHEMA_VERSION,
};
use measure::run::RunDirectory;
use tempfile::TempDir;

use in_blocks::{InBlocks, Session, contrast, measure};

/// A record of everything, of which the tests change what they are about.
const TEMPLATE: &str = include_str!("../../crates/measure/src/record/golden.json");

const NAME: &str = "compile_flags";

const AGAIN: Session = Session { seed: 8, ..Session::USUAL };

/// A made-up run in a place of its own.
struct Run {
    _target: TempDir,
    path: PathBuf,
}

impl Run {
    /// A base and cases beside it on the disk, these times as long.
    fn of(factors: &[f64], session: Session) -> Self {
        let of = |factor: f64| InBlocks::disk(factor, 2.0 * factor, 0.01);
        let mut cases = vec![("base".to_owned(), of(1.0))];
        cases.extend(
            factors.iter().enumerate().map(|(number, f)| (format!("case{number}"), of(*f))),
        );
        Self::holding(cases, Class::Disk, session)
    }

    /// Each case but the first is compared with the first.
    fn holding(cases: Vec<(String, InBlocks)>, class: Class, session: Session) -> Self {
        Self::edited(cases, class, session, |_| ())
    }

    /// The same, each record edited before it is written.
    fn edited(
        cases: Vec<(String, InBlocks)>,
        class: Class,
        session: Session,
        edit: impl Fn(&mut RunRecord),
    ) -> Self {
        let target = tempfile::tempdir().unwrap();
        let run = RunDirectory::of_this_run(target.path()).unwrap();
        let id = |label: &str| format!("{label}/400");
        let baseline = id(&cases[0].0);
        let contrasts = cases[1..]
            .iter()
            .map(|(label, _)| {
                contrast(NAME, ContrastKind::AgainstBase, &id(label), &baseline, class)
            })
            .collect();
        let mut records: Vec<RunRecord> =
            cases.iter().map(|(label, _)| record(label, id(label))).collect();
        measure(records.iter_mut().zip(cases.into_iter().map(|(_, case)| case)).collect(), session);
        records.iter_mut().for_each(edit);
        for record in &records {
            run.write_record(record).unwrap();
        }
        run.write_question(&QuestionRecord {
            schema_version: SCHEMA_VERSION,
            name: NAME.to_owned(),
            asks: "What does it cost?".to_owned(),
            claim: "nothing".to_owned(),
            settled_by: "a factor".to_owned(),
            swept_axis: "records_per_packet".to_owned(),
            bases: Vec::new(),
            cases: records.iter().map(|record| record.case.id.clone()).collect(),
            contrasts,
            columns: Some(Vec::new()),
            comparisons: ComparisonsRecord::default(),
            skipped: Vec::new(),
            dropped: Vec::new(),
            failed: Vec::new(),
            quiet_floor_ns: 100_000,
            warnings: Vec::new(),
            command_line: Vec::new(),
            seconds: 1.0,
        })
        .unwrap();
        let path = run.path().to_owned();
        Self { _target: target, path }
    }
}

fn record(label: &str, id: String) -> RunRecord {
    let template: RunRecord = serde_json::from_str(TEMPLATE).unwrap();
    let case = CaseRecord { id, label: label.to_owned(), repeats_case: None, ..template.case };
    RunRecord { question: NAME.to_owned(), case, ..template }
}

fn compare(first: &Path, second: &Path) -> Output {
    durabench(&["compare", "--replication"], &[first, second])
}

fn durabench(arguments: &[&str], runs: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_durabench"));
    command.args(arguments).args(runs).stdin(Stdio::null()).output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap() + &String::from_utf8_lossy(&output.stderr)
}

#[test]
fn a_run_that_says_the_same_holds() {
    let factors = [1.2, 1.0, 0.8, 1.0];
    let (first, second) = (Run::of(&factors, Session::USUAL), Run::of(&factors, AGAIN));
    let output = compare(&first.path, &second.path);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(
        said.contains("4 of 4 contrasts within 2 standard errors (100 %); 0 of opposite"),
        "{said}"
    );
    assert!(said.contains("median half-width at 95 %, on the disk: "), "{said}");
    assert!(said.ends_with("The second run replicates the first.\n"), "{said}");
    assert!(!said.contains("baseline"), "no line for what agrees: {said}");
}

#[test]
fn opposite_verdicts_have_a_line_each_and_exit_3() {
    let (first, second) =
        (Run::of(&[1.2, 1.0, 0.8], Session::USUAL), Run::of(&[0.8, 1.0, 0.8], AGAIN));
    let output = compare(&first.path, &second.path);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let lines: Vec<&str> = said.lines().filter(|line| line.contains("/400")).collect();
    let [line] = lines.as_slice() else { panic!("{said}") };
    assert!(line.contains("case0/400") && line.contains("base/400"), "{said}");
    assert!(line.contains("differs: longer") && line.contains("differs: shorter"), "{said}");
    assert!(
        said.contains("2 of 3 contrasts within 2 standard errors (67 %); 1 of opposite verdicts")
    );
    assert!(said.contains("expected at most 0 of opposite verdicts, got 1"), "{said}");
}

#[test]
fn regimes_apart_are_told_at_common_yardsticks() {
    // On a disk three times as slow their factors are others, and the cases are the same.
    let cases = || {
        let of = |label: &str, floors, references| {
            (label.to_owned(), InBlocks::disk(floors, references, 0.01))
        };
        vec![of("base", 1.0, 4.0), of("waits", 3.0, 0.5), of("works", 0.5, 9.0)]
    };
    let slow = Session { floor_ns: 300e3, ..AGAIN };
    let first = Run::holding(cases(), Class::Disk, Session::USUAL);
    let second = Run::holding(cases(), Class::Disk, slow);
    let output = compare(&first.path, &second.path);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
}

#[test]
fn turns_need_no_yardsticks() {
    let cases = || {
        let of =
            |label: &str, factor| (label.to_owned(), InBlocks::in_turns("base/400", factor, 0.002));
        vec![of("base", 1.0), of("lean", 0.9), of("stock", 1.0)]
    };
    let first = Run::holding(cases(), Class::Turns, Session::USUAL);
    let second = Run::holding(cases(), Class::Turns, AGAIN);
    let output = compare(&first.path, &second.path);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("2 of 2 contrasts") && said.contains("95 %, in turns: "), "{said}");
}

#[test]
fn nothing_in_common_is_not_checked_and_exits_4() {
    let first = Run::of(&[1.2], Session::USUAL);
    let few = vec![("base", 1.0), ("case0", 1.2)].into_iter();
    let few = few.map(|(label, factor)| {
        (label.to_owned(), InBlocks { blocks: 3, ..InBlocks::disk(factor, factor, 0.01) })
    });
    let second = Run::holding(few.collect(), Class::Disk, AGAIN);
    let output = compare(&first.path, &second.path);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(
        said(&output).starts_with("Not checked: expected contrasts that both runs have judged")
    );
}

#[test]
fn a_run_is_no_replication_of_itself_nor_of_its_copy() {
    let run = Run::of(&[1.2], Session::USUAL);
    let copy = Run::of(&[1.2], Session::USUAL);
    for second in [&run.path, &copy.path] {
        let output = compare(&run.path, second);
        assert_eq!(output.status.code(), Some(4), "{}", said(&output));
        assert!(said(&output).contains("one and the same measurement"), "{}", said(&output));
    }
}

#[test]
fn what_cannot_be_read_is_not_checked() {
    let run = Run::of(&[1.2], Session::USUAL);
    let gone = run.path.join("gone");
    let output = compare(&run.path, &gone);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains("gone"), "{}", said(&output));
}

#[test]
fn too_few_runs_are_refused_with_what_it_takes() {
    let run = Run::of(&[1.2], Session::USUAL);
    let output = durabench(&["compare"], &[&run.path, &run.path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("interleaved revisions or three runs a side"));
    let output = durabench(&["compare", "--replication"], &[&run.path]);
    assert_eq!(output.status.code(), Some(2), "one run is a mistake of usage");
}

#[test]
fn tables_rewrites_the_findings() {
    let run = Run::of(&[1.2], Session::USUAL);
    let output = durabench(&["tables"], &[&run.path]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let findings = run.path.join("findings.json");
    let written = fs::read_to_string(&findings).unwrap();
    assert!(written.contains("\"could_have_seen\""), "{written}");
    fs::remove_file(&findings).unwrap();
    durabench(&["tables"], &[&run.path]);
    assert_eq!(fs::read_to_string(&findings).unwrap(), written);
    // The folder holds a run as before.
    assert_eq!(compare(&run.path, &Run::of(&[1.2], AGAIN).path).status.code(), Some(0));
}

#[test]
fn tables_for_a_service_are_json_alone() {
    let run = Run::of(&[1.2], Session::USUAL);
    let output = durabench(&["tables", "--format", "bencher"], &[&run.path]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let figures: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let cases: Vec<&String> = figures.as_object().unwrap().keys().collect();
    assert_eq!(cases, ["compile_flags/base/400", "compile_flags/case0/400"]);
    assert!(figures["compile_flags/base/400"]["floors"]["value"].is_number(), "{figures}");
    let output = durabench(&["tables", "--format", "bencher", "--question", "none"], &[&run.path]);
    assert_eq!(output.status.code(), Some(1));
}
