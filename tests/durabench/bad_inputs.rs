//! What nobody should ask for, over all commands, variables and files. Each is answered with one sentence and an exit
//! code, without a panic, and leaves no file.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::Program;

/// A record of everything.
const RECORD: &str = include_str!("../../crates/measure/src/record/golden.json");

/// Command lines, and a part of the answer. `@x` is the file or directory x of [`Files`].
const COMMAND_LINES: [(&str, &str); 78] = [
    ("", "Usage"),
    ("flor", "unrecognized subcommand 'flor'"),
    ("--no-such-option", "unexpected argument"),
    ("builds extra", "unexpected argument"),
    ("floor --directory @missing", "missing"),
    ("floor --directory @file", "file"),
    ("floor --payload-bytes 0", "expected a whole number from 1 to 67108864"),
    ("floor --payload-bytes 1e9", "expected a whole number from 1 to 67108864"),
    ("floor --payload-bytes=-1", "expected a whole number from 1 to 67108864"),
    ("floor --payload-bytes 67108865", "expected a whole number from 1 to 67108864"),
    ("floor --payload-bytes 18446744073709551616", "expected a whole number from 1 to 67108864"),
    ("floor --writes 0", "expected a whole number from 1 to"),
    ("floor --writes 4294967295", "expected a whole number from 1 to"),
    ("floor --writes", "a value is required"),
    ("floor --writes 1 --writes 2", "cannot be used multiple times"),
    ("growth --seconds 0", "expected a whole number from 1 to 86400"),
    ("growth --seconds 86401", "expected a whole number from 1 to 86400"),
    ("growth --step-seconds none", "expected a whole number from 1 to 86400"),
    ("growth --records-per-packet 0", "expected a whole number from 1 to"),
    ("growth --prefill-mebibytes=-1", "expected a whole number from 0 to"),
    ("growth --disk-mebibytes 1048577", "expected a whole number from 1 to 1048576"),
    ("growth --table heap", "invalid value 'heap'"),
    ("growth --strategy never-ever", "invalid value"),
    ("growth --every-milliseconds 0", "expected a whole number from 1 to"),
    ("tables", "expected the last run, got none; run cargo bench first"),
    ("tables @missing", "missing"),
    ("tables @file", "file"),
    ("tables @empty", "expected a run with at least one question, got none"),
    ("tables @run --question nope", "nope"),
    ("tables @run --question ../../etc", "../../etc"),
    ("tables @torn --question durability_price", "not a"),
    ("tables @deep --question durability_price", "not a"),
    ("tables @binary --question durability_price", "wal.json"),
    ("tables @nothing --question durability_price", "not a"),
    ("tables @newer --question durability_price", "schema version 99"),
    ("tables @directory --question durability_price", "expected a file, got something else"),
    ("tables @renamed --question durability_price", "cannot name"),
    ("compare @run @run", "expected BASE BASE BASE -- NEW NEW NEW"),
    ("compare --replication @run", "expected --replication RUN RUN"),
    ("compare --replication @missing @run", "not checked"),
    ("compare --replication @torn @run", "not checked"),
    ("crash no-such-case", "expected a part of a case's id"),
    ("crash --states 0", "expected a whole number from 1 to"),
    ("crash --states 40000001", "expected a whole number from 1 to"),
    ("crash --seed=-1", "expected a whole number from 0 to"),
    ("crash --interrupted torn", "invalid value 'torn'"),
    ("crash --replay nonsense", "nonsense"),
    ("crash --replay a@b", "a@b"),
    ("crash --replay a@b native-log", "cannot be used with"),
    ("crash native-log --states 1 --verdicts @missing/file", "missing/file"),
    ("crash native-log --states 1 --verdicts @empty", "empty"),
    ("reference @missing", "got none; run this with cargo"),
    ("reference @empty", "got none; run this with cargo"),
    ("calibrate --rounds 0", "expected a whole number from 1 to"),
    ("calibrate --blocks 3", "expected a whole number from 4 to"),
    ("calibrate --planted 51", "expected a whole number from 1 to 50"),
    ("calibrate --kinds nothing", "invalid value 'nothing'"),
    ("calibrate --seed 1e3", "expected a whole number from 0 to"),
    ("calibrate --runs 2", "required arguments were not provided"),
    ("predict", "expected the last run, got none"),
    ("predict @empty", "expected a run with at least one case"),
    ("predict @torn", "not a"),
    ("predict @run --seconds 0", "expected a whole number from 1 to"),
    ("vote --path no-such-path", "no-such-path"),
    ("vote --target 0", "expected"),
    ("vote --target=-5", "expected"),
    ("vote --clients 0", "expected a number from 1 to 1000, or `unlimited`"),
    ("vote --articles 10000001", "expected a whole number from 1 to 10000000"),
    ("vote --keys normal", "invalid value 'normal'"),
    ("vote --seconds NaN", "expected a number of seconds above 0"),
    ("vote --seconds 1e300", "expected a number of seconds above 0"),
    ("vote --shards 17", "expected a whole number from 1 to 16"),
    ("vote --batch-wait-us 1000001", "expected a whole number from 0 to 1000000"),
    ("vote knee --path nope", "nope"),
    ("vote knee --p99-ms 0", "expected"),
    ("vote knee --halvings 31", "expected a whole number from 0 to 30"),
    ("vote recovery --votes 0", "expected a whole number from 1 to"),
    ("vote tune --rounds 1001", "expected a whole number from 1 to 1000"),
];

