use sqlite_builds::CpuReference;

use crate::common::{Bench, turn};

#[test]
fn the_reference_runs_beside_an_open_connection_of_any_build() {
    let _turn = turn();
    let mut reference = CpuReference::open().unwrap();
    for build in sqlite_builds::builds() {
        let bench = Bench::of(build);
        let connection = bench.open();
        connection.execute_batch("CREATE TABLE t(a); INSERT INTO t VALUES(1)").unwrap();
        let before = bench.active.counts();
        for _ in 0..3 {
            assert!(!reference.time_batch().unwrap().is_zero());
        }
        let done = bench.active.counts() - before;
        assert_eq!((done.syncs, done.writes), (0, 0), "{}: it touches no file", build.name);
        let found: i64 =
            connection.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap();
        assert_eq!(found, 1, "{}", build.name);
    }
}

#[test]
fn two_references_do_not_see_each_other() {
    let _turn = turn();
    let (mut first, mut second) = (CpuReference::open().unwrap(), CpuReference::open().unwrap());
    for _ in 0..2 {
        first.time_batch().unwrap();
        second.time_batch().unwrap();
    }
}
