//! Records that cannot be read settle nothing: the run is refused, with the file and what is wrong with it.

use std::fs;
use std::path::PathBuf;

use measure::run::RunDirectory;
use report::claims::Verdict;
use report::evidence::Evidence;

use crate::made_up::{Made, question};

/// A run of two paths, in which the text of one record is changed.
fn read(change: impl Fn(&str) -> String) -> Result<Vec<Evidence>, String> {
    let target = tempfile::tempdir().unwrap();
    let run = RunDirectory::of_this_run(target.path()).unwrap();
    let made = ["arm-a", "arm-b-100k"]
        .map(|path| Made::sqlite("vote", path, 400, 300e3).on(&[("path", path)]));
    let files: Vec<PathBuf> =
        made.iter().map(|made| run.write_record(&made.record()).unwrap()).collect();
    run.write_question(&question(&made, "records_per_packet", &[])).unwrap();
    let text = fs::read_to_string(&files[1]).unwrap();
    fs::write(&files[1], change(&text)).unwrap();
    Evidence::read(run.path()).map_err(|error| error.to_string())
}

#[test]
fn a_whole_run_is_judged() {
    let run = read(str::to_owned).unwrap();
    let claims = report::claims::of_run(&run);
    let told =
        claims.iter().find(|claim| claim.spec.key == "soup/behind-the-ack-on-soups-table").unwrap();
    assert_eq!(told.verdict, Verdict::Undecided, "{}", told.shown);
    let growth = claims.iter().find(|claim| claim.spec.key == "soup/later-checkpoints").unwrap();
    assert_eq!(
        (growth.verdict, growth.shown.as_str()),
        (Verdict::NotMeasured, "the run has no `growth`")
    );
}

#[test]
fn a_schema_too_new_a_half_file_and_no_json_are_refused_by_name() {
    let newer = |text: &str| text.replacen(":1,", ":999,", 1);
    for (change, wrong) in [
        (&newer as &dyn Fn(&str) -> String, "999"),
        (&|text: &str| text[..text.len() / 2].to_owned(), "arm-b-100k"),
        (&|_: &str| "no record".to_owned(), "arm-b-100k"),
        (&|text: &str| text.replace("\"axes\"", "\"axles\""), "axes"),
        (&|_: &str| String::new(), "arm-b-100k"),
    ] {
        let error = read(change).unwrap_err();
        assert!(error.contains("arm-b-100k") && error.contains(wrong), "{error}");
    }
}
