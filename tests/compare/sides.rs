//! Three runs a side.

use std::path::Path;
use std::process::{Command, Output};

use measure::record::{Class, RunRecord};

use crate::in_blocks::{InBlocks, Session};
use crate::{Run, said};

/// Six runs in turns, the new's cases these times as long as the base's; the second case waits for the disk alone.
pub(crate) fn in_turns(factors: [f64; 3], noise: f64, edit: fn(&mut RunRecord)) -> [Vec<Run>; 2] {
    let mut sides = [Vec::new(), Vec::new()];
    for (number, side) in [0, 1, 1, 0, 0, 1].into_iter().enumerate() {
        let [first, second, third] = if side == 1 { factors } else { [1.0; 3] };
        let cases = vec![
            ("first".to_owned(), InBlocks::disk(first, 2.0 * first, noise)),
            ("second".to_owned(), InBlocks::disk(second, 0.0, noise)),
            ("third".to_owned(), InBlocks::disk(0.0, 3.0 * third, noise)),
        ];
        let session = Session { seed: 100 + number as u64, ..Session::USUAL };
        let run = Run::edited(cases, Class::Disk, session, |record| {
            record.started_utc = format!("2026-11-22T0{number}:04:05Z").parse().unwrap();
            if side == 1 {
                edit(record);
            }
        });
        sides[side].push(run);
    }
    sides
}

fn compare(arguments: &[&str], [base, new]: &[Vec<Run>; 2]) -> Output {
    let paths = |runs: &[Run]| runs.iter().map(|run| run.path.clone()).collect::<Vec<_>>();
    let mut command = Command::new(env!("CARGO_BIN_EXE_durabench"));
    command.arg("compare").args(arguments).args(paths(base)).arg("--").args(paths(new));
    command.output().unwrap()
}

fn same(_: &mut RunRecord) {}

#[test]
fn an_unchanged_side_holds() {
    let output = compare(&["--fail-above", "5%"], &in_turns([1.0; 3], 0.02, same));
    let said = said(&output);
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert!(said.contains("3 runs; in turns"), "{said}");
    assert!(said.contains("No time is longer by more than 5.0 %"), "{said}");
}

#[test]
fn a_slower_side_fails_and_says_which_and_why() {
    let sides = in_turns([1.0, 1.2, 1.2], 0.02, same);
    let output = compare(&["--fail-above", "5%"], &sides);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    let line = |case: &str| said.lines().find(|line| line.contains(case)).map(str::to_owned);
    let (second, third) = (line("second/400").unwrap(), line("third/400").unwrap());
    assert!(second.contains("slower") && second.trim_end().ends_with("floors"), "{said}");
    assert!(third.contains("slower") && third.trim_end().ends_with("references"), "{said}");
    assert_eq!(line("first/400"), None, "what is within has no line: {said}");
    // Without a limit nothing fails, and the same is told.
    let untold = compare(&[], &sides);
    assert_eq!(untold.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&untold.stdout).contains("The new is slower"));
    // Seen from the other side it is faster.
    let [base, new] = sides;
    let output = compare(&["--fail-above", "5%"], &[new, base]);
    assert_eq!(output.status.code(), Some(0));
    assert!(String::from_utf8_lossy(&output.stdout).contains("0 slower, 2 faster"));
}

/// Points of a load have rates alone, and nothing tells how noisy they are within a run.
#[test]
fn rates_without_a_cost_are_told_where_one_side_came_after_the_other() {
    let side = |first: u64, factor: f64| -> Vec<Run> {
        let run = |number: u64| {
            let cases = vec![
                ("base".to_owned(), InBlocks::disk(1.0, 1.0, 0.01)),
                ("load".to_owned(), InBlocks::disk(1.0, 1.0, 0.01)),
            ];
            let session = Session { seed: 200 + number, ..Session::USUAL };
            Run::edited(cases, Class::Disk, session, |record| {
                record.started_utc = format!("2026-11-22T0{number}:04:05Z").parse().unwrap();
                record.cost = None;
                let per_second = 1e5 * (1.0 + 0.002 * (number % 3) as f64) / factor;
                record.records_per_second.median = per_second;
                record.drained_records_per_second.median = per_second;
            })
        };
        (first..first + 3).map(run).collect()
    };
    let output = compare(&["--fail-above", "10%"], &[side(0, 1.0), side(3, 1.3)]);
    let said = said(&output);
    assert!(said.contains("one side after the other"), "{said}");
    assert_eq!(output.status.code(), Some(3), "{said}");
}

