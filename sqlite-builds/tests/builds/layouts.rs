//! The layouts of a build: each is a copy of SQLite of its own.

use sqlite_builds::{SqliteBuild, builds, find};

use crate::common::{Bench, read_write_create, turn};

fn all(build: &'static SqliteBuild) -> impl Iterator<Item = &'static SqliteBuild> {
    std::iter::once(build).chain(build.further_layouts())
}

#[test]
fn every_build_has_several_layouts_and_is_listed_once() {
    for build in builds() {
        let layouts: Vec<_> = all(build).collect();
        assert!(layouts.len() > 1, "{}", build.name);
        for (number, layout) in layouts.iter().enumerate() {
            assert_eq!((layout.name, layout.layout as usize), (build.name, number));
            assert_eq!(layout.layouts as usize, layouts.len());
            assert_eq!(layout.defines, build.defines);
        }
        assert_eq!(layouts[1].title, format!("{}, layout 1", build.name));
        assert_eq!(find(build.name).unwrap(), layouts[0]);
        assert_ne!(layouts[0], layouts[1]);
    }
}

#[test]
fn each_layout_answers_alike_and_counts_for_itself() {
    let _turn = turn();
    for build in builds() {
        let benches: Vec<Vec<String>> = all(build)
            .map(|layout| {
                let bench = Bench::of(layout);
                let connection = bench.open();
                connection
                    .execute_batch("CREATE TABLE vote(user INTEGER PRIMARY KEY, choice TEXT)")
                    .unwrap();
                let before = bench.active.counts();
                connection.execute("INSERT INTO vote VALUES (7, 'yes')", []).unwrap();
                let done = bench.active.counts() - before;
                assert!(done.writes > 0, "{}", layout.title);
                let row = connection.query_row("SELECT user, choice FROM vote", [], |row| {
                    Ok(format!("{} {}", row.get::<_, i64>(0)?, row.get::<_, String>(1)?))
                });
                let mut said = connection.compile_options().unwrap();
                said.extend([row.unwrap(), format!("{done:?}"), bench.active.version().to_owned()]);
                said
            })
            .collect();
        assert!(benches.iter().all(|said| *said == benches[0]), "{}: {benches:?}", build.name);
    }
    let bundled = find("bundled").unwrap();
    let before: Vec<_> = all(bundled).map(|layout| Bench::of(layout).active.counts()).collect();
    let second = Bench::of(bundled.further_layouts().next().unwrap());
    second.open().execute_batch("CREATE TABLE t(a)").unwrap();
    drop(second);
    let after: Vec<_> = all(bundled).map(|layout| Bench::of(layout).active.counts()).collect();
    assert_eq!(before[0], after[0]);
    assert_ne!(before[1], after[1]);
}

#[test]
fn two_layouts_of_a_build_are_two_copies_of_sqlite() {
    let _turn = turn();
    let bundled = find("bundled").unwrap();
    let other = bundled.further_layouts().next().unwrap();
    let bench = Bench::of(bundled);
    let mut connection = bench.open();
    connection.execute_batch("CREATE TABLE t(a)").unwrap();
    let refusal = other.activate().unwrap_err().to_string();
    assert!(
        refusal
            .starts_with("cannot activate SQLite build `bundled, layout 1`: `bundled` is in use"),
        "{refusal}"
    );
    connection.suspend();
    let path = bench.path();
    let _files = bench.into_directory();
    let active = other.activate().unwrap();
    let refusal = active.open(&path, &read_write_create()).unwrap_err().to_string();
    assert!(refusal.starts_with("SQLite build `bundled, layout 1` cannot open "), "{refusal}");
    assert!(refusal.contains("a connection of `bundled` is suspended"), "{refusal}");
    drop(active);
    connection.resume().unwrap();
    connection.execute("INSERT INTO t VALUES (1)", []).unwrap();
}
