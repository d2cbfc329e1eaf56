//! A cost planted inside SQLite's C code changes no result, and is executed as often as was asked for.

use sqlite_builds::{CpuReference, planted_rounds_executed, set_planted_rounds};

use crate::common::{Bench, turn};

const ROWS: u64 = 400;

/// A row for each number, and what is found of them afterwards.
fn insert_and_digest(bench: &Bench) -> (i64, i64, i64, String) {
    let connection = bench.open();
    connection.execute_batch("CREATE TABLE votes(article INTEGER, user INTEGER)").unwrap();
    connection.execute_batch("CREATE INDEX by_article ON votes(article)").unwrap();
    let insert = "INSERT INTO votes VALUES(?1, ?2)";
    for row in 0..ROWS as i64 {
        connection.execute(insert, (row * 7_919 % 100_000, row)).unwrap();
    }
    let sql = "SELECT count(*), sum(article), sum(user) FROM votes";
    let found = connection.query_row(sql, [], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)));
    let (count, articles, users) = found.unwrap();
    let intact = connection.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
    (count, articles, users, intact)
}

#[test]
fn planted_rounds_are_executed_and_change_no_result() {
    let _turn = turn();
    let build = match sqlite_builds::find("planted") {
        Ok(build) => build,
        Err(error) => {
            assert_eq!(
                error.to_string(),
                "SQLite build `planted` was not compiled: it belongs to the calibrate profile; set \
                 DURABENCH_BUILDS=calibrate for cargo"
            );
            return;
        }
    };
    let executed = || planted_rounds_executed(build).unwrap();
    let plain = insert_and_digest(&Bench::of(build));
    assert_eq!(executed(), 0, "nothing is planted unless somebody asks");
    set_planted_rounds(build, 1).unwrap();
    let planted = insert_and_digest(&Bench::of(build));
    let copies = executed();
    assert_eq!(plain, planted);
    assert!(copies >= ROWS, "{copies} copies for {ROWS} inserts");
    set_planted_rounds(build, 50).unwrap();
    assert_eq!(insert_and_digest(&Bench::of(build)), plain);
    let fifty_times = executed() - copies;
    assert_eq!(fifty_times % 50, 0);
    assert!(fifty_times >= 50 * ROWS, "{fifty_times} rounds for {ROWS} inserts");
    set_planted_rounds(build, 0).unwrap();
    let before = executed();
    assert_eq!(insert_and_digest(&Bench::of(build)), plain);
    assert_eq!(executed(), before);
}

#[test]
fn a_build_without_a_place_for_a_cost_says_so() {
    let bundled = sqlite_builds::find("bundled").unwrap();
    let refusals = [
        set_planted_rounds(bundled, 0).unwrap_err(),
        planted_rounds_executed(bundled).unwrap_err(),
    ];
    for refusal in refusals {
        let text = refusal.to_string();
        assert!(
            text.starts_with("SQLite build `bundled` has no place for a planted cost"),
            "{text}"
        );
    }
}

#[test]
fn rows_of_the_reference_can_be_planted_beside_its_batches() {
    let _turn = turn();
    let mut reference = CpuReference::open().unwrap();
    for rows in [0, 1, 399, 400, 1_000] {
        reference.insert_rows(rows).unwrap();
        assert!(!reference.time_batch().unwrap().is_zero(), "{rows}");
    }
}
