//! The queries of `docs/FLEET.md`, where the Python package `duckdb` is present.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;

use crate::reference_run;

#[test]
fn the_queries_of_the_fleet_page_answer() {
    let has_duckdb = Command::new("python3").args(["-c", "import duckdb"]).output();
    if !has_duckdb.is_ok_and(|output| output.status.success()) {
        println!("skipped: expected DuckDB's Python package, got none");
        return;
    }
    let gathered = TempDir::new().unwrap();
    for host in ["stone", "wood"] {
        let run = gathered.path().join(host).join(format!("run-{host}"));
        fs::create_dir_all(&run).unwrap();
        fs::copy(reference_run().join("results.csv"), run.join("results.csv")).unwrap();
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let script = root.join("scripts/fleet-queries");
    let output = Command::new("python3").arg(script).arg(gathered.path()).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let [first, second] = told.trim().split("\n\n").collect::<Vec<_>>().try_into().unwrap();
    assert!(first.starts_with("run\trecords\ttime_us\tfloors_per_ack"), "{first}");
    assert!(first.contains("run-stone\t") && first.contains("run-wood\t"), "{first}");
    assert!(second.lines().skip(1).all(|line| line.ends_with("\t2")), "{second}");
}
