use std::fs;
use std::path::{Path, PathBuf};

use super::files::read_record;
use super::*;
use crate::git::GitState;
use crate::record::tests::full_record;
use crate::record::{RunRecord, SCHEMA_VERSION};

fn identity(process_id: i32) -> RunIdentity {
    RunIdentity {
        schema_version: SCHEMA_VERSION,
        key: RunKey { process_id, start_ticks: 9, boot_id: Some("boot".into()) },
        started_utc: "2026-11-22T03:04:05Z".parse().unwrap(),
        git: None,
        cargo: None,
        command_line: vec!["vote".into()],
    }
}

fn name_of(run: &RunDirectory) -> String {
    run.path().file_name().unwrap().to_str().unwrap().to_owned()
}

fn record_of(question: &str, case_id: &str) -> RunRecord {
    let mut record = full_record();
    record.question = question.into();
    record.case.id = case_id.into();
    record
}

#[test]
fn processes_of_one_run_share_a_directory_and_other_runs_do_not() {
    let target = tempfile::tempdir().unwrap();
    let run = |identity: &RunIdentity| RunDirectory::of_run(target.path(), identity).unwrap();
    let first = run(&identity(1));
    assert_eq!(name_of(&first), "20261122T030405Z-nogit");
    assert_eq!(name_of(&run(&identity(2))), "20261122T030405Z-nogit-2");
    assert_eq!(name_of(&run(&identity(3))), "20261122T030405Z-nogit-3");
    // The same run again, after the clock was set and a commit was made.
    let moved = RunIdentity {
        started_utc: "2026-11-22T03:04:06Z".parse().unwrap(),
        git: Some(GitState {
            revision: "795b2c7e".into(),
            revision_short: "795b2c7".into(),
            dirty: None,
        }),
        ..identity(1)
    };
    assert_eq!(run(&moved), first);
    let rebooted = RunIdentity {
        key: RunKey { boot_id: Some("another boot".into()), ..moved.key.clone() },
        ..moved
    };
    assert_eq!(name_of(&run(&rebooted)), "20261122T030406Z-795b2c7");
    let stored = fs::read_to_string(first.path().join("run.json")).unwrap();
    assert_eq!(serde_json::from_str::<RunIdentity>(&stored).unwrap(), identity(1));
    let left_behind = fs::read_dir(runs_directory(target.path()))
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().starts_with('.'))
        .count();
    assert_eq!(left_behind, 0);
}

#[test]
fn many_processes_at_once_agree_on_one_directory() {
    let target = tempfile::tempdir().unwrap();
    let paths: Vec<PathBuf> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
                    run.path().to_owned()
                })
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(paths.iter().all(|path| *path == paths[0]), "{paths:?}");
    assert_eq!(fs::read_dir(runs_directory(target.path())).unwrap().count(), 1);
}

/// The run that `latest` points to.
fn latest_run(target: &Path) -> PathBuf {
    latest_link(target).canonicalize().unwrap()
}

#[test]
fn latest_follows_the_last_record() {
    let target = tempfile::tempdir().unwrap();
    for process_id in [1, 2, 1] {
        let run = RunDirectory::of_run(target.path(), &identity(process_id)).unwrap();
        run.write_record(&record_of("vote", "wal")).unwrap();
        assert_eq!(latest_run(target.path()), run.path().canonicalize().unwrap());
        assert!(fs::read_link(latest_link(target.path())).unwrap().is_relative());
    }
}

#[test]
fn a_run_without_a_record_does_not_take_the_place_of_a_good_one() {
    let target = tempfile::tempdir().unwrap();
    let good = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    good.write_record(&record_of("vote", "wal")).unwrap();
    let empty = RunDirectory::of_run(target.path(), &identity(2)).unwrap();
    assert_eq!(empty.records().unwrap(), []);
    assert!(empty.write_record(&record_of("vote", "../wal")).is_err());
    assert_eq!(latest_run(target.path()), good.path().canonicalize().unwrap());
}

#[test]
fn what_lies_in_the_place_of_latest_gets_another_name() {
    let target = tempfile::tempdir().unwrap();
    let latest = latest_link(target.path());
    let moved = |number| latest.with_file_name(format!("latest.old-{number}"));
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let record = record_of("vote", "wal");
    fs::create_dir_all(latest.join("mine")).unwrap();
    run.write_record(&record).unwrap();
    assert_eq!(latest_run(target.path()), run.path().canonicalize().unwrap());
    assert!(moved(1).join("mine").is_dir());
    fs::remove_file(&latest).unwrap();
    fs::write(&latest, "notes").unwrap();
    run.write_record(&record).unwrap();
    assert_eq!(latest_run(target.path()), run.path().canonicalize().unwrap());
    assert_eq!(fs::read(moved(2)).unwrap(), b"notes");
    assert!(moved(1).join("mine").is_dir());
}

#[test]
fn this_process_finds_its_run_again() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    assert_eq!(RunDirectory::of_this_run(target.path()).unwrap(), run);
    assert_eq!(run.records().unwrap(), []);
    let program = &command_line()[0];
    assert!(!program.contains('/') && !program.is_empty(), "{program}");
}

#[test]
fn records_are_read_as_they_were_written() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let records = [
        record_of("packet_size", "log/400"),
        record_of("packet_size", "wal/400"),
        record_of("vote", "wal/full/1000"),
    ];
    let path = run.write_record(&records[2]).unwrap();
    assert_eq!(path, run.path().join("vote/wal.full.1000.json"));
    run.write_record(&records[1]).unwrap();
    run.write_record(&records[0]).unwrap();
    // What belongs to others, or is still being written, is passed over.
    fs::write(run.path().join("vote/flamegraph.svg"), "<svg/>").unwrap();
    fs::write(run.path().join("vote/.new-record"), "{").unwrap();
    fs::write(run.path().join("report.html"), "<html>").unwrap();
    assert_eq!(run.records().unwrap(), records);
    assert_eq!(read_run(&latest_link(target.path())).unwrap(), records);
    assert_eq!(read_record(&path).unwrap(), records[2]);
}

