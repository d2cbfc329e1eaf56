//! Every path that keeps something is killed, and answers again.

use vote_load::catalogue::PATHS;

use crate::program::Program;

/// More than what the buffered arm keeps in memory.
const VOTES: &str = "12288";

fn every_path_answers_again(shards: &str) {
    let program = Program::new();
    let arguments = ["recovery", "--votes", VOTES, "--articles", "100", "--shards", shards];
    let ended = program.start(&arguments).end();
    assert!(ended.status.success(), "{}\n{}", ended.said, ended.errors);
    let mut rows =
        csv::Reader::from_path(program.run_directory().join("vote_recovery.csv")).unwrap();
    let headings = rows.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let mut found = Vec::new();
    for row in rows.records().map(Result::unwrap) {
        assert_eq!((&row[column("verified_votes")], &row[column("shards")]), (VOTES, shards));
        let seconds = |name| row[column(name)].parse::<f64>().unwrap();
        assert!(seconds("opened_seconds") > 0.0, "{row:?}");
        if &row[column("answered_by")] == "query" {
            assert!(seconds("answered_seconds") > seconds("opened_seconds"), "{row:?}");
        }
        found.push(row[column("path")].to_string());
    }
    let kept = PATHS.iter().filter(|path| path.outlives_its_process).map(|path| path.name);
    assert_eq!(found, kept.collect::<Vec<_>>());
    program.assert_no_scratch();
}

#[test]
fn every_path_answers_again_on_one_shard() {
    every_path_answers_again("1");
}

#[test]
fn every_path_answers_again_on_four_shards() {
    every_path_answers_again("4");
}

#[test]
fn what_a_kill_leaves_is_told() {
    let program = Program::new();
    let paths = ["--path", "arm-d", "--path", "arm-b-10k", "--path", "memory-only"];
    let ended = program
        .start(&[&["recovery", "--votes", VOTES, "--articles", "100"][..], &paths].concat())
        .end();
    let line = |path: &str| {
        ended.said.lines().map(str::trim_start).find(|line| line.starts_with(path)).unwrap()
    };
    // Its buffer is fed once it holds more than 10,000 votes, which was left undone.
    assert!(line("arm-d").contains("  12 k  "), "{}", ended.said);
    let rows = csv::Reader::from_path(program.run_directory().join("vote_recovery.csv"));
    let mut rows = rows.unwrap();
    let headings = rows.headers().unwrap().clone();
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    let rows: Vec<csv::StringRecord> = rows.records().map(Result::unwrap).collect();
    let [fed, checkpointed] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(&fed[column("left_lag_votes")], VOTES);
    // No checkpoint came between the first ack and the last one.
    assert!(checkpointed[column("left_wal_frames")].parse::<u64>().unwrap() > 0, "{rows:?}");
    assert!(
        line("memory-only").split_whitespace().skip(2).all(|cell| cell == "-"),
        "{}",
        ended.said
    );
}
