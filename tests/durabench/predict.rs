//! `durabench predict` on made-up records: what it says is what their coefficients and this machine's yardsticks give.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::Program;

/// A record with every field, as the schema's own test has it.
const RECORD: &str = include_str!("../../crates/measure/src/record/golden.json");

/// A case with these coefficients, each within a tenth; the floor's payload is `null` for a case in memory.
struct Made {
    id: &'static str,
    floors: f64,
    references: f64,
    payload: Option<u64>,
}

const CASES: [Made; 3] = [
    Made { id: "wal-full/400", floors: 1.5, references: 1.2, payload: Some(9_600) },
    Made { id: "log/1", floors: 0.9, references: 0.0, payload: Some(24) },
    Made { id: "off/400", floors: 0.0, references: 1.1, payload: None },
];

const PER_PACKET: f64 = 400.0;

impl Made {
    fn record(&self) -> Value {
        let around = |estimate: f64| json!({"estimate": estimate, "interval": {"low": 0.9 * estimate, "high": 1.1 * estimate}});
        let yardsticks = match (self.payload, self.references) {
            (None, _) => "reference_only",
            (Some(_), 0.0) => "floor_only",
            (Some(_), _) => "both",
        };
        let mut record: Value = serde_json::from_str(RECORD).unwrap();
        record["question"] = json!("made_up");
        record["case"]["id"] = json!(self.id);
        record["case"]["repeats_case"] = Value::Null;
        record["case"]["records_per_packet"] = json!(PER_PACKET);
        record["case"]["records_per_packet"] = json!(PER_PACKET as u64);
        record["blocks"] = Value::Null;
        record["cost"] = json!({
            "fit": {
                "yardsticks": yardsticks,
                "floors": around(self.floors),
                "references": around(self.references),
                "residual_spread": 0.05,
                "pieces": 48,
                "blocks": 4,
            },
            "floor_payload_bytes": self.payload,
            "nominal": {"floor_ns": 60_000.0, "reference_ns": 110_000.0},
            "time": {
                "blocks": [{"block": 0, "time_ns": 100_000.0}, {"block": 1, "time_ns": 400_000.0}],
                "spent_degrees": 0.5,
                "variance_inflation": 1.1,
            },
        });
        record
    }
}

fn write(run: &Path, id: &str, record: &Value) -> PathBuf {
    let question = run.join("made_up");
    fs::create_dir_all(&question).unwrap();
    let file = question.join(format!("{}.json", id.replace('/', ".")));
    fs::write(&file, record.to_string()).unwrap();
    file
}

fn predict(run: &Path, further: &[&str]) -> (Option<i32>, String, String) {
    let program = Program::new();
    let mut command = program.command(&["predict", "--seconds", "1"]);
    let Output { status, stdout, stderr } = command.arg(run).args(further).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (status.code(), text(stdout), text(stderr))
}

#[test]
fn a_case_takes_its_floors_and_references_of_here() {
    let run = TempDir::new().unwrap();
    for made in &CASES {
        write(run.path(), made.id, &made.record());
    }
    let mut without = CASES[0].record();
    without["cost"] = Value::Null;
    without["case"]["id"] = json!("old/1");
    write(run.path(), "old/1", &without);
    let csv = run.path().join("predicted.csv");
    let (code, said, errors) = predict(run.path(), &["--csv", csv.to_str().unwrap()]);
    assert_eq!(code, Some(0), "{said}{errors}");
    assert!(said.contains("1 further records have no `cost`"), "{said}");
    assert!(said.contains("for 24 B\n") && said.contains("for 9.6 kB\n"), "{said}");
    let text = fs::read_to_string(&csv).unwrap();
    let mut lines = text.lines();
    let columns: Vec<&str> = lines.next().unwrap().split(',').collect();
    assert_eq!(lines.clone().count(), CASES.len(), "{text}");
    for made in &CASES {
        let name = format!("made_up/{}", made.id);
        let line = lines.clone().find(|line| line.starts_with(&name)).unwrap();
        let cells: Vec<&str> = line.split(',').collect();
        let at = |column: &str| {
            let index = columns.iter().position(|name| *name == column).unwrap();
            cells[index].parse::<f64>().unwrap_or(0.0)
        };
        let (floor, reference) = (at("floor_ns"), at("reference_ns"));
        assert_eq!(floor > 0.0, made.payload.is_some(), "{line}");
        assert!(reference > 0.0, "{line}");
        let expected = made.floors * floor + made.references * reference;
        let is_about = |got: f64, expected: f64| (got / expected - 1.0).abs() < 1e-6;
        assert!(is_about(at("here_ns"), expected), "{line}: expected {expected}");
        assert!(is_about(at("here_low_ns"), 0.9 * expected), "{line}");
        assert!(is_about(at("here_high_ns"), 1.1 * expected), "{line}");
        assert!(is_about(at("here_per_second"), 1e9 * PER_PACKET / expected), "{line}");
        assert!(is_about(at("there_ns"), 200_000.0), "the geometric mean: {line}");
        assert!(is_about(at("there_per_second"), 2.5), "the record's median: {line}");
        assert!(said.lines().any(|row| row.trim_start().starts_with(&name)), "{said}");
    }
}

#[test]
fn a_run_without_costs_is_refused_by_what_it_lacks() {
    let run = TempDir::new().unwrap();
    let mut record = CASES[0].record();
    record["cost"] = Value::Null;
    write(run.path(), CASES[0].id, &record);
    let (code, _, errors) = predict(run.path(), &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains("at least one case whose record has `cost`"), "{errors}");
    assert!(errors.contains("got 1 records without"), "{errors}");
    assert!(errors.contains(run.path().to_str().unwrap()), "{errors}");
}

#[test]
fn a_record_that_was_changed_is_named() {
    let run = TempDir::new().unwrap();
    let file = write(run.path(), CASES[0].id, &CASES[0].record());
    let text = fs::read_to_string(&file).unwrap();
    fs::write(&file, &text[..text.len() / 2]).unwrap();
    let (code, _, errors) = predict(run.path(), &[]);
    assert_eq!(code, Some(1), "{errors}");
    assert!(errors.contains(file.to_str().unwrap()), "{errors}");
    for (pointer, value, expected) in [
        ("/cost/floor_payload_bytes", json!(0), "a floor of 1 to "),
        ("/cost/floor_payload_bytes", json!(u64::MAX), "a floor of 1 to "),
        ("/cost/fit/references/estimate", json!(-9e9), "times above 0"),
        ("/cost/fit/floors/interval/high", json!(0.1), "within their intervals"),
        ("/cost/time/blocks", json!([]), "times above 0"),
    ] {
        let mut record = CASES[0].record();
        *record.pointer_mut(pointer).unwrap() = value;
        write(run.path(), CASES[0].id, &record);
        let (code, _, errors) = predict(run.path(), &[]);
        assert_eq!(code, Some(1), "{pointer}: {errors}");
        assert!(errors.contains("made_up/wal-full/400"), "{pointer}: {errors}");
        assert!(errors.contains(expected), "{pointer}: {errors}");
    }
}
