//! A run whose records somebody else wrote is kept: whatever stands in it, nothing outside of `reports` is
//! read or written, and what cannot be kept leaves nothing.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use measure::record::RunRecord;
use measure::run::RunDirectory;
use report::{ReportError, reference};
use tempfile::TempDir;

use crate::made_up::{Made, question};
use crate::questions::log_vs_sqlite;

/// A project with a run that is not kept yet.
struct Project {
    root: TempDir,
    run: RunDirectory,
}

impl Project {
    fn new() -> Self {
        Self::of_records(|_| ())
    }

    /// Its records are changed before they are stored.
    fn of_records(change: impl Fn(&mut RunRecord)) -> Self {
        let root = tempfile::tempdir().unwrap();
        let run = RunDirectory::of_this_run(&root.path().join("target")).unwrap();
        let cases: Vec<Made> = log_vs_sqlite(&[1, 400], &[1e5, 1.5e5], &[3e5, 1.8e5]);
        for case in &cases {
            let mut record = case.record();
            change(&mut record);
            run.write_record(&record).unwrap();
        }
        run.write_question(&question(&cases, "records_per_packet", &[])).unwrap();
        Self { root, run }
    }

    fn reports(&self) -> PathBuf {
        self.root.path().join("reports")
    }

    fn keep(&self) -> Result<String, ReportError> {
        reference::keep(self.run.path(), &self.reports())
    }

    /// Names below the root beside the run itself.
    fn names_beside_the_run(&self) -> Vec<String> {
        names_in(self.root.path()).into_iter().filter(|name| name != "target").collect()
    }
}

fn names_in(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_hosts_name_leads_nowhere() {
    let outside = tempfile::tempdir().unwrap();
    let absolute = outside.path().join("planted").to_str().unwrap().to_owned();
    for host in ["../planted", "..", "", &absolute] {
        let project = Project::of_records(|record| {
            record.environment.operating_system.hostname = Some(host.to_owned());
        });
        let name = project.keep().unwrap();
        assert!(name.ends_with("-2026-11-22") && !name.contains(['/', '.']), "{name}");
        assert_eq!(names_in(&project.reports()), [name]);
        assert_eq!(project.names_beside_the_run(), ["reports"]);
    }
    assert_eq!(names_in(outside.path()), [""; 0]);
}

#[test]
fn a_link_is_not_followed_and_nothing_of_a_failed_keep_stays() {
    let secret = tempfile::NamedTempFile::new().unwrap();
    let links = [
        ("leak.csv", secret.path().to_path_buf()),
        ("log_vs_sqlite/leak.csv", secret.path().to_path_buf()),
        ("loop", PathBuf::from("..")),
        ("log_vs_sqlite/loop", PathBuf::from(".")),
    ];
    for (name, end) in links {
        let project = Project::new();
        let link = project.run.path().join(name);
        symlink(end, &link).unwrap();
        let refused = project.keep().expect_err("a link");
        assert!(refused.to_string().contains(name) && link.is_symlink(), "{refused}");
        assert_eq!(names_in(&project.reports()), [""; 0], "{name}");
        fs::remove_file(&link).unwrap();
        project.keep().unwrap();
        assert_eq!(names_in(&project.reports()), ["stone-2026-11-22"]);
    }
}

#[test]
fn a_pipe_is_refused_by_name() {
    let project = Project::new();
    let pipe = project.run.path().join("log_vs_sqlite/x.csv");
    rustix::fs::mkfifoat(rustix::fs::CWD, &pipe, rustix::fs::Mode::RWXU).unwrap();
    let refused = project.keep().expect_err("a pipe");
    assert!(matches!(&refused, ReportError::Refused { path, .. } if *path == pipe), "{refused}");
    assert_eq!(names_in(&project.reports()), [""; 0]);
}

#[test]
fn what_others_left_in_the_way_stays() {
    let project = Project::new();
    let kept = project.reports().join("stone-2026-11-22");
    fs::create_dir_all(project.reports()).unwrap();
    symlink("nowhere", &kept).unwrap();
    let refused = project.keep().expect_err("in the way").to_string();
    assert!(refused.contains("expected no reference run of this host and day"), "{refused}");
    assert!(kept.is_symlink());
    fs::remove_file(&kept).unwrap();
    let unfinished =
        project.reports().join(format!(".new-stone-2026-11-22-{}", std::process::id()));
    fs::create_dir(&unfinished).unwrap();
    fs::write(unfinished.join("mine"), "").unwrap();
    assert!(matches!(project.keep(), Err(ReportError::Write { .. })));
    assert!(unfinished.join("mine").is_file());
}

#[test]
fn a_record_forges_no_command_and_no_formula() {
    let project = Project::of_records(|record| {
        record.case.label = "=cmd|'/c calc'!A1".into();
        if let Some(git) = record.git.as_mut() {
            git.revision = "0\ntouch planted".into();
        }
    });
    let folder = project.reports().join(project.keep().unwrap());
    let commands = fs::read_to_string(folder.join("commands.txt")).unwrap();
    assert_eq!(commands.lines().count(), 1, "{commands}");
    let mut rows = csv::Reader::from_path(folder.join("results.csv")).unwrap();
    let label = rows.headers().unwrap().iter().position(|heading| heading == "label").unwrap();
    for row in rows.records() {
        assert_eq!(&row.unwrap()[label], "'=cmd|'/c calc'!A1");
    }
}
