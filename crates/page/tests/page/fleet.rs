//! Many runs of several hosts: one page of them, and the queries of `docs/FLEET.md` where `DuckDB` is present.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use page::page;
use tempfile::TempDir;

use crate::{Copy, change_each, copy_question};

const HOSTS: [&str; 3] = ["stone", "wood", "glass"];
const RUNS: usize = 20;
const KEPT: [&str; 4] = ["question.", "log.", "wal-full.", "delete-full."];

/// One file of this size still goes by mail.
const BYTES_MAX: usize = 3 << 20;

/// Runs of one question on three hosts, gathered as the page says: `HOST/RUN`.
fn gathered() -> (TempDir, Vec<PathBuf>) {
    let gathered = TempDir::new().unwrap();
    let run = |number: usize| {
        let host = HOSTS[number % HOSTS.len()];
        let run = gathered.path().join(host).join(format!("run-{number}"));
        fs::create_dir_all(&run).unwrap();
        copy_question("log_vs_sqlite", &run);
        // Few cases are enough, and read soon.
        for file in fs::read_dir(run.join("log_vs_sqlite")).unwrap() {
            let (path, name) = file.map(|file| (file.path(), file.file_name())).unwrap();
            let name = name.to_str().unwrap();
            if !KEPT.iter().any(|kept| name.starts_with(kept)) {
                fs::remove_file(path).unwrap();
            }
        }
        change_each(&run, "log_vs_sqlite", |record| {
            if let Some(environment) = record.get_mut("environment") {
                environment["operating_system"]["hostname"] = host.into();
                environment["processor"]["model"] = format!("processor of {host}").into();
                record["started_utc"] = format!("2026-10-{:02}T08:00:00Z", number + 1).into();
            }
        });
        report::write_summary(&run).unwrap();
        run
    };
    let runs = (0..RUNS).map(run).collect();
    (gathered, runs)
}

#[test]
fn twenty_runs_of_three_hosts_make_one_page_that_tells_the_last() {
    let (_gathered, runs) = gathered();
    let page = page(&runs).unwrap();
    assert!(page.contains("20 runs") && page.len() < BYTES_MAX, "{} bytes", page.len());
    assert!(page.contains("2026-10-20T08:00:00Z on wood"), "the run that began last");
    for host in HOSTS {
        assert!(page.contains(&format!("processor of {host}")), "{host}");
    }
    let told = page.matches("run-7 2026-10-08T08:00:00Z").count();
    assert!(told >= 4, "{told}: each run beside each contrast of the log");
}

#[test]
fn five_hundred_cases_fit_into_the_limit() {
    let copy = Copy::of("log_vs_sqlite");
    let records: Vec<PathBuf> = fs::read_dir(copy.folder.path().join("log_vs_sqlite"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("question.json"))
        .collect();
    for number in records.len()..500 {
        let text = fs::read_to_string(&records[number % records.len()]).unwrap();
        let mut record: serde_json::Value = serde_json::from_str(&text).unwrap();
        let label = format!("{}-{number}", record["case"]["label"].as_str().unwrap());
        record["case"]["id"] = format!("{label}/{}", record["case"]["parameter"]).into();
        record["case"]["label"] = label.into();
        fs::write(copy.file(&format!("made-{number}.json")), record.to_string()).unwrap();
    }
    let page = copy.page().unwrap();
    assert!(page.contains("500 cases"), "the heading counts them");
    assert!(page.len() < BYTES_MAX, "{} bytes", page.len());
}

#[test]
fn the_queries_of_the_fleet_page_answer() {
    let is_there = |program: &str, arguments: &[&str]| {
        let output = Command::new(program).args(arguments).output();
        output.is_ok_and(|output| output.status.success())
    };
    let has_package = is_there("python3", &["-c", "import duckdb"]);
    let has_command = is_there("python3", &["-V"]) && is_there("duckdb", &["--version"]);
    if !has_package && !has_command {
        println!("skipped: expected DuckDB's Python package or its command, got neither");
        return;
    }
    let (gathered, runs) = gathered();
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/fleet-queries");
    let output = Command::new("python3").arg(script).arg(gathered.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let [first, second] = told.trim().split("\n\n").collect::<Vec<_>>().try_into().unwrap();
    assert!(first.starts_with("run\trecords\ttime_us\tfloors_per_ack"), "{first}");
    for number in 0..runs.len() {
        assert!(first.contains(&format!("run-{number}\t")), "{first}");
    }
    assert!(second.lines().skip(1).all(|line| line.ends_with("\t20")), "{second}");
}
