//! The file of verdicts, and that campaigns are the same each time.

use std::ops::ControlFlow;

use power_cut::settings::{LogSpace, LogSync};
use power_cut::{Interrupted, LogCase, Plan, Subject as _, VERDICT_FORMAT, VerdictFile, examine};

use crate::common::{Scratch, examined, plan, turn};

#[test]
fn a_verdict_file_is_read_as_it_was_written_and_another_format_is_refused() {
    let _turn = turn();
    let scratch = Scratch::new();
    let case = LogCase { space: LogSpace::Growing, sync: LogSync::Never };
    let verdict = examined(&case, 100).unwrap();
    let file = VerdictFile {
        format: VERDICT_FORMAT,
        sqlite_version: "3.54.1".to_owned(),
        seed: 1,
        states_asked: 100,
        interrupted: Interrupted::OldOrNew,
        verdicts: vec![verdict.clone()],
    };
    let path = scratch.path().join("verdicts.json");
    file.write(&path).unwrap();
    let read = VerdictFile::read(&path).unwrap();
    assert_eq!(read, file);
    assert_eq!(read.of(&case.key()), Some(&verdict));
    let other = LogCase { space: LogSpace::SetLen, ..case };
    assert_eq!(read.of(&other.key()), None);
    let same = VerdictFile { verdicts: Vec::new(), ..file.clone() };
    assert!(file.is_of_campaign(&same));
    assert!(!file.is_of_campaign(&VerdictFile { seed: 2, ..same }));
    VerdictFile { format: 1, ..file }.write(&path).unwrap();
    let error = VerdictFile::read(&path).unwrap_err().to_string();
    assert!(error.contains("expected a verdict file of format 2, got format 1"), "{error}");
}

#[test]
fn a_seed_decides_everything_whatever_the_number_of_threads() {
    let _turn = turn();
    let case = LogCase { space: LogSpace::Growing, sync: LogSync::Never };
    let with = |threads: usize| {
        let plan = Plan { threads: threads.try_into().unwrap(), ..plan(200) };
        examine(&case, &plan, &Scratch::new().path(), &|| ControlFlow::Continue(())).unwrap()
    };
    assert_eq!(with(1), with(3));
}