#[test]
fn many_times_that_cannot_be_told_are_counted_and_the_noisiest_shown() {
    let many = |seed: u64| {
        let cases = (0..30).map(|number| (format!("case{number}"), InBlocks::disk(1.0, 1.0, 0.3)));
        let session = Session { seed, ..Session::USUAL };
        Run::holding(cases.collect(), Class::Disk, session)
    };
    let output =
        compare(&["--fail-above", "1%"], &[(0..3), (3..6)].map(|side| side.map(many).collect()));
    let said = said(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert_eq!(
        said.lines()
            .filter(|line| line.starts_with("  case") && line.contains("cannot be told"))
            .count(),
        12,
        "{said}"
    );
    assert!(
        said.contains("18 further times that cannot be told are in the file of --csv"),
        "{said}"
    );
    assert!(said.lines().any(|line| line == "compile_flags"), "by question: {said}");
}

#[test]
fn a_limit_that_cannot_be_seen_is_not_called_fine() {
    let output = compare(&["--fail-above", "1%"], &in_turns([1.0; 3], 0.2, same));
    let said = said(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(said.contains("cannot be told") && said.contains("runs a side"), "{said}");
}

#[test]
fn unlike_places_are_called_out_and_not_judged_unless_that_is_asked() {
    let elsewhere = |record: &mut RunRecord| {
        record.environment.kernel.release = Some("9.9.9".to_owned());
        if let Some(compiled) = record.sqlite.as_mut().and_then(|sqlite| sqlite.compiled.as_mut()) {
            compiled.compiler_flags = vec!["-funroll-loops".to_owned()];
        }
    };
    let sides = in_turns([1.2; 3], 0.02, elsewhere);
    let output = compare(&["--fail-above", "5%"], &sides);
    let text = said(&output).split_whitespace().collect::<Vec<_>>().join(" ");
    assert_eq!(output.status.code(), Some(4), "{text}");
    assert!(text.contains("the kernel is unlike: 6.1.0 in the base, 9.9.9 in the new"), "{text}");
    assert!(text.contains("-march=native in the base, -funroll-loops in the new"), "{text}");
    let output = compare(&["--fail-above", "5%", "--allow-unlike"], &sides);
    assert_eq!(output.status.code(), Some(3), "{}", said(&output));
}

#[test]
fn a_case_that_one_side_lacks_is_a_gap() {
    let sides = in_turns([1.0; 3], 0.02, same);
    for run in &sides[1] {
        let record = run.path.join("compile_flags").join("third.400.json");
        std::fs::remove_file(&record).unwrap();
    }
    let output = compare(&["--fail-above", "5%"], &sides);
    let said = said(&output);
    assert_eq!(output.status.code(), Some(4), "{said}");
    assert!(
        said.contains("left out: compile_flags/third/400: expected it in at least 3"),
        "{said}"
    );
}

#[test]
fn all_times_are_written_to_a_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("times.csv");
    let sides = in_turns([1.0; 3], 0.02, same);
    let output = compare(&["--csv", file.to_str().unwrap()], &sides);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let text = std::fs::read_to_string(&file).unwrap();
    assert!(text.starts_with("question,case,time,base_records_per_second,"), "{text}");
    assert!(text.lines().count() >= 4 && text.contains("could_have_seen"), "{text}");
}

#[test]
fn one_measurement_on_both_sides_is_not_checked() {
    let [base, _] = in_turns([1.0; 3], 0.02, same);
    let [again, _] = in_turns([1.0; 3], 0.02, same);
    let output = compare(&["--fail-above", "5%"], &[base, again]);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains("one and the same measurement twice"), "{}", said(&output));
}

/// A folder that holds no run.
#[test]
fn what_cannot_be_read_is_named() {
    let sides = in_turns([1.0; 3], 0.02, same);
    let gone: &Path = &sides[1][2].path;
    std::fs::remove_dir_all(gone).unwrap();
    let output = compare(&["--fail-above", "5%"], &sides);
    assert_eq!(output.status.code(), Some(4), "{}", said(&output));
    assert!(said(&output).contains(&gone.display().to_string()), "{}", said(&output));
}