#[test]
fn an_existing_record_is_never_overwritten() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let paths: Vec<PathBuf> = (0..3)
        .map(|second| {
            let record = RunRecord { seconds: f64::from(second), ..record_of("vote", "a/b") };
            run.write_record(&record).unwrap()
        })
        .collect();
    let names: Vec<_> = paths.iter().map(|path| path.file_name().unwrap()).collect();
    assert_eq!(names, ["a.b.json", "a.b.2.json", "a.b.3.json"]);
    for (second, path) in paths.iter().enumerate() {
        assert_eq!(read_record(path).unwrap().seconds, second as f64);
    }
    // A case whose id merely looks the same as a file.
    assert!(run.write_record(&record_of("vote", "a.b")).unwrap().ends_with("a.b.4.json"));
    assert_eq!(run.records().unwrap().len(), 4);
}

#[test]
fn a_name_that_leads_elsewhere_is_refused() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let long = "x".repeat(300);
    let names = ["", "..", "../vote", "/etc/x", ".hidden", "a\0b", "a\\b", "a\nb", long.as_str()];
    for name in names {
        for record in [record_of("vote", name), record_of(name, "wal")] {
            let error = run.write_record(&record).unwrap_err();
            assert!(matches!(error, RunError::Unfit(_)), "{name:?}: {error}");
        }
    }
    assert!(run.write_record(&record_of("vo/te", "wal")).is_err());
    assert_eq!(run.records().unwrap(), []);
}

/// Stores a good record, changes it in its file, and reads it again.
fn reading_after(change: impl FnOnce(&mut RunRecord)) -> Result<Vec<RunRecord>, RunError> {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let mut record = record_of("vote", "wal");
    let path = run.write_record(&record).unwrap();
    change(&mut record);
    fs::write(&path, serde_json::to_string(&record).unwrap()).unwrap();
    run.records()
}

#[test]
fn a_bad_name_is_refused_on_reading_too() {
    assert_eq!(reading_after(|_| ()).unwrap().len(), 1);
    let long = || "x".repeat(70_000);
    let changes: [fn(&mut RunRecord, String); 4] = [
        |record, text| record.question = text,
        |record, text| record.case.id = text,
        |record, text| record.case.label = text,
        |record, text| record.case.axes[0].value = text,
    ];
    for change in changes {
        for text in [long(), "a\nb".to_owned(), "\u{1b}[2J".to_owned()] {
            let error = reading_after(|record| change(record, text)).unwrap_err().to_string();
            assert!(error.contains("vote/wal.json: `"), "{error}");
            assert!(error.len() < 600 && !error.contains(['\n', '\u{1b}']), "{error}");
        }
    }
    for name in ["../../../../etc/x", "vo/te", "-x;y"] {
        assert!(reading_after(|record| record.question = name.into()).is_err(), "{name}");
    }
    for id in ["../wal", "question"] {
        assert!(reading_after(|record| record.case.id = id.into()).is_err(), "{id}");
    }
}

#[test]
fn a_pipe_in_the_place_of_a_file_does_not_hang() {
    for name in ["x.json", "question.json", "../instruction-counts.json", "../../other/run.json"] {
        let target = tempfile::tempdir().unwrap();
        let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
        run.write_record(&record_of("vote", "wal")).unwrap();
        fs::create_dir(run.path().with_file_name("other")).unwrap();
        let pipe = run.path().join("vote").join(name);
        rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
        let refused = match name {
            "x.json" => run.records().map(drop),
            "question.json" => run.questions().map(drop),
            "../../other/run.json" => {
                // A directory that is no run of this program's, and is passed over.
                assert_eq!(RunDirectory::of_run(target.path(), &identity(1)).unwrap(), run);
                continue;
            }
            _ => read_instruction_counts(run.path()).map(drop),
        };
        let told = refused.unwrap_err().to_string();
        assert!(told.contains("expected a file, got something else"), "{name}: {told}");
    }
}

#[test]
fn a_broken_record_is_named() {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_run(target.path(), &identity(1)).unwrap();
    let path = run.write_record(&record_of("vote", "wal")).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let error_with = |text: &str| {
        fs::write(&path, text).unwrap();
        run.records().unwrap_err().to_string()
    };
    let damaged = [
        (text[..text.len() / 2].to_owned(), "not a run record"),
        (text.replace("\"schema_version\":1", "\"schema_version\":2"), "schema version 2"),
        (text.replace("\"seconds\":9.25,", ""), "seconds"),
        ("{}".to_owned(), "schema_version"),
    ];
    for (damaged, expected) in damaged {
        let error = error_with(&damaged);
        assert!(error.contains("vote/wal.json") && error.contains(expected), "{error}");
    }
    let gone = Path::new("gone").join("run");
    assert!(read_run(&gone).unwrap_err().to_string().starts_with("gone/run: "));
}

#[test]
fn a_directory_of_ones_own_choice_takes_records_and_is_nobodys_latest_run() {
    let project = tempfile::tempdir().unwrap();
    let kept = project.path().join("reports/kept");
    let run = RunDirectory::kept_in(&kept).unwrap();
    run.write_record(&full_record()).unwrap();
    assert_eq!(RunDirectory::kept_in(&kept).unwrap().records().unwrap(), [full_record()]);
    assert!(
        !project.path().join("latest").exists() && !project.path().join("reports/latest").exists()
    );
}