/// Variables under which a load is asked for, and a part of the answer.
const VARIABLES: [(&str, &[u8], &str); 8] = [
    ("DURABENCH_DIR", b"/nonexistent/durabench", "expected a directory, got none"),
    ("DURABENCH_DIR", b"", "expected a directory, got none"),
    ("DURABENCH_DIR", b"/proc", "cannot be written"),
    ("DURABENCH_DIR", b"/dev/null", "expected a directory, got none"),
    ("DURABENCH_DIR", b"not/\xff/there\n", "expected a directory, got none"),
    ("DURABENCH_ALLOW_SHARED", b"yes", "DURABENCH_ALLOW_SHARED: expected 0 or 1, got \"yes\""),
    ("DURABENCH_ALLOW_SHARED", b"\xff", "DURABENCH_ALLOW_SHARED: expected 0 or 1"),
    ("DURABENCH_ALLOW_SHARED", b"2", "DURABENCH_ALLOW_SHARED: expected 0 or 1"),
];

/// Files and runs, good and bad, by the names in the command lines.
struct Files(TempDir);

impl Files {
    fn new() -> Self {
        let files = Self(tempfile::tempdir().unwrap());
        fs::create_dir(files.at("empty")).unwrap();
        fs::write(files.at("file"), "mine").unwrap();
        files.run("run", RECORD.as_bytes());
        files.run("torn", &RECORD.as_bytes()[..RECORD.len() / 2]);
        files.run("deep", "[".repeat(1 << 20).as_bytes());
        files.run("binary", b"{\"schema_version\":1,\"\xff");
        files.run("nothing", b"");
        let newer = RECORD.replacen("\"schema_version\": 1", "\"schema_version\": 99", 1);
        assert_ne!(newer, RECORD);
        files.run("newer", newer.as_bytes());
        files.run("directory", b"");
        fs::remove_file(files.at("directory/durability_price/wal.json")).unwrap();
        fs::create_dir(files.at("directory/durability_price/wal.json")).unwrap();
        let renamed = RECORD.replacen("\"durability_price\"", "\"../../../up\"", 1);
        assert_ne!(renamed, RECORD);
        files.run("renamed", renamed.as_bytes());
        files
    }

    /// A run with one record.
    fn run(&self, name: &str, record: &[u8]) {
        let question = self.at(name).join("durability_price");
        fs::create_dir_all(&question).unwrap();
        fs::write(question.join("wal.json"), record).unwrap();
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The words of a command line, each `@x` as the path of x.
    fn words(&self, line: &str) -> Vec<OsString> {
        let word = |word: &str| match word.strip_prefix('@') {
            Some(name) => self.at(name).into(),
            None => OsString::from(word),
        };
        line.split_whitespace().map(word).collect()
    }
}

/// Every file below a directory, with its length.
fn files_in(directory: &Path) -> Vec<(PathBuf, u64)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        if entry.file_type().unwrap().is_dir() {
            files.extend(files_in(&entry.path()));
        } else {
            files.push((entry.path(), entry.metadata().unwrap().len()));
        }
    }
    files.sort();
    files
}

/// Runs the program in an empty directory and says what is wrong with its answer, if something is.
fn judge(program: &Program, files: &Files, command: &mut Command, part: &str) -> Option<String> {
    let place = tempfile::tempdir().unwrap();
    let before = [files_in(program.target.path()), files_in(files.0.path())];
    let output = command.current_dir(place.path()).stdin(Stdio::null()).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    let sentences = errors.lines().filter(|line| line.starts_with("error: ")).count();
    let left = files_in(place.path());
    let after = [files_in(program.target.path()), files_in(files.0.path())];
    let mut faults = Vec::new();
    if !matches!(output.status.code(), Some(1 | 2 | 4)) {
        faults.push(format!("ended with {}", output.status));
    }
    if errors.contains("panicked") {
        faults.push("panicked".to_owned());
    }
    if !errors.contains(part) {
        faults.push(format!("expected {part:?} in its answer"));
    }
    // A command line without a command is answered with the usage.
    if sentences != 1 && part != "Usage" {
        faults.push(format!("{sentences} sentences"));
    }
    if !left.is_empty() || before != after {
        faults.push(format!("left or changed files: {left:?} {before:?} {after:?}"));
    }
    (!faults.is_empty()).then(|| format!("{command:?}: {}: {errors}", faults.join(", ")))
}

#[test]
fn each_bad_command_line_is_one_sentence() {
    let (program, files) = (Program::new(), Files::new());
    let faults: Vec<String> = COMMAND_LINES
        .iter()
        .filter_map(|(line, part)| {
            let mut command = program.command(&[]);
            command.args(files.words(line));
            // The project's root is not to be found.
            command.env_remove("CARGO_MANIFEST_DIR");
            judge(&program, &files, &mut command, part)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn each_bad_variable_is_one_sentence() {
    let (program, files) = (Program::new(), Files::new());
    let faults: Vec<String> = VARIABLES
        .iter()
        .filter_map(|(name, value, part)| {
            let mut command = program.command(&["vote", "--path", "null", "--seconds", "0.1"]);
            command.env(name, OsStr::from_bytes(value));
            judge(&program, &files, &mut command, part)
        })
        .collect();
    assert!(faults.is_empty(), "{}", faults.join("\n\n"));
}

#[test]
fn a_path_of_any_bytes_is_one_sentence_or_works() {
    let program = Program::new();
    let place = tempfile::tempdir().unwrap();
    let odd = place.path().join(OsStr::from_bytes(b"a b'\"\n\xff$(x)"));
    fs::create_dir(&odd).unwrap();
    let mut floor = program.command(&["floor", "--writes", "3", "--directory"]);
    let output = floor.arg(&odd).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let load = ["vote", "--path", "null", "--seconds", "0.2", "--warm-up-seconds", "0.1"];
    let mut vote = program.command(&[&load[..], &["--articles", "100"]].concat());
    let output = vote.env("DURABENCH_DIR", &odd).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(files_in(place.path()), []);
    let mut tables = program.command(&["tables"]);
    let output = tables.arg(odd.join("run")).output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.code() == Some(1) && errors.starts_with("error: "), "{errors}");
}
